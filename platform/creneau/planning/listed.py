"""Openings and absences as lists and forms show them, and their dates one by one (C-10 … C-13)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Literal
from uuid import UUID

import msgspec

from creneau.planning.drafts import AbsenceDraft, OpeningDraft, Window
from creneau.planning.recurrence import LAST_DAY, days
from creneau.planning.rules import Replacement, Series

State = Literal["usual", "changed", "skipped"]


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An opening with all its dates, in local time of its place.

    `next_at` is when it takes place next, or since when it does now (UTC); None: no more, or not
    within what is written out.
    """

    id: UUID
    title: str
    resource_id: UUID
    place_id: UUID
    place_name: str
    motive_names: tuple[str, ...]
    first_day: date
    start_time: time
    end_time: time
    time_zone: str
    recurrence: str | None
    next_at: datetime | None
    next_ends_at: datetime | None


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """An absence with all its dates, in local time of `time_zone`; `next_at` as an opening's.

    `imported`: it was read from a calendar elsewhere, whose name is its title.
    """

    id: UUID
    title: str
    resource_id: UUID
    first_day: date
    start_time: time
    last_day: date
    end_time: time
    time_zone: str
    recurrence: str | None
    imported: bool
    next_at: datetime | None
    next_ends_at: datetime | None


class PlannedDate(msgspec.Struct, frozen=True, kw_only=True):
    """One date of a series; `day` names it in a change, `window` is when it takes place."""

    day: date
    state: State
    window: Window
    resource_id: UUID | None = None
    place_id: UUID | None = None


def dates(series: Series, first: date, most: int) -> list[PlannedDate]:
    """List the dates of a series that its rule means from a day on, those left out included."""
    meant = (day for day in series.days(LAST_DAY) if day >= first)
    return [date_of(series, day) for day in islice(meant, most)]


def date_of(series: Series, day: date) -> PlannedDate:
    """Say what becomes of a day that a series means."""
    usual = moved_to(series.window, day)
    if day not in series.changes:
        return PlannedDate(day=day, state="usual", window=usual)
    change = series.changes[day]
    if change is None:
        return PlannedDate(day=day, state="skipped", window=usual)
    return _changed(day, change)


def _changed(day: date, change: Replacement) -> PlannedDate:
    return PlannedDate(
        day=day,
        state="changed",
        window=change.window,
        resource_id=change.resource_id,
        place_id=change.place_id,
    )


def moved_to(window: Window, day: date) -> Window:
    """Let a window begin on another day; it lasts as long."""
    return Window(
        first_day=day,
        start_time=window.start_time,
        last_day=day + (window.last_day - window.first_day),
        end_time=window.end_time,
    )


def ahead(draft: OpeningDraft | AbsenceDraft, first: date) -> Iterator[Window]:
    """Give when a checked draft takes place, from a day on; what lasts till then is part of it."""
    lasts: timedelta = draft.window.last_day - draft.window.first_day
    meant = days(draft.first_day, draft.recurrence, LAST_DAY)
    return (moved_to(draft.window, day) for day in meant if day + lasts >= first)
