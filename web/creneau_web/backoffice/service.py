"""What the page of an appointment reads beside the appointment itself."""

from uuid import UUID

from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.history.queries import Entry


async def history_of(booking_id: UUID) -> list[Entry]:
    """Read what happened to a booking, oldest first (C-66)."""
    async with tenant_transaction() as tx:
        return await history.of_subject(tx, "booking", booking_id)
