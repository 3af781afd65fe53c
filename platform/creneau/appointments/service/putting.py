"""Appointments that agents put to another time, another place, other agents (C-60, C-26)."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.appointments import queries
from creneau.appointments.errors import NotActive
from creneau.appointments.queries import NewAppointment
from creneau.appointments.rules import check_move, version_of
from creneau.appointments.schemas import Booking, PlacingRequest
from creneau.appointments.service.setting import check_wish, take_or_force
from creneau.appointments.steps import attempt, judge, locked, read, tell
from creneau.availability.service import open_motive
from creneau.claims import queries as claims
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.motives.schemas import Motive
from creneau.planning.queries.locks import book_beside_others
from creneau.refusals import ChangedMeanwhile, NotAllowed
from creneau.waiting.events import time_freed


async def put_elsewhere(booking_id: UUID, request: PlacingRequest, actor: Actor) -> Booking:
    """Give an appointment another time, place or agents, whatever the openings; only an agent can.

    The new time is taken and the old one freed in one transaction.

    Raises:
        Overlaps: it overlaps others and no reason is given; everything stays as it was.
        SlotTaken: somebody took the time at this very moment.
        ChangedMeanwhile: somebody else changed it since it was `seen`.
        NotActive: it is over already, or a seat of a session, which does not move alone.
        InvalidInput: nobody takes part, or the duration cannot be.
        NotAllowed: whoever asks is no agent.
        NotFound: no such booking or place.
    """
    if actor.kind != "agent":
        raise NotAllowed
    check_wish(request.resource_ids, request.duration_minutes)
    async with tenant_transaction() as tx:
        await book_beside_others(tx)
        booking = await locked(tx, booking_id)
        if version_of(booking) != request.seen:
            raise ChangedMeanwhile(booking)
        if booking.group_session:
            raise NotActive
        motive = await open_motive(tx, booking.motive_id, archived=True)
        check_move(booking, motive, actor, clock_now())
        await _put(tx, motive, booking, request, actor)
        return await _told(tx, motive, booking, actor, quiet=not request.notify)


async def _put(
    tx: Transaction, motive: Motive, booking: Booking, request: PlacingRequest, actor: Actor
) -> None:
    if booking.person_id is not None:
        await queries.lock_person(tx, booking.person_id)
    starts_at = request.starts_at.astimezone(UTC)
    new = NewAppointment(
        motive_id=motive.id,
        place_id=request.place_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=request.duration_minutes),
    )
    await claims.lock_resources(tx, _both(request.resource_ids, booking.resource_ids))
    await claims.leave_time(tx, booking.appointment_id)
    await take_or_force(tx, motive, new, booking.appointment_id, request, actor)
    await queries.move_appointment(tx, booking.appointment_id, new)
    await queries.set_booking_state(tx, booking.id, "planned", clock_now())
    await time_freed(tx, booking.starts_at, booking.ends_at)


def _both(one: Sequence[UUID], other: Sequence[UUID]) -> list[UUID]:
    return sorted({*one, *other})


async def _told(
    tx: Transaction, motive: Motive, before: Booking, actor: Actor, *, quiet: bool
) -> Booking:
    moved = await read(tx, before.id)
    await judge(tx, attempt("move", motive, moved, moved.person_id))
    details = {"from": before.starts_at, "to": moved.starts_at}
    return await tell(
        tx,
        before.id,
        "booking.moved",
        actor,
        details,
        left=before.resource_ids,
        quiet=quiet,
    )
