"""What agents note about an appointment, for agents alone (C-62)."""

from uuid import UUID

from creneau.appointments.notes import queries
from creneau.database import tenant_transaction


async def notes_of(appointment_id: UUID) -> str:
    """Read what agents noted about an appointment; empty where nothing is."""
    async with tenant_transaction() as tx:
        return await queries.of_appointment(tx, appointment_id)
