"""Which days of a period are read as they were counted, and which as sums of whole months."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

DAY: Final = timedelta(days=1)
LONGEST_MONTH: Final = timedelta(days=31)

Span = tuple[date, date]
"""The first and the last of some days."""


class Spans(NamedTuple):
    """What is read of a period: the sums of some months, and the counts of all other days."""

    days: list[Span]
    months: list[Span]


def spans(since: date, to: date, apart: Span | None, *, by_month: bool) -> Spans:
    """Divide a period into whole months, where they may be read, and days.

    The days that are `apart` are read in another way; their months are read by days, since in those
    "to come" becomes "to fill in".
    """
    days, months = [(since, to)], _whole_months(since, to) if by_month else []
    if apart:
        months = _without(months, (_first_of(apart[0]), _last_of(apart[1])))
        days = _without(days, apart)
    for month in months:
        days = _without(days, month)
    return Spans(days, months)


def _whole_months(since: date, to: date) -> list[Span]:
    first = since if since.day == 1 else _last_of(since) + DAY
    last = to if to == _last_of(to) else _first_of(to) - DAY
    return [(first, last)] if first <= last else []


def _first_of(day: date) -> date:
    return day.replace(day=1)


def _last_of(day: date) -> date:
    return _first_of(_first_of(day) + LONGEST_MONTH) - DAY


def _without(found: Iterable[Span], hole: Span) -> list[Span]:
    parts = [
        part
        for first, last in found
        for part in ((first, min(last, hole[0] - DAY)), (max(first, hole[1] + DAY), last))
    ]
    return [(first, last) for first, last in parts if first <= last]
