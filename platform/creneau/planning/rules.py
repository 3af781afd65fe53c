"""How rules in local time become occurrences in UTC: pure functions."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from creneau.planning.drafts import Window
from creneau.planning.recurrence import days
from creneau.planning.schemas import SeriesRef

MIDNIGHT: Final = time()
A_DAY: Final = timedelta(days=1)
HORIZON: Final = timedelta(days=400)


class Span(NamedTuple):
    """A period in UTC."""

    starts_at: datetime
    ends_at: datetime


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """How one occurrence differs; resource and place None: those of its series."""

    window: Window
    resource_id: UUID | None = None
    place_id: UUID | None = None


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A repeated opening, absence or closure: its first window, in local time of `zone`.

    `changes` name the days whose occurrence is skipped (None) or replaced.
    """

    ref: SeriesRef
    window: Window
    zone: str
    recurrence: str | None = None
    resource_id: UUID | None = None
    place_id: UUID | None = None
    organisation_id: UUID | None = None
    label: str = ""
    closure_kind: str = ""
    changes: Mapping[date, Replacement | None] = {}

    def days(self, until: date) -> Iterator[date]:
        """List the days that the rule means, skipped ones included."""
        return days(self.window.first_day, self.recurrence, until)


class Occurrence(NamedTuple):
    """One occurrence as it is stored, in UTC; `day` is the local day that the rule meant."""

    day: date | None
    starts_at: datetime
    ends_at: datetime
    resource_id: UUID | None = None
    place_id: UUID | None = None
    organisation_id: UUID | None = None
    label: str = ""
    closure_kind: str = ""


def horizon(now: datetime) -> date:
    """Name the day up to which occurrences are written out."""
    return (now + HORIZON).date()


def occurrences(series: Series, until: date) -> set[Occurrence]:
    """Give what a series means, up to the rule's days `until` included.

    Two that begin at one moment (one was moved there) are one: the longer, then the earlier day's.
    """
    found: dict[datetime, Occurrence] = {}
    for day in series.days(until):
        for one in _on(series, day):
            kept = found.get(one.starts_at)
            if kept is None or kept.ends_at < one.ends_at:
                found[one.starts_at] = one
    return set(found.values())


def _on(series: Series, day: date) -> Iterator[Occurrence]:
    changed = series.changes.get(day, Replacement(window=_shifted(series.window, day)))
    if changed is None:
        return
    zone = ZoneInfo(series.zone)
    pieces = _pieces if series.ref.kind == "absence" else _whole
    for span in pieces(changed.window, zone):
        if span.ends_at > span.starts_at:
            yield Occurrence(
                day,
                span.starts_at,
                span.ends_at,
                changed.resource_id or series.resource_id,
                changed.place_id or series.place_id,
                series.organisation_id,
                series.label,
                series.closure_kind,
            )


def _shifted(window: Window, day: date) -> Window:
    return Window(
        first_day=day,
        start_time=window.start_time,
        last_day=day + (window.last_day - window.first_day),
        end_time=window.end_time,
    )


def _whole(window: Window, zone: ZoneInfo) -> Iterator[Span]:
    yield span_of(window, zone)


def _pieces(window: Window, zone: ZoneInfo) -> Iterator[Span]:
    # A search bounds its index range by the length of a day (C-12).
    day, start = window.first_day, window.start_time
    while day < window.last_day:
        yield Span(in_utc(day, start, zone), in_utc(day + A_DAY, MIDNIGHT, zone))
        day, start = day + A_DAY, MIDNIGHT
    yield Span(in_utc(day, start, zone), in_utc(day, window.end_time, zone))


def span_of(window: Window, zone: ZoneInfo) -> Span:
    """Give a window in UTC; its times stay local over daylight saving (C-15)."""
    return Span(
        in_utc(window.first_day, window.start_time, zone),
        in_utc(window.last_day, window.end_time, zone),
    )


def in_utc(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """Turn a local day and time into UTC; a time that a clock change skips counts from before it."""
    return datetime.combine(day, moment, tzinfo=zone).astimezone(UTC)
