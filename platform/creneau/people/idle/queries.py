"""Statements that find files without activity: of a person and all their relatives."""

from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.people.idle.schemas import Idle

# Whoever waits for a slot or has an appointment to come is not idle, whatever the dates say.
_ACTIVE = """
    EXISTS (
        SELECT FROM person m
        WHERE m.tenant_id = $1 AND (m.id = p.id OR m.responsible_id = p.id)
            AND m.erased_at IS NULL AND (
                m.created_at >= $2
                OR EXISTS (
                    SELECT FROM booking b
                    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
                    WHERE b.tenant_id = $1 AND b.person_id = m.id
                        AND GREATEST(a.ends_at, b.created_at, b.ended_at) >= $2
                )
                OR EXISTS (
                    SELECT FROM waiting_entry e WHERE e.tenant_id = $1 AND e.person_id = m.id
                        AND (e.state IN ('waiting', 'offered') OR e.requested_at >= $2)
                )
                OR EXISTS (
                    SELECT FROM invitation i WHERE i.tenant_id = $1 AND i.person_id = m.id
                        AND GREATEST(i.made_at, i.opened_at, i.ends_at) >= $2
                )
                OR EXISTS (
                    SELECT FROM person_note n WHERE n.tenant_id = $1 AND n.person_id = m.id
                        AND n.written_at >= $2
                )
                OR EXISTS (
                    SELECT FROM session s WHERE s.tenant_id = $1 AND s.person_id = m.id
                        AND s.seen_at >= $2
                )
            )
    )
"""
_IDLE = f"""
    FROM person p
    WHERE p.tenant_id = $1 AND p.erased_at IS NULL AND p.responsible_id IS NULL
        AND p.created_at < $2 AND NOT {_ACTIVE}
"""


async def idle(
    tx: Transaction, before: datetime, after: UUID | None, limit: int, skipped: int = 0
) -> list[Idle]:
    """Read files without activity since a moment, by id, from one on; `skipped` of those left out."""
    return await tx.all(
        Idle,
        f"""
        SELECT p.id, p.first_name, p.last_name, (
                SELECT max(GREATEST(m.created_at, (
                    SELECT max(GREATEST(a.ends_at, b.created_at, b.ended_at)) FROM booking b
                    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
                    WHERE b.tenant_id = $1 AND b.person_id = m.id
                ), (
                    SELECT max(n.written_at) FROM person_note n
                    WHERE n.tenant_id = $1 AND n.person_id = m.id
                ), (
                    SELECT max(e.requested_at) FROM waiting_entry e
                    WHERE e.tenant_id = $1 AND e.person_id = m.id
                ), (
                    SELECT max(GREATEST(i.made_at, i.opened_at, i.ends_at)) FROM invitation i
                    WHERE i.tenant_id = $1 AND i.person_id = m.id
                ), (
                    SELECT max(s.seen_at) FROM session s
                    WHERE s.tenant_id = $1 AND s.person_id = m.id
                ))) FROM person m
                WHERE m.tenant_id = $1 AND m.erased_at IS NULL
                    AND (m.id = p.id OR m.responsible_id = p.id)
            ) AS last_at, (
                SELECT count(*) FROM person m
                WHERE m.tenant_id = $1 AND m.responsible_id = p.id AND m.erased_at IS NULL
            ) AS relatives
        {_IDLE} AND ($3::uuid IS NULL OR p.id > $3)
        ORDER BY p.id LIMIT $4 OFFSET $5
        """,
        tx.tenant_id,
        before,
        after,
        limit,
        skipped,
    )


async def count(tx: Transaction, before: datetime) -> int:
    """Count the files without activity since a moment."""
    return await tx.value(f"SELECT count(*) {_IDLE}", tx.tenant_id, before)


async def is_idle(tx: Transaction, person_id: UUID, before: datetime) -> bool:
    """Tell whether a file has had no activity since a moment."""
    return await tx.value(
        f"SELECT EXISTS (SELECT {_IDLE} AND p.id = $3)", tx.tenant_id, before, person_id
    )
