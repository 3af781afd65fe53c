"""Offering freed time to the first in line, then to the next, one transaction for each offer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from creneau_infra.clock import now as clock_now
from creneau_infra.outbox.service import put

from creneau.appointments import queries as appointments
from creneau.appointments.errors import SlotNotOffered, SlotTaken
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.appointments.service import hold_in
from creneau.appointments.steps import attempt, judge
from creneau.availability.schemas import Slot, SlotQuery
from creneau.availability.service import booking_bounds, open_motive, slots_of
from creneau.claims import queries as claims
from creneau.context import SYSTEM
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.motives.schemas import Motive
from creneau.planning.queries.locks import book_beside_others
from creneau.refusals import NotFound, Refusal
from creneau.waiting import queries
from creneau.waiting.events import FREED
from creneau.waiting.rules import Chances, Match, Seen, first_match
from creneau.waiting.schemas import AboutOffer, Freed, InLine, Offer

OFFERED: Final = "waiting.offered"
OFFER_OVER: Final = "waiting.offer_over"
A_DAY: Final = timedelta(days=1)
AN_HOUR: Final = timedelta(hours=1)
AT_ONCE: Final = 20
Moment = tuple[UUID, datetime]


async def offer_freed(freed: Freed) -> int:
    """Offer what is free to those who wait, in the order in which they asked (C-28).

    Each offer is a hold of the engine, made in a transaction of its own: dying between two loses
    nothing, and running again makes nothing twice. Gives the number of offers.
    """
    refused: set[Seen] = set()
    taken: set[Moment] = set()
    made = 0
    while made < AT_ONCE:
        match = await _offer_next(freed, refused, taken)
        if match is None:
            return made
        made += match
    async with tenant_transaction() as tx:
        await put(tx, FREED, freed, key=f"{FREED}:{uuid4()}")
    return made


async def _offer_next(freed: Freed, refused: set[Seen], taken: set[Moment]) -> bool | None:
    """Make one offer; False if somebody was quicker or a rule refused, None if nothing is left."""
    match: Match | None = None
    try:
        async with tenant_transaction() as tx:
            await book_beside_others(tx)
            await queries.lock_line(tx)
            match = await _match(tx, freed, refused, taken)
            if match is None:
                await _look_again(tx)
                return None
            await _offer(tx, match)
    except Refusal as refusal:
        if match is None:
            raise
        if isinstance(refusal, SlotTaken | SlotNotOffered):
            # A quick visitor's: who is behind in the line must not get what was refused before.
            taken.add((match.slot.place_id, match.slot.starts_at))
        refused.add(match.seen)
        return False
    return True


async def _match(
    tx: Transaction, freed: Freed, refused: set[Seen], taken: set[Moment]
) -> Match | None:
    now = clock_now()
    line = await queries.line(tx, now)
    if not line:
        return None
    by_motive: defaultdict[UUID, list[InLine]] = defaultdict(list)
    for waiting in line:
        by_motive[waiting.motive_id].append(waiting)
    motives = {motive_id: await open_motive(tx, motive_id) for motive_id in by_motive}
    free = {
        motive.id: _without(await _free(tx, motive, freed, by_motive[motive.id], now), taken)
        for motive in motives.values()
    }
    if not any(free.values()):
        return None
    zones = await queries.zones(tx)
    chances = Chances(
        free=free,
        minutes={
            motive_id: (await queries.rule_of(tx, motive_id)).offer_minutes for motive_id in motives
        },
        notices={
            motive.id: timedelta(minutes=motive.minimum_notice_minutes)
            for motive in motives.values()
        },
        zones={place_id: ZoneInfo(zone) for place_id, zone in zones.items()},
        passed=refused | await queries.seen_by_line(tx),
        now=now,
    )
    return first_match(line, chances)


def _without(slots: Sequence[Slot], taken: set[Moment]) -> list[Slot]:
    return [slot for slot in slots if (slot.place_id, slot.starts_at) not in taken]


async def _free(
    tx: Transaction, motive: Motive, freed: Freed, line: Sequence[InLine], now: datetime
) -> Sequence[Slot]:
    """Find what is free before what somebody of the line wants, up to the freed time."""
    starts_from, starts_before = booking_bounds(motive, now)
    bounds = [waiting.before for waiting in line]
    if None not in bounds:
        starts_before = min(starts_before, max(bound for bound in bounds if bound is not None))
    if freed.starts_at is not None:
        # Earlier times are looked at too: what else is on its way must not come second.
        starts_before = min(starts_before, (freed.ends_at or freed.starts_at) + A_DAY)
    if starts_from >= starts_before:
        return ()
    places = {waiting.place_id for waiting in line}
    query = SlotQuery(
        motive_id=motive.id,
        starts_from=starts_from,
        starts_before=starts_before,
        place_ids=() if None in places else tuple(place for place in places if place is not None),
    )
    return await slots_of(tx, motive, query, now)


async def _offer(tx: Transaction, match: Match) -> None:
    waiting, slot, now = match.waiting, match.slot, clock_now()
    entry = await queries.lock_entry(tx, waiting.id)
    if entry is None or entry.state != "waiting":
        raise NotFound
    if slot.appointment_id is not None:
        await claims.lock_appointments(tx, [slot.appointment_id])
    await appointments.lock_person(tx, waiting.person_id)
    held = await _hold(tx, match)
    offer = Offer(
        id=uuid4(),
        entry_id=waiting.id,
        booking_id=held.id,
        place_id=held.place_id,
        starts_at=held.starts_at,
        held_until=match.until,
        state="open",
    )
    await queries.add_offer(tx, waiting.id, offer, now)
    await queries.set_state(tx, waiting.id, "offered", now)
    about = AboutOffer(offer_id=offer.id)
    await put(tx, OFFER_OVER, about, key=f"{OFFER_OVER}:{offer.id}", due_at=match.until)
    await put(tx, OFFERED, about, key=f"{OFFERED}:{offer.id}")
    details = {"entry_id": waiting.id, "booking_id": held.id, "starts_at": held.starts_at}
    await record(tx, SYSTEM, "waiting.offered", "person", waiting.person_id, details)


async def _hold(tx: Transaction, match: Match) -> Booking:
    """Hold the slot, and ask the rules now what they would say to an acceptance."""
    waiting, slot = match.waiting, match.slot
    motive = await open_motive(tx, waiting.motive_id)
    wish = HoldRequest(
        motive_id=motive.id,
        starts_at=slot.starts_at,
        place_id=slot.place_id,
        appointment_id=slot.appointment_id,
        owner=waiting.id.bytes,
    )
    held = await hold_in(tx, motive, wish, match.until)
    await record(tx, SYSTEM, "booking.held", "booking", held.id)
    accepted = ConfirmRequest(instructions_accepted=True)
    stage = "confirm" if waiting.booking_id is None else "move"
    asked = attempt(stage, motive, held, waiting.person_id, accepted)
    await judge(tx, msgspec.structs.replace(asked, booking_id=waiting.booking_id or held.id))
    return held


async def _look_again(tx: Transaction) -> None:
    """Have everything looked at again when a visitor's hold ends, and within the hour.

    Holds end without a job; so do notices, which open further days as time goes by.
    """
    now = clock_now()
    await queries.close_over(tx, now)
    if not await queries.anyone_waits(tx):
        return
    hour = now.replace(minute=0, second=0, microsecond=0) + AN_HOUR
    for moment in [*await queries.ends_of_holds(tx, now), hour]:
        await put(tx, FREED, Freed(), key=f"{FREED}:by:{moment.isoformat()}", due_at=moment)
