"""Finding room for a booking: time of a resource, or a seat in a session; inside a transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from creneau.appointments import queries
from creneau.appointments.errors import (
    LastSeatTaken,
    NotBookable,
    NotOpenYet,
    SlotNotOffered,
    SlotTaken,
)
from creneau.appointments.holds import queries as holds
from creneau.appointments.queries import NewAppointment, NewBooking
from creneau.appointments.schemas import Booking, Source
from creneau.availability import queries as availability
from creneau.availability.limits import among
from creneau.availability.rules import chosen
from creneau.availability.schemas import AGENT, Slot, SlotQuery
from creneau.availability.service import slots_of
from creneau.claims import queries as claims
from creneau.claims.claiming import take_all, take_one
from creneau.claims.queries import SessionRow, TimeClaim
from creneau.database import Transaction
from creneau.motives.schemas import Motive

A_MOMENT = timedelta(seconds=1)
TRIES = 3
NOT_MADE_YET = UUID(int=0)
OPEN_TO: dict[Source, frozenset[str]] = {
    "public": frozenset({"everyone"}),
    "others": frozenset({"everyone"}),
    "api": frozenset({"everyone", "prescribers"}),
    "agent": frozenset({"everyone", "prescribers", "invited", "agents"}),
}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The time that is asked for (UTC), by whom, and until when it is held (None: for good).

    `whose`: those whose time is offered to who asks (`availability.limits`); None: everybody's.
    """

    motive: Motive
    starts_at: datetime
    place_id: UUID | None
    resource_id: UUID | None
    source: Source
    now: datetime
    held_until: datetime | None = None
    ignoring: UUID | None = None
    whose: Sequence[UUID] | None = None


class FreeTime(msgspec.Struct, frozen=True):
    """A slot that was free when it was looked at, and who could take it, the least loaded first."""

    wish: Wish
    slot: Slot
    candidates: Sequence[UUID]


class FreeSeat(msgspec.Struct, frozen=True):
    """A seat that nobody has, in a session that is locked."""

    appointment_id: UUID
    number: int


def check_audience(motive: Motive, source: Source, *, invited: bool = False) -> None:
    """Raise `NotBookable` unless the motive is open to whoever asks (C-05).

    `invited`: they have an invitation, which is looked at elsewhere (S-11).
    """
    if motive.audience == "invited" and invited:
        return
    if motive.audience not in OPEN_TO[source]:
        raise NotBookable


def check_opened(motive: Motive, source: Source, now: datetime) -> None:
    """Raise `NotOpenYet` for a program that comes before the line in front of a motive opens (UTC).

    The public stands in that line; agents set appointments whenever they like.
    """
    opens_at = motive.line_opens_at
    if source == "api" and opens_at is not None and now < opens_at:
        raise NotOpenYet(opens_at=opens_at)


async def offered(tx: Transaction, wish: Wish) -> tuple[Slot, Sequence[UUID]]:
    """Find the slot that is wished for, and who could take it, the least loaded first.

    Raises:
        SlotTaken: it is open then, and nobody is free.
        SlotNotOffered: nothing is open then, or it is too soon or too late.
    """
    slot = await _slot(tx, wish)
    if len(slot.resource_ids) == 1:
        return slot, slot.resource_ids
    ordered = await availability.by_load(tx, slot.resource_ids, wish.starts_at, slot.place_id)
    return slot, ordered


async def _slot(tx: Transaction, wish: Wish) -> Slot:
    wanted = (wish.resource_id,) if wish.resource_id else None
    query = SlotQuery(
        motive_id=wish.motive.id,
        starts_from=wish.starts_at,
        starts_before=wish.starts_at + A_MOMENT,
        place_ids=(wish.place_id,) if wish.place_id else (),
        resource_ids=among(wish.whose, wanted) or (),
        asking=AGENT,
        for_agents=wish.source == "agent",
        ignoring=wish.ignoring,
    )
    past = wish.source == "agent"
    for slot in await slots_of(tx, wish.motive, query, wish.now, past=past):
        if slot.starts_at == wish.starts_at:
            return slot
    if wish.starts_at > wish.now and await queries.opened_then(
        tx, wish.motive.id, wish.place_id, wish.resource_id, wish.starts_at
    ):
        raise SlotTaken
    raise SlotNotOffered


def time_claim(wish: Wish, slot: Slot, appointment_id: UUID) -> TimeClaim:
    """Widen a slot by the motive's buffers into the period that it takes."""
    return TimeClaim(
        appointment_id=appointment_id,
        starts_at=slot.starts_at - timedelta(minutes=wish.motive.buffer_before_minutes),
        ends_at=slot.ends_at + timedelta(minutes=wish.motive.buffer_after_minutes),
        now=wish.now,
        held_until=wish.held_until,
    )


async def look_for_time(tx: Transaction, wish: Wish) -> FreeTime:
    """Find the slot that is wished for; raises what `offered` raises."""
    slot, candidates = await offered(tx, wish)
    return FreeTime(wish, slot, candidates)


async def hold_time(tx: Transaction, found: FreeTime, owner: bytes, until: datetime) -> Booking:
    """Hold free time for `owner` until a moment (UTC).

    Raises:
        SlotTaken: somebody else was quicker; roll back.
    """
    wish = msgspec.structs.replace(found.wish, held_until=until)
    slot, candidates = found.slot, found.candidates
    new = as_appointment(wish.motive, slot)
    if not wish.motive.requires:
        claim = time_claim(wish, slot, NOT_MADE_YET)
        held = await holds.hold_time(tx, new, claim, candidates[0], owner, wish.source)
        if held is not None:
            return held
    appointment_id = await queries.add_appointment(tx, new)
    await take_slot(tx, wish, slot, candidates, appointment_id)
    seat = NewBooking(
        appointment_id=appointment_id,
        seat=1,
        held_until=until,
        held_by=owner,
        source=wish.source,
    )
    return await queries.add_booking(tx, seat)


async def take_slot(
    tx: Transaction, wish: Wish, slot: Slot, candidates: Sequence[UUID], appointment_id: UUID
) -> None:
    """Take a slot's time for an appointment: of one resource, or of all that it needs (C-25).

    Raises:
        SlotTaken: somebody else was quicker; roll back.
    """
    claim = time_claim(wish, slot, appointment_id)
    if not wish.motive.requires:
        if await take_one(tx, claim, candidates) is None:
            raise SlotTaken
        return
    await claims.lock_resources(tx, candidates)
    for _ in range(TRIES):
        if await _take_together(tx, wish, claim, candidates):
            return
        _, free = await offered(tx, wish)
        # Only those that are locked already: a lock taken now would be out of order.
        candidates = [resource for resource in free if resource in candidates]
    raise SlotTaken


async def _all_or_none(tx: Transaction, claim: TimeClaim, resource_ids: Sequence[UUID]) -> None:
    if not await take_all(tx, claim, resource_ids):
        raise SlotTaken


async def _take_together(
    tx: Transaction, wish: Wish, claim: TimeClaim, candidates: Sequence[UUID]
) -> bool:
    kinds = await availability.kinds_of(tx, candidates)
    first = wish.whose or ()
    ordered = sorted(candidates, key=lambda one: (one != wish.resource_id, one not in first))
    try:
        async with tx.savepoint():
            await _all_or_none(tx, claim, chosen(ordered, kinds, wish.motive.requires))
    except SlotTaken:
        return False
    return True


def as_appointment(motive: Motive, slot: Slot) -> NewAppointment:
    """Give the columns of an appointment in a slot."""
    return NewAppointment(
        motive_id=motive.id,
        place_id=slot.place_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )


async def check_session(
    tx: Transaction, appointment_id: UUID, whose: Sequence[UUID] | None
) -> None:
    """Raise `SlotNotOffered` unless one of those whose time is offered holds the session."""
    if whose is None:
        return
    if not set(await claims.resources_of(tx, appointment_id)) & set(whose):
        raise SlotNotOffered


async def take_seat(  # noqa: PLR0913 - which seat, for whom, when
    tx: Transaction,
    motive: Motive,
    appointment_id: UUID,
    now: datetime,
    *,
    over: bool = False,
    notice: bool = True,
) -> int:
    """Lock a session and find its lowest free seat (C-24); `over`: it may have begun.

    `notice`: the motive's binds, as it does for the public; it does not for agents (C-06).

    Raises:
        LastSeatTaken: it is full.
        SlotNotOffered: it is over, cancelled, or not for this motive.
    """
    session = await claims.lock_session(tx, appointment_id)
    if session is None or not (over or _is_open(session, motive, now if notice else None)):
        raise SlotNotOffered
    seat = await claims.free_seat(tx, session, now)
    if seat is None:
        raise LastSeatTaken
    return seat


def _is_open(session: SessionRow, motive: Motive, now: datetime | None) -> bool:
    notice = timedelta(minutes=motive.minimum_notice_minutes)
    return (
        session.motive_id == motive.id
        and session.state == "scheduled"
        and (now is None or session.starts_at >= now + notice)
    )
