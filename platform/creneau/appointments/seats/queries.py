"""The statements of who has a seat of an appointment."""

from uuid import UUID

from creneau.appointments.queries import ENTRY
from creneau.appointments.schemas import AgendaEntry
from creneau.database import Transaction


async def seated(tx: Transaction, appointment_id: UUID) -> list[AgendaEntry]:
    """Read the bookings of one appointment, with who comes; holds are left out."""
    return await tx.all(
        AgendaEntry,
        ENTRY
        + """
        WHERE b.tenant_id = $1 AND b.state NOT IN ('held', 'expired')
            AND b.appointment_id = $2 AND b.person_id IS NOT NULL
        ORDER BY unaccent(lower(n.last_name)), unaccent(lower(n.first_name)), b.id
        """,
        tx.tenant_id,
        appointment_id,
    )
