"""What the pages of openings and of absences read alike: whose they are, their state, their dates."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents import service as agents
from creneau.i18n import gettext as _
from creneau.places import service as places
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, OpeningDraft, Window
from creneau.planning.listed import PlannedDate, State, ahead

from creneau_web.forms import Form
from creneau_web.planning import owners
from creneau_web.planning.ahead import hours_of, last_day_of, today
from creneau_web.planning.owners import Owner
from creneau_web.planning.repetition import choices, rule_of
from creneau_web.planning.subjects import Owned, Subject
from creneau_web.planning.typed import Typed
from creneau_web.planning.words import day_names, rule_in_words

MOST_DATES: Final = 10


class DateRow(msgspec.Struct, frozen=True, kw_only=True):
    """One date of a series in its list; `first` and `last` are the days that it takes."""

    href: str
    first: date
    last: date
    hours: str
    state: State
    otherwise: str


class Dates(msgspec.Struct, frozen=True, kw_only=True):
    """Some dates of a series; `next_href` leads to those after them, `first_href` back."""

    rows: Sequence[DateRow]
    next_href: str | None
    first_href: str | None


async def within(subject: Owned, series_id: UUID, code: str) -> Owner:
    """Tell whose opening or absence it is, if it is within reach of a right.

    Raises:
        NotFound: There is none here.
        NotAllowed: It is somebody's out of reach.
        AgentGone: It is that of an agent who was removed.
    """
    owner_id = await planning.resource_of(subject.kind, series_id)
    return await owners.within(await owners.owners(code), owner_id)


async def dates_of(subject: Subject, series_id: UUID, after: str = "") -> Dates:
    """List the dates to come of a series, or those after a day (C-11)."""
    first = _day(after) or today()
    found = await planning.dates_of(subject.ref(series_id), first, MOST_DATES + 1)
    rows = [await _row(subject, series_id, one) for one in found[:MOST_DATES]]
    here = subject.href(series_id)
    more = found[MOST_DATES].day if len(found) > MOST_DATES else None
    return Dates(
        rows=rows,
        next_href=f"{here}?apres={more}#dates" if more else None,
        first_href=f"{here}#dates" if first > today() else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _row(subject: Subject, series_id: UUID, one: PlannedDate) -> DateRow:
    return DateRow(
        href=subject.href(series_id, f"/dates/{one.day}"),
        first=one.window.first_day,
        last=last_day_of(one.window),
        hours=hours_of(one.window),
        state=one.state,
        otherwise=await otherwise(one),
    )


async def otherwise(one: PlannedDate) -> str:
    """Say who and where else a changed date takes place; empty where nothing of it differs."""
    named: list[str] = []
    if one.resource_id:
        named += [(await agents.labels([one.resource_id])).get(one.resource_id, "")]
    if one.place_id:
        named += [(await places.place(one.place_id)).name]
    return ", ".join(name for name in named if name)


def is_past(draft: OpeningDraft | AbsenceDraft) -> bool:
    """Tell whether all dates of a draft are over already."""
    return next(ahead(draft, today()), None) is None


async def choices_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the forms of openings and of absences choose from alike."""
    return {
        "owners": [(str(one.id), one.label) for one in await owners.owners(owners.UPDATE)],
        "repetitions": choices(values["repetition"]),
        "days": day_names(),
    }


def form_of(values: Mapping[str, Any]) -> Form:
    """Give the form that would send what a page shows."""
    return Form({name: one if isinstance(one, list) else [one] for name, one in values.items()})


def rule_typed(values: Mapping[str, Any]) -> str:
    """Say in words how something repeats that was typed."""
    typed = Typed(form_of(values))
    first = typed.day("first_day")
    rule = rule_of(typed, first)
    return rule_in_words(rule, first) if first and rule else _("Une seule fois")


def in_zone(window: Window, zone: str, wanted: str) -> Window:
    """Write a window in the local times of another zone."""
    start, end = (
        datetime.combine(day, at, ZoneInfo(zone)).astimezone(ZoneInfo(wanted))
        for day, at in (
            (window.first_day, window.start_time),
            (window.last_day, window.end_time),
        )
    )
    return Window(
        first_day=start.date(), start_time=start.time(), last_day=end.date(), end_time=end.time()
    )
