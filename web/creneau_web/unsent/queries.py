"""The statements behind forms that a session’s end kept from being sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from creneau.database import Transaction

from creneau_web.unsent.schemas import Kept


async def keep(tx: Transaction, digest: bytes, kept: Kept, now: datetime) -> bool:
    """Keep a form with the ended session of an agent; False where there is none, or they were removed."""
    return bool(
        await tx.execute(
            """
            UPDATE session SET data = $3::jsonb
            WHERE tenant_id = $1 AND digest = $2
                AND (revoked_at IS NOT NULL OR expires_at <= $4)
                AND EXISTS (
                    SELECT FROM agent a
                    WHERE a.tenant_id = $1 AND a.id = session.agent_id AND a.state = 'active'
                )
            """,
            tx.tenant_id,
            digest,
            msgspec.json.encode({"unsent": kept}).decode(),
            now,
        )
    )


async def read(tx: Transaction, digest: bytes, agent_id: UUID, now: datetime) -> Kept | None:
    """Read what was kept with a session that has ended and was this agent's."""
    data: Any = await tx.value(
        """
        SELECT data -> 'unsent' FROM session
        WHERE tenant_id = $1 AND digest = $2 AND agent_id = $3
            AND (revoked_at IS NOT NULL OR expires_at <= $4)
        """,
        tx.tenant_id,
        digest,
        agent_id,
        now,
    )
    return msgspec.convert(data, Kept, strict=False) if data else None


async def forget(tx: Transaction, digest: bytes, now: datetime) -> None:
    """Forget what was kept with a session that has ended."""
    await tx.execute(
        """
        UPDATE session SET data = '{}'
        WHERE tenant_id = $1 AND digest = $2 AND (revoked_at IS NOT NULL OR expires_at <= $3)
        """,
        tx.tenant_id,
        digest,
        now,
    )
