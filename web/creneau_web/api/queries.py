"""What a search begins with: who asks, and for what, in one statement."""

from datetime import datetime
from uuid import UUID

import msgspec
from creneau.database import Transaction
from creneau.motives.queries import WITH_ZONES
from creneau.motives.schemas import MotiveWithZones
from creneau.tokens.queries import LIVING
from creneau.tokens.schemas import ApiToken

_TOKEN_AND_MOTIVE = f"""
    SELECT k.id AS token_id, k.scopes, k.expires_at, k.entry, m.*
    FROM (VALUES (1)) AS always
    LEFT JOIN ({LIVING}) k ON true
    LEFT JOIN ({WITH_ZONES.replace("$2", "$4")}) m ON true
"""


async def token_and_motive(
    tx: Transaction, digest: bytes, now: datetime, motive_id: UUID
) -> tuple[ApiToken | None, MotiveWithZones | None]:
    """Find the living token with this digest, and a motive, in use or archived, with its zones."""
    (row,) = await tx.rows(_TOKEN_AND_MOTIVE, tx.tenant_id, digest, now, motive_id)
    token = row["token_id"] and ApiToken(
        id=row["token_id"],
        scopes=frozenset(row["scopes"]),
        expires_at=row["expires_at"],
        entry=row["entry"],
    )
    motive = row["id"] and msgspec.convert(dict(row), MotiveWithZones)
    return token, motive
