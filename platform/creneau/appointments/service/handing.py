"""Moving a booking to a slot that is held for its person already (C-26, C-28)."""

from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.appointments import queries
from creneau.appointments.queries import NewAppointment
from creneau.appointments.rules import check_move
from creneau.appointments.schemas import Booking
from creneau.appointments.steps import attempt, expired, judge, read, tell
from creneau.availability.service import open_motive
from creneau.claims import queries as claims
from creneau.context import Actor
from creneau.database import Transaction
from creneau.waiting.events import time_freed


async def move_to_held_in(
    tx: Transaction, booking_id: UUID, held_id: UUID, actor: Actor
) -> Booking:
    """Move a booking to what a hold of its person holds, in the caller's transaction.

    The held time changes hands and is not claimed anew: nobody can be quicker.

    Raises:
        HoldExpired: the hold is over.
        TooLateToMove: the motive's notice binds the person.
        NotActive: the booking is over already.
        NotFound: no such booking.
    """
    booking, held = await _locked(tx, booking_id, held_id)
    motive = await open_motive(tx, booking.motive_id)
    check_move(booking, motive, actor, clock_now())
    if held.state != "held" or held.held_until is None or held.held_until <= clock_now():
        raise expired(held)
    await queries.set_booking_state(tx, held_id, "expired", clock_now())
    await (_change_seat if held.group_session else _change_time)(tx, booking, held)
    await time_freed(tx, booking.starts_at, booking.ends_at)
    moved = await read(tx, booking_id)
    await judge(tx, attempt("move", motive, moved, moved.person_id))
    details = {"from": booking.starts_at, "to": moved.starts_at}
    return await tell(tx, booking_id, "booking.moved", actor, details, left=booking.resource_ids)


async def _locked(tx: Transaction, booking_id: UUID, held_id: UUID) -> tuple[Booking, Booking]:
    pair = [await read(tx, booking_id), await read(tx, held_id)]
    await claims.lock_appointments(tx, [booking.appointment_id for booking in pair])
    booking, held = await read(tx, booking_id), await read(tx, held_id)
    if booking.person_id is not None:
        await queries.lock_person(tx, booking.person_id)
    return booking, held


async def _change_time(tx: Transaction, booking: Booking, held: Booking) -> None:
    await claims.leave_time(tx, booking.appointment_id)
    if not await claims.hand_over(tx, held.appointment_id, booking.appointment_id, clock_now()):
        raise expired(held)
    new = NewAppointment(
        motive_id=held.motive_id,
        place_id=held.place_id,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
    )
    await queries.move_appointment(tx, booking.appointment_id, new)
    await queries.set_appointment_state(tx, held.appointment_id, "expired")
    await queries.set_booking_state(tx, booking.id, "planned", clock_now())


async def _change_seat(tx: Transaction, booking: Booking, held: Booking) -> None:
    await queries.move_seat(tx, booking.id, held.appointment_id, held.seat)
