"""Reading the planning, for forms and agendas."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from creneau.database import tenant_transaction
from creneau.planning import writing
from creneau.planning.drafts import Draft
from creneau.planning.holidays import proposed
from creneau.planning.queries import holidays as calendars
from creneau.planning.queries.occurrences import of_resources
from creneau.planning.rules import Replacement
from creneau.planning.schemas import Holiday, Planned, SeriesRef
from creneau.refusals import NotFound


async def draft(ref: SeriesRef) -> Draft:
    """Read a series as the draft that would make it; raises `NotFound`."""
    async with tenant_transaction() as tx:
        return await writing.draft_of(tx, ref)


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
