"""Statements about group sessions."""

from typing import Final
from uuid import UUID

from creneau.appointments.sessions.schemas import Session, SessionEdit
from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction

TAKEN: Final = """
    (SELECT count(*) FROM booking b
     WHERE b.tenant_id = a.tenant_id AND b.appointment_id = a.id AND b.active
        AND (b.held_until IS NULL OR b.state <> 'held' OR b.held_until > now()))
"""
SESSION: Final = f"""
    SELECT a.id, a.motive_id, m.name AS motive_name, m.colour, a.place_id, p.name AS place_name,
        p.organisation_id, o.time_zone, a.title, a.starts_at, a.ends_at, a.capacity, a.state,
        {TAKEN} AS taken,
        COALESCE(r.ids, '{{}}') AS resource_ids, COALESCE(r.labels, '{{}}') AS resource_labels,
        a.xmin::text AS version
    FROM appointment a
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
    LEFT JOIN LATERAL (
        SELECT array_agg(d.resource_id ORDER BY d.label) AS ids,
            array_agg(d.label ORDER BY d.label) AS labels
        FROM (
            SELECT DISTINCT l.resource_id, s.label FROM allocation l
            JOIN resource s ON s.tenant_id = l.tenant_id AND s.id = l.resource_id
            WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id
                AND (l.active OR a.state <> 'scheduled')
        ) d
    ) r ON true
    WHERE a.tenant_id = $1 AND a.group_session
"""


async def find(tx: Transaction, session_id: UUID) -> Session | None:
    """Read one session."""
    return await tx.one(Session, SESSION + " AND a.id = $2", tx.tenant_id, session_id)


async def update(tx: Transaction, session_id: UUID, edit: SessionEdit) -> bool:
    """Change a locked session; False where somebody else did since the form was made."""
    freed_or_taken(tx)
    return bool(
        await tx.execute(
            """
            UPDATE appointment SET title = $3, capacity = $4
            WHERE tenant_id = $1 AND id = $2 AND xmin::text = $5
            """,
            tx.tenant_id,
            session_id,
            edit.title,
            edit.capacity,
            edit.version,
        )
    )


async def active_bookings(tx: Transaction, session_id: UUID) -> list[tuple[UUID, str]]:
    """Read the bookings of a session that still take a seat, with their states."""
    rows = await tx.rows(
        """
        SELECT id, state FROM booking
        WHERE tenant_id = $1 AND appointment_id = $2 AND active ORDER BY id
        """,
        tx.tenant_id,
        session_id,
    )
    return [(row["id"], row["state"]) for row in rows]


async def is_enrolled(tx: Transaction, session_id: UUID, person_id: UUID) -> bool:
    """Tell whether a person has a seat in a session."""
    return await tx.value(
        """
        SELECT EXISTS (SELECT FROM booking
            WHERE tenant_id = $1 AND appointment_id = $2 AND person_id = $3 AND active)
        """,
        tx.tenant_id,
        session_id,
        person_id,
    )
