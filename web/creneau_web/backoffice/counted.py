"""How much a list of appointments holds, and where its pages begin: from what is counted by days."""

from collections.abc import Mapping, Sequence

from creneau.appointments.listing import service as listing
from creneau.appointments.listing.schemas import Line, OnDay, Standing, Wanted
from creneau.statistics import service as statistics
from creneau.statistics.schemas import Only, Question
from msgspec.structs import replace

from creneau_web import lists


async def lines(wanted: Wanted, asked: lists.Asked, total: int) -> Sequence[Line]:
    """Read a page; of a long list only the parts and the day that it is on."""
    if not total:
        return ()
    counted = _question(wanted, asked)
    if counted is None:
        return await listing.listed(wanted, total, asked.page, lists.PAGE_SIZE)
    question, only = counted

    async def days_of(one: Wanted) -> Sequence[OnDay]:
        return await statistics.days(question, replace(only, part=one.part), wanted.standing)

    if listing.is_long_in_parts(wanted, total):
        parts = await statistics.parts(
            *counted, wanted.standing, wanted.sort, descending=wanted.descending
        )
        if parts:
            return await listing.listed_in_parts(
                wanted, parts, asked.page, lists.PAGE_SIZE, days_of
            )
    far = listing.is_far_down(wanted, total, asked.page, lists.PAGE_SIZE)
    days = await days_of(wanted) if far else ()
    return await listing.listed(wanted, total, asked.page, lists.PAGE_SIZE, days)


async def counts(wanted: Wanted, asked: lists.Asked) -> Mapping[Standing, int]:
    """Count by status: from what is counted by days, where that answers; else as they stand."""
    counted = _question(wanted, asked)
    found = await statistics.standings(*counted) if counted else None
    return await listing.counted(wanted) if found is None else found


def _question(wanted: Wanted, asked: lists.Asked) -> tuple[Question, Only] | None:
    """Give the question about counted days that asks for the same; None if there is none."""
    if wanted.person_id or wanted.source:
        return None
    since, to = (lists.date_of(asked.value(name)) for name in ("du", "au"))
    question = Question(
        within=wanted.within,
        either=True,
        since=since or lists.FIRST_DAY,
        to=to or lists.LAST_DAY,
        organisation_id=wanted.organisation_id,
        service_id=wanted.service_id,
    )
    only = Only(motive=wanted.motive_id, place=wanted.place_id, agent=wanted.agent_id)
    return question, only
