"""Holding a slot, and confirming it.

Locks are taken in one order: the idempotency key, the planning (shared), the appointment, the
person, the time itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from creneau_infra.clock import now as clock_now

from creneau.appointments import queries
from creneau.appointments.errors import HoldUsed, NotBookable
from creneau.appointments.holds import queries as holds
from creneau.appointments.holds.queries import Confirmed
from creneau.appointments.notes import queries as notes
from creneau.appointments.placing import (
    FreeSeat,
    FreeTime,
    Wish,
    check_audience,
    check_opened,
    check_session,
    hold_time,
    look_for_time,
    take_seat,
)
from creneau.appointments.queries import NewBooking
from creneau.appointments.rules import checked_notes
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.appointments.service.nearest import (
    looking_around,
    naming_the_nearest,
    refuse_again,
)
from creneau.appointments.steps import attempt, expired, judge, locked, owned, tell_of
from creneau.availability.limits import limited
from creneau.availability.schemas import AGENT, Asking
from creneau.availability.service import open_motive
from creneau.claims import queries as claims
from creneau.confidentiality.service import begin_in
from creneau.context import VISITOR, Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.idempotency.queries import answered, keep
from creneau.idempotency.schemas import Once
from creneau.invitations import using as invitations
from creneau.motives.schemas import Motive
from creneau.people.service import identified, is_described, known
from creneau.planning.queries.locks import book_beside_others
from creneau.plugins import active
from creneau.questions.answering import keep_answers
from creneau.refusals import NotFound
from creneau.waiting.events import time_freed

HOLD: Final = timedelta(minutes=10)


async def hold(request: HoldRequest, actor: Actor, once: Once | None = None) -> Booking:
    """Hold a slot or a seat for ten minutes (C-23); expiry frees it with no job needed.

    Raises:
        SlotTaken: somebody was quicker; its `details["nearest"]` holds up to three other slots.
        SlotNotOffered: nothing is open then, or it is too soon or too far ahead.
        NotBookable: the motive is not open to whoever asks.
        NotFound: no such motive.
        Refusal: a rule of the core or of a plugin turns it down.
    """
    async with naming_the_nearest(), tenant_transaction() as tx:
        return await hold_once(tx, request, actor, once)


async def hold_once(
    tx: Transaction, request: HoldRequest, actor: Actor, once: Once | None = None
) -> Booking:
    """Do what `hold` does, in a transaction that has changed nothing yet.

    The nearest slots are named by `naming_the_nearest`, around the transaction.
    """
    kept = await answered(tx, once)
    if kept is not None:
        return msgspec.convert(kept, Booking)
    refuse_again(tx, request.motive_id, request, _asking(request))
    await book_beside_others(tx)
    motive = await open_motive(tx, request.motive_id)
    with looking_around(motive, request, _asking(request)):
        booking = await hold_in(tx, motive, request, clock_now() + HOLD)
    await record(tx, actor, "booking.held", "booking", booking.id)
    await keep(tx, once, booking)
    return booking


async def confirm(
    booking_id: UUID,
    owner: bytes,
    request: ConfirmRequest,
    actor: Actor,
    once: Once | None = None,
) -> Booking:
    """Give a held seat to a person (C-41); confirming again for them answers the same (C-30).

    Raises:
        HoldExpired: the ten minutes are over.
        HoldUsed: it was confirmed already, for somebody else.
        NotFound: no such hold, or somebody else's.
        Refusal: a rule of the core or of a plugin turns it down.
    """
    async with tenant_transaction() as tx:
        return await confirm_once(tx, booking_id, owner, request, actor, once)


async def confirm_once(  # noqa: PLR0913, PLR0917 - what a confirmation is made of
    tx: Transaction,
    booking_id: UUID,
    owner: bytes,
    request: ConfirmRequest,
    actor: Actor,
    once: Once | None = None,
) -> Booking:
    """Do what `confirm` does, in a transaction that has changed nothing yet."""
    kept = await answered(tx, once)
    if kept is not None:
        return msgspec.convert(kept, Booking)
    booking = await owned(tx, booking_id, owner, lock=True)
    if booking.state == "held":
        motive = await open_motive(tx, booking.motive_id)
        person_id = await person_of(tx, request, actor)
        booking = await confirm_in(tx, motive, booking, person_id, request, actor)
    elif not await _is_theirs(tx, booking, request):
        raise HoldUsed
    await keep(tx, once, booking)
    return booking


async def _is_theirs(tx: Transaction, booking: Booking, request: ConfirmRequest) -> bool:
    """Tell whether what was confirmed already is for whoever is named again."""
    if request.person_id is not None or request.identity is None:
        return request.person_id == booking.person_id
    return await is_described(tx, booking.person_id, request.identity)


async def book(
    held: HoldRequest, request: ConfirmRequest, actor: Actor, once: Once | None = None
) -> Booking:
    """Hold and confirm in one transaction; raises what `hold` and `confirm` raise."""
    async with naming_the_nearest(), tenant_transaction() as tx:
        return await book_once(tx, held, request, actor, once)


async def book_once(
    tx: Transaction,
    held: HoldRequest,
    request: ConfirmRequest,
    actor: Actor,
    once: Once | None = None,
) -> Booking:
    """Do what `book` does, in a transaction that has changed nothing yet.

    The nearest slots are named by `naming_the_nearest`, around the transaction.
    """
    kept = await answered(tx, once)
    if kept is not None:
        return msgspec.convert(kept, Booking)
    refuse_again(tx, held.motive_id, held, _asking(held))
    await book_beside_others(tx)
    motive = await open_motive(tx, held.motive_id)
    with looking_around(motive, held, _asking(held)):
        booking = await _book_in(tx, motive, held, request, actor)
    await keep(tx, once, booking)
    return booking


async def _book_in(
    tx: Transaction, motive: Motive, held: HoldRequest, request: ConfirmRequest, actor: Actor
) -> Booking:
    # Whoever comes too late hears so before anything is written about them. A session and the
    # person are locked before any time is: the order that everybody keeps.
    room = await _look(tx, motive, held)
    person_id = await person_of(tx, request, actor)
    await queries.lock_person(tx, person_id)
    booking = await _take(tx, motive, held, room, clock_now() + HOLD)
    return await confirm_in(tx, motive, booking, person_id, request, actor)


async def release(booking_id: UUID, owner: bytes) -> None:
    """Give a hold up at once; nothing happens if it is over already or somebody else's."""
    async with tenant_transaction() as tx:
        booking = await queries.find(tx, booking_id)
        if booking is None or booking.held_by != owner or booking.state != "held":
            return
        if await release_in(tx, booking_id):
            await record(tx, VISITOR, "booking.released", "booking", booking_id)


async def release_in(tx: Transaction, booking_id: UUID) -> bool:
    """Give a hold up in the caller's transaction, and tell whether there was one still."""
    booking = await locked(tx, booking_id)
    if booking.state != "held":
        return False
    await queries.set_booking_state(tx, booking_id, "expired", clock_now())
    if not booking.group_session:
        await claims.free_time(tx, booking.appointment_id)
        await queries.set_appointment_state(tx, booking.appointment_id, "expired")
    await time_freed(tx, booking.starts_at, booking.ends_at)
    return True


async def hold_in(
    tx: Transaction, motive: Motive, request: HoldRequest, until: datetime
) -> Booking:
    """Hold a slot or a seat until a moment (UTC), in the caller's transaction; raises like `hold`."""
    return await _take(tx, motive, request, await _look(tx, motive, request), until)


async def _look(tx: Transaction, motive: Motive, request: HoldRequest) -> FreeTime | FreeSeat:
    """Find what is asked for; a session is locked, time is not: its claim decides."""
    invitation_id = request.asking.invitation_id
    check_audience(motive, request.source, invited=invitation_id is not None)
    check_opened(motive, request.source, clock_now())
    if invitation_id is not None:
        await invitations.check(tx, invitation_id, motive)
    whose = (await limited(tx, motive, _asking(request))).resource_ids
    return await (_time if motive.capacity == 1 else _seat)(tx, motive, request, whose)


def _asking(request: HoldRequest) -> Asking:
    return AGENT if request.source == "agent" else request.asking


async def _take(
    tx: Transaction,
    motive: Motive,
    request: HoldRequest,
    room: FreeTime | FreeSeat,
    until: datetime,
) -> Booking:
    if isinstance(room, FreeTime):
        booking = await hold_time(tx, room, request.owner, until)
    else:
        booking = await queries.add_booking(tx, _seated(room, request, until))
    await judge(tx, attempt("hold", motive, booking))
    return booking


async def _time(
    tx: Transaction, motive: Motive, request: HoldRequest, whose: Sequence[UUID] | None
) -> FreeTime:
    wish = Wish(
        motive=motive,
        starts_at=request.starts_at,
        place_id=request.place_id,
        resource_id=request.resource_id,
        source=request.source,
        now=clock_now(),
        whose=whose,
    )
    return await look_for_time(tx, wish)


async def _seat(
    tx: Transaction, motive: Motive, request: HoldRequest, whose: Sequence[UUID] | None
) -> FreeSeat:
    if request.appointment_id is None:
        raise NotFound
    await check_session(tx, request.appointment_id, whose)
    notice = request.source != "agent"
    seat = await take_seat(tx, motive, request.appointment_id, clock_now(), notice=notice)
    return FreeSeat(request.appointment_id, seat)


def _seated(seat: FreeSeat, request: HoldRequest, until: datetime) -> NewBooking:
    return NewBooking(
        appointment_id=seat.appointment_id,
        seat=seat.number,
        held_until=until,
        held_by=request.owner,
        source=request.source,
    )


async def person_of(tx: Transaction, request: ConfirmRequest, actor: Actor) -> UUID:
    """Give the person who is named, recognised or new; inside the caller's transaction.

    Raises:
        NotFound: There is no such person here, or they were erased.
    """
    if request.person_id is not None:
        return await known(tx, request.person_id)
    if request.identity is None:
        raise NotFound
    return await identified(tx, request.identity, actor, email_proven=request.email_proven)


async def confirm_in(  # noqa: PLR0913, PLR0917 - what a confirmation is made of
    tx: Transaction,
    motive: Motive,
    booking: Booking,
    person_id: UUID,
    request: ConfirmRequest,
    actor: Actor,
) -> Booking:
    """Give a held seat to a person, in the caller's transaction, which locked its appointment.

    Raises:
        HoldExpired: the time to confirm is over.
        Refusal: a rule of the core or of a plugin turns it down.
    """
    invited_alone = motive.audience == "invited" and booking.source == "public"
    if invited_alone and request.invitation_id is None:
        raise NotBookable
    await judge(tx, attempt("confirm", motive, booking, person_id, request))
    accepted = motive.instructions_before or None if request.instructions_accepted else None
    groups = active().booking_fields()
    for_others = any(group.is_for_others(request.values) for group in groups)
    theirs = booking.source == "public" or actor.kind == "visitor"
    source = "others" if for_others and theirs else booking.source
    now = clock_now()
    given = Confirmed(
        booking_id=booking.id,
        appointment_id=None if booking.group_session else booking.appointment_id,
        person_id=person_id,
        accepted=accepted,
        source=source,
        at=now,
    )
    if not await holds.confirm(tx, given):
        raise expired(booking)
    if request.invitation_id is not None:
        await invitations.use(tx, request.invitation_id, motive, person_id, booking.id)
    if motive.asks:
        await keep_answers(tx, booking, request.values)
    if request.confidential:
        await begin_in(tx, person_id, motive.id, actor)
    if request.notes:
        await notes.keep(tx, booking.appointment_id, checked_notes(request.notes))
    for group in groups:
        await group.save(tx, booking.id, request.values)
    by = Actor("person", person_id) if actor.kind == "visitor" and not for_others else actor
    # What the UPDATE made of it, spared a second look: nobody else writes to it, it is locked.
    confirmed = msgspec.structs.replace(
        booking,
        state="planned",
        person_id=person_id,
        held_until=None,
        confirmed_at=now,
        accepted_instructions=accepted,
        source=source,
    )
    await tell_of(tx, confirmed, "booking.confirmed", by)
    return confirmed
