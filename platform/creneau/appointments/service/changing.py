"""Moving, cancelling, and saying what became of a booking.

Locks are taken in one order: the idempotency key, the appointments by id, the person, the resources
by id, the time itself.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
from creneau_infra.clock import now as clock_now
from creneau_infra.outbox.service import put

from creneau.appointments import queries
from creneau.appointments.errors import NotActive, SlotTaken
from creneau.appointments.placing import (
    Wish,
    as_appointment,
    check_session,
    offered,
    take_seat,
    take_slot,
)
from creneau.appointments.rules import (
    SET_BY_AGENTS,
    TAKES_TIME,
    check_cancel,
    check_move,
    is_apart,
    version_of,
)
from creneau.appointments.schemas import Booking, MoveRequest, SessionDraft, State
from creneau.appointments.service.nearest import (
    looking_around,
    naming_the_nearest,
    refuse_again,
)
from creneau.appointments.steps import attempt, judge, locked, read, refuse_another, tell
from creneau.availability.limits import limited
from creneau.availability.schemas import AGENT, Asking
from creneau.availability.service import open_motive
from creneau.claims import queries as claims
from creneau.claims.claiming import take_all
from creneau.claims.queries import TimeClaim
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.idempotency.queries import answered, keep
from creneau.idempotency.schemas import Once
from creneau.motives.schemas import Motive
from creneau.planning.queries.locks import book_beside_others
from creneau.refusals import ChangedMeanwhile, NotFound
from creneau.waiting.events import time_freed


async def cancel(
    booking_id: UUID,
    actor: Actor,
    once: Once | None = None,
    *,
    quiet: bool = False,
    seen: str | None = None,
) -> Booking:
    """Cancel a booking and free its time or seat at once (C-26).

    By a person it becomes `excused`, by the service `cancelled`. `quiet`: the person is not written
    to. `seen` is the `version_of` what a page showed, its notes included; None: whatever it is.

    Raises:
        ChangedMeanwhile: somebody else changed it since it was `seen`.
        TooLateToCancel: the motive's notice binds the person.
        NotActive: it is over already.
        NotFound: no such booking.
    """
    async with tenant_transaction() as tx:
        kept = await answered(tx, once)
        if kept is not None:
            return msgspec.convert(kept, Booking)
        booking = await locked(tx, booking_id)
        await refuse_another(tx, booking, seen)
        motive = await open_motive(tx, booking.motive_id, archived=True)
        check_cancel(booking, motive, actor, clock_now())
        state: State = "excused" if actor.kind in {"person", "visitor"} else "cancelled"
        await _free(tx, booking, state)
        booking = await tell(tx, booking_id, "booking.cancelled", actor, quiet=quiet)
        await keep(tx, once, booking)
    return booking


async def move(
    booking_id: UUID, request: MoveRequest, actor: Actor, once: Once | None = None
) -> Booking:
    """Claim the new time and free the old one in one transaction (C-26); times are UTC.

    Raises:
        TooLateToMove: the motive's notice binds the person.
        SlotTaken: somebody was quicker; its `details["nearest"]` holds up to three other slots.
        SlotNotOffered: nothing is open then.
        NotActive: it is over already.
        NotFound: no such booking.
    """
    async with naming_the_nearest(), tenant_transaction() as tx:
        return await move_once(tx, booking_id, request, actor, once)


async def move_once(  # noqa: PLR0913 - what a move is made of
    tx: Transaction,
    booking_id: UUID,
    request: MoveRequest,
    actor: Actor,
    once: Once | None = None,
    *,
    may_know: Callable[[Booking], None] | None = None,
) -> Booking:
    """Do what `move` does, in a transaction that has changed nothing yet.

    `may_know` is handed the booking, and raises for whoever may not know of it. The nearest slots
    are named by `naming_the_nearest`, around the transaction.
    """
    kept = await answered(tx, once)
    if kept is not None:
        return msgspec.convert(kept, Booking)
    await book_beside_others(tx)
    booking = await locked(tx, booking_id, request.appointment_id)
    if may_know is not None:
        may_know(booking)
    motive = await open_motive(tx, booking.motive_id)
    check_move(booking, motive, actor, clock_now())
    asking = _asking(booking, actor)
    if is_apart(booking, motive, request.starts_at):
        refuse_again(tx, motive.id, request, asking)
    if booking.person_id is not None:
        await queries.lock_person(tx, booking.person_id)
    with looking_around(motive, request, asking):
        await (_change_seat if booking.group_session else _change_time)(
            tx, motive, booking, request, actor
        )
    await time_freed(tx, booking.starts_at, booking.ends_at)
    moved = await read(tx, booking_id)
    await judge(tx, attempt("move", motive, moved, moved.person_id))
    details = {"from": booking.starts_at, "to": moved.starts_at}
    moved = await tell(tx, booking_id, "booking.moved", actor, details, left=booking.resource_ids)
    await keep(tx, once, moved)
    return moved


async def set_state(
    booking_id: UUID, state: State, actor: Actor, *, seen: str | None = None
) -> Booking:
    """Say what became of a booking (C-65); leaving its time frees it, taking it back claims it.

    `seen` is the `version_of` the appointment that a page showed; None: whatever it is.

    Raises:
        ChangedMeanwhile: somebody else changed it since it was `seen`, and to another state.
        SlotTaken: the time was given to somebody else meanwhile.
        NotActive: it was cancelled, never confirmed, or the state is not an agent's to set.
        NotFound: no such booking.
    """
    async with tenant_transaction() as tx:
        booking = await locked(tx, booking_id)
        if state == booking.state and state in SET_BY_AGENTS:
            return booking
        if seen is not None and version_of(booking) != seen:
            raise ChangedMeanwhile(booking)
        if state not in SET_BY_AGENTS or booking.state in {"held", "expired", "cancelled"}:
            raise NotActive
        if booking.state in TAKES_TIME and state not in TAKES_TIME:
            await _free(tx, booking, state)
        elif booking.state not in TAKES_TIME and state in TAKES_TIME:
            await _reclaim(tx, booking, state)
        else:
            await queries.set_booking_state(tx, booking_id, state, clock_now())
        details = {"from": booking.state, "to": state}
        await record(tx, actor, "booking.state_set", "booking", booking_id, details)
        changed = await read(tx, booking_id)
        told = {
            "booking_id": booking_id,
            "state": state,
            "before": booking.state,
            "sequence": changed.sequence,
            "agent_id": actor.id if actor.kind == "agent" else None,
        }
        await put(tx, "booking.status_changed", told, key=f"status:{booking_id}:{uuid4()}")
        return changed


async def create_session(draft: SessionDraft, actor: Actor) -> UUID:
    """Create a group session, which exists before anybody books it (C-24, C-25).

    Raises:
        SlotTaken: one of the resources is not free; nothing is taken then.
        NotFound: no such motive.
    """
    async with tenant_transaction() as tx:
        await open_motive(tx, draft.motive_id)
        appointment_id = await queries.add_session(tx, draft)
        claim = TimeClaim(
            appointment_id=appointment_id,
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            now=clock_now(),
        )
        if not await take_all(tx, claim, draft.resource_ids):
            raise SlotTaken
        await time_freed(tx, draft.starts_at, draft.ends_at)
        await record(tx, actor, "session.created", "appointment", appointment_id)
    return appointment_id


async def _free(tx: Transaction, booking: Booking, state: State) -> None:
    await queries.set_booking_state(tx, booking.id, state, clock_now())
    if not booking.group_session:
        await claims.free_time(tx, booking.appointment_id)
        await queries.set_appointment_state(tx, booking.appointment_id, "cancelled")
    await time_freed(tx, booking.starts_at, booking.ends_at)


async def _reclaim(tx: Transaction, booking: Booking, state: State) -> None:
    if booking.group_session:
        motive = await open_motive(tx, booking.motive_id, archived=True)
        seat = await take_seat(tx, motive, booking.appointment_id, clock_now(), over=True)
        await queries.set_seat(tx, booking.id, seat)
    else:
        span = await queries.last_span(tx, booking.appointment_id)
        claim = TimeClaim(
            appointment_id=booking.appointment_id,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            now=clock_now(),
        )
        if not await take_all(tx, claim, booking.resource_ids):
            raise SlotTaken(nearest=())
        await queries.set_appointment_state(tx, booking.appointment_id, "scheduled")
    await queries.set_booking_state(tx, booking.id, state, clock_now())


def _asking(booking: Booking, actor: Actor) -> Asking:
    """Say who looks for another time; whoever moves it for a person finds what the person would."""
    if actor.kind == "agent":
        return AGENT
    return Asking(person_id=booking.person_id, moving=booking.resource_ids)


async def _change_time(
    tx: Transaction, motive: Motive, booking: Booking, request: MoveRequest, actor: Actor
) -> None:
    wish = Wish(
        motive=motive,
        starts_at=request.starts_at,
        place_id=request.place_id,
        resource_id=request.resource_id,
        source="agent" if actor.kind == "agent" else "public",
        now=clock_now(),
        ignoring=booking.appointment_id,
        whose=(await limited(tx, motive, _asking(booking, actor))).resource_ids,
    )
    slot, candidates = await offered(tx, wish)
    await claims.lock_resources(tx, sorted({*candidates, *booking.resource_ids}))
    await claims.leave_time(tx, booking.appointment_id)
    await queries.move_appointment(tx, booking.appointment_id, as_appointment(motive, slot))
    await take_slot(tx, wish, slot, candidates, booking.appointment_id)
    await queries.set_booking_state(tx, booking.id, "planned", clock_now())


async def _change_seat(
    tx: Transaction, motive: Motive, booking: Booking, request: MoveRequest, actor: Actor
) -> None:
    if request.appointment_id is None:
        raise NotFound
    whose = (await limited(tx, motive, _asking(booking, actor))).resource_ids
    await check_session(tx, request.appointment_id, whose)
    seat = await take_seat(tx, motive, request.appointment_id, clock_now())
    await queries.move_seat(tx, booking.id, request.appointment_id, seat)
