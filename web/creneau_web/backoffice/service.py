"""What the page of an appointment reads beside the appointment itself."""

from creneau.appointments.schemas import Booking
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.history.queries import Entry


async def history_of(booking: Booking) -> list[Entry]:
    """Read what happened to a booking and to the time that it stands in, oldest first (C-66)."""
    async with tenant_transaction() as tx:
        of_time = await history.of_subject(tx, "appointment", booking.appointment_id)
        own = await history.of_subject(tx, "booking", booking.id)
    return sorted([*of_time, *own], key=lambda entry: entry.at)
