"""Reading where the advisers are; keeping what the national map asks of a structure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
from creneau import clock
from creneau.agents import queries as agents
from creneau.context import Actor, current_tenant
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.motives import queries as motives
from creneau.motives.schemas import Motive
from creneau.offering import queries as offering
from creneau.offering.schemas import Offer
from creneau.refusals import ChangedMeanwhile, NotFound
from creneau.towns.rules import kilometres

from creneau_digital_aid.places import queries, rules
from creneau_digital_aid.places.rules import Written
from creneau_digital_aid.places.schemas import Bookable, Place, Sheet, SheetDraft

Point = tuple[float, float]
REMOTE: Final = frozenset({"phone", "video"})


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the list; `bookable` None: nothing can be booked there. `distance` is in km."""

    place: Place
    bookable: Bookable | None
    at: Point | None
    distance: float | None = None


async def listed(near: Point | None = None) -> list[Listed]:
    """List every place, by name, or by distance from a point; those that nobody can place come last."""
    found, bookable = await _read()
    every = [_listed(place, bookable.get(place.id), near) for place in found]
    if near is not None:
        every.sort(key=lambda one: (one.distance is None, one.distance or 0))
    return every


def _listed(place: Place, bookable: Bookable | None, near: Point | None) -> Listed:
    at = rules.whereabouts(place)
    distance = kilometres(near, at) if near is not None and at is not None else None
    return Listed(place=place, bookable=bookable, at=at, distance=distance)


async def feed() -> list[Written]:
    """Write every place as the national schema has it; those that lack what it needs are left out."""
    found, bookable = await _read()
    base = current_tenant.get().public_url
    rows = (
        rules.written(
            msgspec.json.encode(place), _ways(bookable.get(place.id)), f"{base}/lieux/{place.id}"
        )
        for place in found
    )
    return [row for row in rows if row is not None]


def _ways(bookable: Bookable | None) -> tuple[bool, bool, bool] | None:
    return (bookable.alone, bookable.together, bookable.remote) if bookable else None


async def _read() -> tuple[list[Place], Mapping[UUID, Bookable]]:
    async with tenant_transaction() as tx:
        found = await queries.places(tx)
        offers = await offering.offers(tx, clock.now(), None)
        names = {one.id: one.display_name for one in await agents.agents(tx)}
        known = {one.id: one for one in await motives.motives(tx, "everyone")}
    return found, _by_place(offers, names, known)


def _by_place(
    offers: Sequence[Offer], names: Mapping[UUID, str], known: Mapping[UUID, Motive]
) -> dict[UUID, Bookable]:
    grouped: defaultdict[UUID, list[Offer]] = defaultdict(list)
    for offer in offers:
        grouped[offer.place_id].append(offer)
    return {place_id: _bookable(own, names, known) for place_id, own in grouped.items()}


def _bookable(
    offers: Sequence[Offer], names: Mapping[UUID, str], known: Mapping[UUID, Motive]
) -> Bookable:
    here = [known[offer.motive_id] for offer in offers if offer.motive_id in known]
    advisers = {
        one.resource_id: names[one.resource_id] for one in offers if one.resource_id in names
    }
    capacities = {one.capacity for one in here}
    return Bookable(
        advisers=sorted(advisers.items(), key=lambda pair: pair[1]),
        alone=1 in capacities,
        together=bool(capacities - {1}),
        remote=any(one.location_type in REMOTE for one in here),
    )


async def sheets(organisation_ids: Sequence[UUID] | None) -> list[Sheet]:
    """List the sheets of some structures, or of all, filled in or not."""
    async with tenant_transaction() as tx:
        return await queries.sheets(tx, organisation_ids)


async def sheet(organisation_id: UUID) -> Sheet:
    """Read the sheet of one structure, filled in or not.

    Raises:
        NotFound: There is no such structure in use here.
    """
    found = await sheets([organisation_id])
    if not found:
        raise NotFound
    return found[0]


async def save_sheet(organisation_id: UUID, draft: SheetDraft, actor: Actor, *, seen: str) -> None:
    """Keep a structure's sheet for the national map (D-09); `seen` is the version that was edited.

    Raises:
        InvalidInput: A field cannot be used.
        NotFound: There is no such structure in use here.
        ChangedMeanwhile: Somebody saved another version.
    """
    clean = rules.checked_sheet(draft)
    before = await sheet(organisation_id)
    async with tenant_transaction() as tx:
        if not await queries.save(tx, organisation_id, clean, seen):
            raise ChangedMeanwhile((await queries.sheets(tx, [organisation_id]))[0])
        await history.record(
            tx, actor, "organisation.updated", "organisation", organisation_id,
            {"fields": _changed(before, clean)},
        )  # fmt: skip


def _changed(before: Sheet, after: SheetDraft) -> list[str]:
    return [
        name
        for name in SheetDraft.__struct_fields__
        if getattr(before, name) != getattr(after, name)
    ]


async def left_out(organisation_ids: Sequence[UUID] | None) -> list[tuple[Place, list[str]]]:
    """List the places that the feed leaves out, with what each of them lacks."""
    async with tenant_transaction() as tx:
        found = await queries.places(tx)
    return [
        (place, lacks)
        for place in found
        if (organisation_ids is None or place.organisation_id in organisation_ids)
        and (lacks := rules.missing(place))
    ]
