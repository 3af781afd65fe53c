"""Statements about visits through a colleague's eyes."""

from datetime import datetime
from uuid import UUID

from creneau.agents.seeing.schemas import Seeing
from creneau.database import Transaction


async def insert(
    tx: Transaction, agent_id: UUID, seen_id: UUID, started_at: datetime, ends_at: datetime
) -> UUID:
    """Note that a visit begins."""
    return await tx.value(
        """
        INSERT INTO seeing (tenant_id, agent_id, seen_id, started_at, ends_at)
        VALUES ($1, $2, $3, $4, $5) RETURNING id
        """,
        tx.tenant_id,
        agent_id,
        seen_id,
        started_at,
        ends_at,
    )


async def end(tx: Transaction, seeing_id: UUID, now: datetime) -> UUID | None:
    """End a visit, and tell who was seen; None if it was over."""
    return await tx.value(
        """
        UPDATE seeing SET ended_at = LEAST($3, ends_at)
        WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL
        RETURNING seen_id
        """,
        tx.tenant_id,
        seeing_id,
        now,
    )


async def of_agent(tx: Transaction, seen_id: UUID, most: int) -> list[Seeing]:
    """Read the latest visits through an agent's eyes, the newest first."""
    return await tx.all(
        Seeing,
        """
        SELECT s.id, a.first_name || ' ' || a.last_name AS who, s.started_at, s.ends_at, s.ended_at
        FROM seeing s
        JOIN agent a ON a.tenant_id = s.tenant_id AND a.id = s.agent_id
        WHERE s.tenant_id = $1 AND s.seen_id = $2
        ORDER BY s.started_at DESC LIMIT $3
        """,
        tx.tenant_id,
        seen_id,
        most,
    )
