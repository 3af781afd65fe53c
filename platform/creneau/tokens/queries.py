"""Statements about tokens; only their digests are kept."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.tokens.schemas import ApiToken, KnownToken

LIVING = """
    SELECT a.id, a.scopes, a.expires_at, t.entry FROM api_token a
    JOIN tenant t ON t.id = a.tenant_id
    WHERE a.tenant_id = $1 AND t.id = $1 AND a.digest = $2 AND a.revoked_at IS NULL
        AND a.expires_at > $3
"""


async def add_token(
    tx: Transaction, digest: bytes, label: str, scopes: Sequence[str], expires_at: datetime
) -> UUID:
    """Keep a token's digest with what it may do."""
    return await tx.value(
        """
        INSERT INTO api_token (tenant_id, digest, label, scopes, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        RETURNING id
        """,
        tx.tenant_id,
        digest,
        label,
        list(scopes),
        expires_at,
    )


async def known_tokens(tx: Transaction) -> list[KnownToken]:
    """Read every token, the newest first."""
    return await tx.all(
        KnownToken,
        """
        SELECT id, label, scopes, created_at, expires_at, revoked_at FROM api_token
        WHERE tenant_id = $1
        ORDER BY created_at DESC, id DESC
        """,
        tx.tenant_id,
    )


async def living_token(tx: Transaction, digest: bytes, now: datetime) -> ApiToken | None:
    """Find the token with this digest that is neither revoked nor over."""
    rows = await tx.rows(LIVING, tx.tenant_id, digest, now)
    return (
        ApiToken(id=row[0], scopes=frozenset(row[1]), expires_at=row[2], entry=row[3])
        if (row := next(iter(rows), None))
        else None
    )


async def revoke(tx: Transaction, token_id: UUID, now: datetime) -> bool:
    """End a token; False when there is none that lives."""
    touched = await tx.execute(
        """
        UPDATE api_token SET revoked_at = $3
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
        """,
        tx.tenant_id,
        token_id,
        now,
    )
    return touched == 1
