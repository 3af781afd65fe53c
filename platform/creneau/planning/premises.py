"""What becomes of the planning when a place is archived or an organisation changes (C-01, C-02)."""

from datetime import datetime
from uuid import UUID

import msgspec

from creneau.context import current_tenant
from creneau.database import Transaction
from creneau.organisations.queries import find_organisation
from creneau.organisations.rules import checked_organisation
from creneau.organisations.updating import update
from creneau.places.queries import archive_place, find
from creneau.planning import writing
from creneau.planning.queries import holidays as calendars
from creneau.planning.queries import impact, premises
from creneau.planning.queries import series as rules_kept
from creneau.planning.rules import horizon
from creneau.planning.schemas import ArchivePlace, EditOrganisation, SeriesRef
from creneau.refusals import ChangedMeanwhile, NotFound, Refusal


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """Which fields of an organisation changed, and the series whose moments follow."""

    changed: list[str]
    moved: tuple[SeriesRef, ...]


async def moves(tx: Transaction, change: EditOrganisation) -> bool:
    """Tell whether an organisation gets another time zone or another territory."""
    found = await find_organisation(tx, change.organisation_id)
    zone = change.draft.time_zone or current_tenant.get().time_zone
    return found is not None and (found.time_zone, found.territory) != (
        zone,
        change.draft.territory,
    )


async def without_time(tx: Transaction, organisation_id: UUID, now: datetime) -> set[UUID]:
    """Find the bookings to come that neither the hours nor the closures of a place allow."""
    resources = await premises.resources_of(tx, organisation_id)
    closed = await impact.closed(tx, now)
    return closed | await impact.without_opening(tx, now, resources)


async def edit_organisation(tx: Transaction, change: EditOrganisation, now: datetime) -> Edited:
    """Write an organisation, with its public holidays and the zone of its closures.

    Raises:
        NotFound: it does not exist here.
        InvalidInput: a field cannot be used, or the name is taken.
        ChangedMeanwhile: somebody else saved it since.
    """
    draft = checked_organisation(change.draft, current_tenant.get().time_zone)
    before, changed = await update(tx, change.organisation_id, draft, change.version)
    moved = (
        await premises.follow_zone(
            tx, change.organisation_id, before.time_zone, draft.time_zone or before.time_zone
        )
        if "time_zone" in changed
        else ()
    )
    if {"time_zone", "territory"} & {*changed}:
        await _follow_territory(tx, change.organisation_id, now)
    return Edited(changed=changed, moved=tuple(moved))


async def _follow_territory(tx: Transaction, organisation_id: UUID, now: datetime) -> None:
    calendar = await calendars.find(tx, organisation_id)
    if calendar is not None and calendar.edits is not None:
        await writing.write_holidays(tx, organisation_id, now, horizon(now))


async def archive(tx: Transaction, change: ArchivePlace, now: datetime) -> tuple[SeriesRef, ...]:
    """Take a place out of use and end what was to open there; names the series to write out.

    Raises:
        NotFound: it is not in use here.
        ChangedMeanwhile: somebody else changed or archived it since the change's version.
    """
    if not await archive_place(tx, change.place_id, now, change.version):
        raise await _changed(tx, change)
    ended = [
        ref
        for one in await premises.openings_ahead(tx, change.place_id, now)
        if await _ends(tx, ref := SeriesRef("opening", one.opening_id), one)
    ]
    return (*ended, *await _skipped(tx, change.place_id, now))


async def _changed(tx: Transaction, change: ArchivePlace) -> Refusal:
    found = await find(tx, change.place_id)
    return NotFound() if found is None or change.version is None else ChangedMeanwhile(found)


async def _ends(tx: Transaction, ref: SeriesRef, one: premises.OpeningDay) -> bool:
    if await writing.cut(tx, ref, one.day):
        return True
    await rules_kept.delete(tx, ref)
    return False


async def _skipped(tx: Transaction, place_id: UUID, now: datetime) -> set[SeriesRef]:
    moved = await premises.moved_there(tx, place_id, now)
    for one in moved:
        await rules_kept.change(tx, SeriesRef("opening", one.opening_id), one.day, None)
    return {SeriesRef("opening", one.opening_id) for one in moved}
