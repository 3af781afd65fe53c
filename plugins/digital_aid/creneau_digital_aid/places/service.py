"""Reading where the advisers are; keeping what the national map asks of a structure."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from operator import itemgetter
from typing import Final
from uuid import UUID

import msgspec
from creneau import clock
from creneau.agents import queries as agents
from creneau.context import Actor, current_tenant
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.offering import queries as offering
from creneau.offering.schemas import Offer
from creneau.refusals import ChangedMeanwhile, NotFound
from creneau.towns.rules import kilometres

from creneau_digital_aid.places import queries, rules
from creneau_digital_aid.places.keeping import Keeping
from creneau_digital_aid.places.schemas import Bookable, Place, Sheet, SheetDraft

Point = tuple[float, float]
BYTES_OF_A_PLACE: Final = 2_000


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the list; `bookable` None: nothing can be booked there. `distance` is in km."""

    place: Place
    bookable: Bookable | None
    at: Point | None
    distance: float | None = None


Read = tuple[list[Place], Mapping[UUID, Bookable]]
_READ: Final = Keeping[Read](lambda read: BYTES_OF_A_PLACE * len(read[0]))


async def listed(near: Point | None = None) -> list[Listed]:
    """List every place, by name, or by distance from a point; those that nobody can place come last."""
    found, bookable = await _READ.answer(current_tenant.get().id, (await version()).whole, _read)
    every = [_listed(place, bookable.get(place.id), near) for place in found]
    if near is not None:
        every.sort(key=lambda one: (one.distance is None, one.distance or 0))
    return every


def _listed(place: Place, bookable: Bookable | None, near: Point | None) -> Listed:
    at = rules.whereabouts(place)
    distance = kilometres(near, at) if near is not None and at is not None else None
    return Listed(place=place, bookable=bookable, at=at, distance=distance)


class Version(msgspec.Struct, frozen=True):
    """What changes with whatever the map and the feed show.

    `bookable` changes with what can be booked only, `places` with what places and structures are like.
    """

    whole: Hashable
    bookable: Hashable
    places: Hashable


async def version() -> Version:
    """Read how far the history has come."""
    async with tenant_transaction() as tx:
        latest = await queries.latest(tx)
    return Version(
        whole=(current_tenant.get().public_url, *latest),
        bookable=tuple(entry for kind, entry in latest if kind in queries.BOOKABLE),
        places=tuple(entry for kind, entry in latest if kind in queries.LIKE),
    )


async def _read() -> Read:
    async with tenant_transaction() as tx:
        found = await queries.places(tx)
        offers = await offering.offers(tx, clock.now(), None)
        names = {one.id: one.display_name for one in await agents.agents(tx)}
    return found, _by_place(offers, names)


def _by_place(offers: Sequence[Offer], names: Mapping[UUID, str]) -> dict[UUID, Bookable]:
    grouped: defaultdict[UUID, dict[UUID, str]] = defaultdict(dict)
    for one in offers:
        advisers = grouped[one.place_id]
        if one.resource_id in names:
            advisers[one.resource_id] = names[one.resource_id]
    return {
        place_id: Bookable(advisers=sorted(advisers.items(), key=itemgetter(1)))
        for place_id, advisers in grouped.items()
    }


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


def draft_of(kept: Sheet) -> SheetDraft:
    """Give a sheet as it would be typed."""
    return SheetDraft(**{name: getattr(kept, name) for name in SheetDraft.__struct_fields__})


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
