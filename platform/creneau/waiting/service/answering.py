"""Accepting, declining, leaving, and letting an offer run out.

The entry is locked first, then what the engine locks: appointments by id, the person, the time.
"""

from uuid import UUID

from creneau_infra.clock import now as clock_now
from creneau_infra.outbox.service import put

from creneau.appointments.schemas import Booking, ConfirmRequest
from creneau.appointments.service import confirm_in, move_to_held_in, release_in
from creneau.appointments.steps import locked, read
from creneau.availability.service import open_motive
from creneau.context import SYSTEM, Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.refusals import NotFound
from creneau.waiting import queries
from creneau.waiting.errors import OfferOver
from creneau.waiting.events import time_freed
from creneau.waiting.schemas import AboutOffer, Acceptance, Entry, Offer, OfferState
from creneau.waiting.service.offering import OFFER_OVER


async def accept(entry_id: UUID, acceptance: Acceptance, actor: Actor) -> Booking:
    """Take the offered slot (C-28): it is confirmed, or the person's appointment moves to it.

    Accepting again answers the same (C-30).

    Raises:
        OfferOver: It was declined, or its time is over.
        TooLateToMove: The motive's notice binds the appointment that would move.
        Refusal: A rule of the core or of a plugin turns it down.
        NotFound: No such place in the line.
    """
    async with tenant_transaction() as tx:
        entry, offer = await _locked(tx, entry_id)
        if offer is None or offer.state in {"declined", "expired"}:
            raise OfferOver
        if offer.state == "accepted":
            return await read(tx, offer.booking_id)
        if offer.held_until <= clock_now():
            raise OfferOver
        booking = await _take(tx, entry, offer, acceptance, actor)
        await queries.answer_offer(tx, offer, "accepted", clock_now(), booking.id)
        await queries.set_state(tx, entry_id, "served", clock_now())
        await record(tx, actor, "waiting.accepted", "person", entry.person_id, _about(offer))
    return booking


async def _take(
    tx: Transaction, entry: Entry, offer: Offer, acceptance: Acceptance, actor: Actor
) -> Booking:
    own = await queries.own_booking(tx, entry.person_id, entry.motive_id, clock_now())
    if own is not None:
        return await move_to_held_in(tx, own.id, offer.booking_id, actor)
    held = await locked(tx, offer.booking_id)
    motive = await open_motive(tx, held.motive_id)
    request = ConfirmRequest(
        person_id=entry.person_id,
        instructions_accepted=acceptance.instructions_accepted,
        values=acceptance.values,
    )
    return await confirm_in(tx, motive, held, entry.person_id, request, actor)


async def decline(entry_id: UUID, actor: Actor) -> None:
    """Leave the offered slot to the next in line, and keep one's place for another (C-28).

    Nothing happens if there is no offer any more.

    Raises:
        NotFound: No such place in the line.
    """
    async with tenant_transaction() as tx:
        entry, offer = await _locked(tx, entry_id)
        if offer is not None and offer.state == "open":
            await _end(tx, entry, offer, "declined")
            await record(tx, actor, "waiting.declined", "person", entry.person_id, _about(offer))


async def leave(entry_id: UUID, actor: Actor) -> None:
    """Leave the line; an open offer goes to the next. Nothing happens if one has left already.

    Raises:
        NotFound: No such place in the line.
    """
    async with tenant_transaction() as tx:
        entry, offer = await _locked(tx, entry_id)
        if entry.state not in {"waiting", "offered"}:
            return
        if offer is not None and offer.state == "open":
            await _end(tx, entry, offer, "declined")
        await queries.set_state(tx, entry_id, "left", clock_now())
        details = {"entry_id": entry_id}
        await record(tx, actor, "waiting.left", "person", entry.person_id, details)


async def expire(offer_id: UUID) -> None:
    """End an offer that nobody answered in time, so that the next in line gets it.

    Nothing happens if it was answered.
    """
    async with tenant_transaction() as tx:
        found = await queries.find_offer(tx, offer_id)
        if found is None:
            return
        entry = await queries.lock_entry(tx, found.entry_id)
        offer = await queries.find_offer(tx, offer_id)
        if entry is None or offer is None or offer.state != "open":
            return
        if offer.held_until > clock_now():
            # The database's clock is ahead of this one's.
            key = f"{OFFER_OVER}:{offer_id}:{clock_now().isoformat()}"
            await put(
                tx, OFFER_OVER, AboutOffer(offer_id=offer_id), key=key, due_at=offer.held_until
            )
            return
        await _end(tx, entry, offer, "expired")
        await record(tx, SYSTEM, "waiting.expired", "person", entry.person_id, _about(offer))


async def _locked(tx: Transaction, entry_id: UUID) -> tuple[Entry, Offer | None]:
    entry = await queries.lock_entry(tx, entry_id)
    if entry is None:
        raise NotFound
    return entry, await queries.last_offer(tx, entry_id)


async def _end(tx: Transaction, entry: Entry, offer: Offer, state: OfferState) -> None:
    await release_in(tx, offer.booking_id)
    await queries.answer_offer(tx, offer, state, clock_now())
    if entry.state == "offered":
        await queries.set_state(tx, entry.id, "waiting", clock_now())
    # Not only this slot: what freed while they had an offer was not theirs to be offered.
    await time_freed(tx)


def _about(offer: Offer) -> dict[str, object]:
    return {"entry_id": offer.entry_id, "offer_id": offer.id}
