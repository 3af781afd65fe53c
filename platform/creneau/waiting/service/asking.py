"""Getting into the line, and seeing where one stands in it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from creneau_infra.clock import now as clock_now
from creneau_infra.outbox.service import put
from creneau_infra.tokens import digest, new_token

from creneau.appointments.errors import LinkExpired
from creneau.availability.limits import is_limited
from creneau.availability.service import next_available
from creneau.confidentiality.queries import is_confidential
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.messages.receipts.service import post_as
from creneau.motives import queries as motives
from creneau.motives.schemas import Motive
from creneau.people.service import identified
from creneau.refusals import NotFound
from creneau.waiting import queries
from creneau.waiting.errors import ListClosed
from creneau.waiting.events import FREED
from creneau.waiting.rules import LASTS
from creneau.waiting.schemas import Entry, Freed, Standing, WaitingRequest
from creneau.waiting.service.telling import JOINED_MAIL, joined_posting

A_MINUTE: Final = timedelta(minutes=1)
LINK_LIVES_ON: Final = timedelta(days=30)


async def ask(request: WaitingRequest, actor: Actor) -> Entry:
    """Ask for an earlier slot (C-28): whoever asks first is offered first.

    Asked again for the same motive it stays one request: the same wish keeps its place in the line,
    another place of the motive begins anew.

    Raises:
        ListClosed: The motive has no waiting list, or is not open to everyone.
        NotFound: No such motive.
    """
    first = await _first_free(request)
    async with tenant_transaction() as tx:
        await queries.lock_line(tx)
        await _check_open(tx, request.motive_id)
        now = clock_now()
        await queries.close_over(tx, now)
        person_id = await _person(tx, request, actor)
        if await is_confidential(tx, person_id, request.motive_id):
            raise ListClosed  # an offer could not be told
        known = await _known(tx, person_id, request.motive_id)
        if known is not None and (known.place_id == request.place_id or known.state == "offered"):
            return known
        if known is not None:
            await queries.set_state(tx, known.id, "left", now)
        entry = await _join(tx, request, person_id, first)
        await record(tx, actor, "waiting.joined", "person", entry.person_id, _about(entry))
    return entry


async def _first_free(request: WaitingRequest) -> datetime | None:
    """Find the first slot that they could simply take: what they wait for comes before it."""
    async with tenant_transaction() as tx:
        found = await motives.places_of_motive(tx, request.motive_id, clock_now())
    places = [place.id for place in found if request.place_id in {None, place.id}]
    slots = await next_available(request.motive_id, places)
    return min((slot.starts_at for slot in slots.values()), default=None)


async def open_for(motive_id: UUID) -> bool:
    """Say whether one may wait for a motive."""
    async with tenant_transaction() as tx:
        motive = await motives.find(tx, motive_id)
        return motive is not None and await _is_open(tx, motive)


async def _check_open(tx: Transaction, motive_id: UUID) -> None:
    motive = await motives.find(tx, motive_id)
    if motive is None or motive.archived_at is not None:
        raise NotFound
    if not await _is_open(tx, motive):
        raise ListClosed


async def _is_open(tx: Transaction, motive: Motive) -> bool:
    if is_limited(motive):
        return False
    return motive.audience == "everyone" and (await queries.rule_of(tx, motive.id)).open


async def _person(tx: Transaction, request: WaitingRequest, actor: Actor) -> UUID:
    if request.person_id is not None:
        return request.person_id
    if request.identity is None:
        raise NotFound
    return await identified(tx, request.identity, actor, email_proven=True)


async def _known(tx: Transaction, person_id: UUID, motive_id: UUID) -> Entry | None:
    entries = await queries.entries_of(tx, person_id)
    return next((entry for entry in entries if entry.motive_id == motive_id), None)


async def _join(
    tx: Transaction, request: WaitingRequest, person_id: UUID, first: datetime | None
) -> Entry:
    now = clock_now()
    own = await queries.own_booking(tx, person_id, request.motive_id, now)
    bounds = [first, own.starts_at if own else None]
    before = min((bound for bound in bounds if bound is not None), default=None)
    lasts = now + LASTS
    entry = await queries.add_entry(
        tx, request, person_id, wanted_before=before, now=now, ends_at=min(before or lasts, lasts)
    )
    # What frees time in a transaction that does not see this entry yet is found by the second look.
    await put(tx, FREED, Freed(), key=f"{FREED}:joined:{entry.id}")
    await put(tx, FREED, Freed(), key=f"{FREED}:again:{entry.id}", due_at=now + A_MINUTE)
    await post_as(tx, joined_posting(entry), key=f"{JOINED_MAIL}:{entry.id}")
    return entry


def _about(entry: Entry) -> dict[str, object]:
    return {"entry_id": entry.id, "motive_id": entry.motive_id}


async def standing(entry_id: UUID) -> Standing:
    """Read where somebody stands; raises `NotFound`."""
    async with tenant_transaction() as tx:
        return await _standing(tx, entry_id)


async def of_person(person_id: UUID) -> list[Standing]:
    """List what a person sees that they wait for, the oldest request first (C-44)."""
    async with tenant_transaction() as tx:
        entries = await queries.entries_of(tx, person_id)
        return [
            await _standing(tx, entry.id)
            for entry in entries
            if not await is_confidential(tx, person_id, entry.motive_id)
        ]


async def by_link(token: str) -> Standing:
    """Find the place in line that a link leads to; changes nothing (C-45).

    Raises:
        NotFound: No such link.
        LinkExpired: It is too old.
    """
    async with tenant_transaction() as tx:
        found = await queries.by_link(tx, digest(token))
        if found is None:
            raise NotFound
        entry_id, expires_at = found
        if expires_at <= clock_now():
            raise LinkExpired
        found_there = await _standing(tx, entry_id)
        entry = found_there.entry
        if await is_confidential(tx, entry.person_id, entry.motive_id):
            raise NotFound
        return found_there


async def link_for(tx: Transaction, entry_id: UUID) -> str:
    """Make the secret of a link to a place in the line; only its digest is kept (C-45)."""
    entry = await queries.find_entry(tx, entry_id)
    if entry is None:
        raise NotFound
    token = new_token()
    await queries.add_link(tx, entry, digest(token), entry.ends_at + LINK_LIVES_ON)
    return token


async def _standing(tx: Transaction, entry_id: UUID) -> Standing:
    entry = await queries.find_entry(tx, entry_id)
    if entry is None:
        raise NotFound
    own = await queries.own_booking(tx, entry.person_id, entry.motive_id, clock_now())
    offer = await queries.last_offer(tx, entry_id)
    return Standing(entry=entry, offer=offer, booking_id=own.id if own else None)
