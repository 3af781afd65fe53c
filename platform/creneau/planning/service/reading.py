"""Reading the planning, for forms and agendas."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.database import tenant_transaction
from creneau.planning import versions, writing
from creneau.planning.drafts import Draft
from creneau.planning.holidays import proposed
from creneau.planning.queries import holidays as calendars
from creneau.planning.queries import series as rules_kept
from creneau.planning.queries.occurrences import of_resources
from creneau.planning.rules import Replacement
from creneau.planning.schemas import Closed, Holiday, Planned, SeriesRef, Stated
from creneau.refusals import NotFound


async def draft(ref: SeriesRef) -> Draft:
    """Read a series as the draft that would make it; raises `NotFound`."""
    async with tenant_transaction() as tx:
        return await writing.draft_of(tx, ref)


async def stated(ref: SeriesRef) -> Stated:
    """Read a series with the version that `save` compares; raises `NotFound`."""
    async with tenant_transaction() as tx:
        return await versions.stated(tx, ref)


async def changes(ref: SeriesRef) -> dict[date, Replacement | None]:
    """Read which occurrences of a series are skipped (None) or replaced; raises `NotFound`."""
    async with tenant_transaction() as tx:
        return dict((await writing.read(tx, ref)).changes)


async def following(ref: SeriesRef, day: date) -> Draft:
    """Give what a series is from one of its days on, to be changed with `EditFollowing` (C-11).

    Raises:
        NotFound: no such series.
        NoSuchOccurrence: it means nothing for that day.
    """
    async with tenant_transaction() as tx:
        passed = writing.meant_days(await writing.read(tx, ref), day)[:-1]
        return writing.after(await writing.draft_of(tx, ref), day, len(passed))


async def openings(
    resource_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[Planned]:
    """List the openings of some resources that touch a time (UTC), by start."""
    async with tenant_transaction() as tx:
        return await of_resources(tx, "opening", resource_ids, starts_from, starts_before)


async def absences(
    resource_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[Planned]:
    """List the absences of some resources that touch a time (UTC), by start, in pieces of a day."""
    async with tenant_transaction() as tx:
        return await of_resources(tx, "absence", resource_ids, starts_from, starts_before)


async def closures() -> list[Closed]:
    """List the tenant's closures, those that close next first, those that are over last (C-07)."""
    async with tenant_transaction() as tx:
        return await rules_kept.closures(tx, clock_now())


async def closure(closure_id: UUID) -> Closed:
    """Read one closure; raises `NotFound`."""
    async with tenant_transaction() as tx:
        found = await rules_kept.closures(tx, clock_now(), closure_id)
    if not found:
        raise NotFound
    return found[0]


async def holiday_edits(organisation_id: UUID) -> dict[date, str | None] | None:
    """Read what an organisation changed of its public holidays; None: it keeps no calendar (C-07).

    Raises:
        NotFound: no such organisation.
    """
    async with tenant_transaction() as tx:
        calendar = await calendars.find(tx, organisation_id)
    if calendar is None:
        raise NotFound
    return calendar.edits


async def holidays(organisation_id: UUID, first: date, last: date) -> list[Holiday]:
    """List an organisation's public holidays between two days, both included (C-07).

    Until it keeps a calendar (`EditHolidays`), those of its territory are only proposed.

    Raises:
        NotFound: no such organisation.
    """
    async with tenant_transaction() as tx:
        calendar = await calendars.find(tx, organisation_id)
    if calendar is None:
        raise NotFound
    return proposed(calendar.territory, calendar.edits, first, last)
