"""What becomes of appointments that lose their time; inside the caller's transaction (C-14)."""

from collections.abc import Sequence
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.appointments import queries
from creneau.appointments.schemas import Booking, State
from creneau.appointments.steps import read, tell
from creneau.claims import queries as claims
from creneau.context import Actor
from creneau.database import Transaction
from creneau.waiting.events import time_freed


async def mark_to_reschedule(
    tx: Transaction, booking_ids: Sequence[UUID], actor: Actor, cause: str
) -> None:
    """Mark bookings of locked appointments, free their time, and tell their persons.

    A group session is over with its bookings: nobody else may take a seat that was freed.
    """
    for booking_id in booking_ids:
        booking = await read(tx, booking_id)
        await queries.set_booking_state(tx, booking_id, "to_reschedule", clock_now())
        await _free(tx, booking, "cancelled")
        details = {"from": booking.state, "to": "to_reschedule", "cause": cause}
        await tell(tx, booking_id, "booking.to_reschedule", actor, details)


async def cancel_for_the_service(
    tx: Transaction, booking_ids: Sequence[UUID], actor: Actor
) -> None:
    """Cancel bookings of locked appointments, free their time, and tell their persons."""
    for booking_id in booking_ids:
        booking = await read(tx, booking_id)
        await queries.set_booking_state(tx, booking_id, "cancelled", clock_now())
        await _free(tx, booking, "cancelled")
        await tell(tx, booking_id, "booking.cancelled", actor)


async def drop_holds(tx: Transaction, booking_ids: Sequence[UUID]) -> None:
    """Let holds of locked appointments run out at once; their visitors choose again."""
    for booking_id in booking_ids:
        booking = await read(tx, booking_id)
        state: State = "expired"
        await queries.set_booking_state(tx, booking_id, state, clock_now())
        if not booking.group_session:
            await _free(tx, booking, state)


async def _free(tx: Transaction, booking: Booking, state: str) -> None:
    if booking.appointment_state != "scheduled":
        return
    await claims.free_time(tx, booking.appointment_id)
    await time_freed(tx, booking.starts_at, booking.ends_at)
    await queries.set_appointment_state(tx, booking.appointment_id, state)
