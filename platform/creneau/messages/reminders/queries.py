"""Statements about the bookings of which somebody is reminded."""

from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.messages.reminders.schemas import Reminded

_REMINDED = """
    SELECT b.id, b.state, a.starts_at, o.time_zone, a.sequence, m.reminders
    FROM booking b
    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
    WHERE b.tenant_id = $1 AND b.person_id IS NOT NULL
"""


async def reminded(tx: Transaction, booking_id: UUID) -> Reminded | None:
    """Read a booking of somebody; None when nobody is known to come."""
    return await tx.one(Reminded, f"{_REMINDED} AND b.id = $2", tx.tenant_id, booking_id)


async def reminded_of_motive(
    tx: Transaction, motive_id: UUID, now: datetime, after: UUID | None, most: int
) -> list[Reminded]:
    """Read bookings of a motive that are to come, by id, `most` of those after one."""
    return await tx.all(
        Reminded,
        f"""
        {_REMINDED} AND a.motive_id = $2 AND a.starts_at > $3 AND b.state = 'planned'
            AND ($4::uuid IS NULL OR b.id > $4)
        ORDER BY b.id LIMIT $5
        """,
        tx.tenant_id,
        motive_id,
        now,
        after,
        most,
    )
