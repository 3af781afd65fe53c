"""Reading openings and absences as series: their lists, their dates, and what they overlap."""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau_infra.clock import now as clock_now

from creneau.database import tenant_transaction
from creneau.planning import listed, writing
from creneau.planning.drafts import OpeningDraft
from creneau.planning.listed import Away, Opened, PlannedDate
from creneau.planning.queries import listed as queries
from creneau.planning.queries.series import zone_of
from creneau.planning.rules import horizon, span_of
from creneau.planning.schemas import Overlap, SeriesRef
from creneau.refusals import NotFound


async def openings_of(resource_ids: Sequence[UUID]) -> list[Opened]:
    """List the openings of some resources, those that take place next first, then the past ones."""
    async with tenant_transaction() as tx:
        return await queries.openings(tx, resource_ids, clock_now())


async def absences_of(resource_ids: Sequence[UUID]) -> list[Away]:
    """List the absences of some resources, those that come next first, then the past ones."""
    async with tenant_transaction() as tx:
        return await queries.absences(tx, resource_ids, clock_now())


async def opening(opening_id: UUID) -> Opened:
    """Read one opening; raises `NotFound`."""
    async with tenant_transaction() as tx:
        owner = await queries.resource_of(tx, "opening", opening_id)
        found = await queries.openings(tx, [owner], clock_now(), opening_id) if owner else ()
    if not found:
        raise NotFound
    return found[0]


async def absence(absence_id: UUID) -> Away:
    """Read one absence; raises `NotFound`, also for a past one that was read elsewhere."""
    async with tenant_transaction() as tx:
        owner = await queries.resource_of(tx, "absence", absence_id)
        found = await queries.absences(tx, [owner], clock_now(), absence_id) if owner else ()
    if not found:
        raise NotFound
    return found[0]


async def resource_of(kind: Literal["opening", "absence"], series_id: UUID) -> UUID:
    """Tell whose opening or absence it is; raises `NotFound`."""
    async with tenant_transaction() as tx:
        owner = await queries.resource_of(tx, kind, series_id)
    if owner is None:
        raise NotFound
    return owner


async def dates_of(ref: SeriesRef, first: date, most: int) -> list[PlannedDate]:
    """List the dates of a series from a local day on, those left out included (C-11).

    Raises:
        NotFound: no such series.
    """
    async with tenant_transaction() as tx:
        return listed.dates(await writing.read(tx, ref), first, most)


async def date_of(ref: SeriesRef, day: date) -> PlannedDate:
    """Read one date of a series (C-11).

    Raises:
        NotFound: no such series.
        NoSuchOccurrence: it means nothing for that day.
    """
    async with tenant_transaction() as tx:
        series = await writing.read(tx, ref)
    writing.meant_days(series, day)
    return listed.date_of(series, day)


async def overlaps_of(draft: OpeningDraft, besides: UUID | None = None) -> list[Overlap]:
    """Find which other openings of its resource a checked draft would overlap from now on (C-13).

    `besides` is the opening that it replaces. Nothing is written, and nobody waits meanwhile.
    """
    now = clock_now()
    async with tenant_transaction() as tx:
        name = await zone_of(tx, None, draft.place_id)
        if name is None:
            return []
        zone, until = ZoneInfo(name), horizon(now)
        windows = listed.ahead(draft, now.astimezone(zone).date())
        within = takewhile(lambda one: one.first_day <= until, windows)
        times = [span for span in (span_of(one, zone) for one in within) if span.ends_at > now]
        return await queries.overlapping(tx, draft.resource_id, times, besides)
