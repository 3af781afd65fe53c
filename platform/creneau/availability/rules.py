"""How openings become occurrences, and free windows become slots: pure functions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.availability.drafts import AbsenceDraft, OpeningDraft
from creneau.availability.recurrence import days

MIDNIGHT: Final = time()
A_DAY: Final = timedelta(days=1)


class Windows(NamedTuple):
    """Free times of a resource at a place, side by side, in seconds since 1970 UTC.

    `origins` are the starts of the openings, on which the grid of slots is aligned.
    """

    resource_id: UUID
    place_id: UUID
    origins: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]


class Grid(NamedTuple):
    """How windows are cut: seconds; starts lie in [`earliest`, `before`)."""

    duration: int
    step: int
    earliest: int
    before: int


class Start(NamedTuple):
    """A start (seconds since 1970 UTC) at a place, with who is free then."""

    at: int
    place_id: UUID
    resource_ids: list[UUID]


class Span(NamedTuple):
    """A period in UTC."""

    starts_at: datetime
    ends_at: datetime


def cut(windows: Iterable[Windows], grid: Grid) -> list[Start]:
    """Cut free windows into starts on each opening's own grid, by time and place (C-20)."""
    by_place: defaultdict[UUID, defaultdict[int, list[UUID]]]
    by_place = defaultdict(lambda: defaultdict(list))
    for one in windows:
        _cut(one, grid, by_place[one.place_id])
    return sorted(
        Start(at, place_id, _once_each(free))
        for place_id, found in by_place.items()
        for at, free in found.items()
    )


def _cut(windows: Windows, grid: Grid, found: defaultdict[int, list[UUID]]) -> None:
    # The busiest lines of a search: a week of fifty agents comes here thousands of times.
    resource_id = windows.resource_id
    duration, step, earliest, before = grid
    for origin, starts, ends in zip(windows.origins, windows.starts, windows.ends, strict=True):
        first = max(starts, earliest)
        first += (origin - first) % step
        for at in range(first, min(ends - duration + 1, before), step):
            found[at].append(resource_id)


def _once_each(free: list[UUID]) -> list[UUID]:
    """Name everybody once: two openings of one resource may overlap (C-13)."""
    return free if len(set(free)) == len(free) else list(dict.fromkeys(free))


def opening_spans(draft: OpeningDraft, until: date, zone: ZoneInfo) -> list[Span]:
    """Give an opening's occurrences in UTC; its times stay local over daylight saving (C-15)."""
    start, end = draft.start_time, draft.end_time
    each = days(draft.first_day, start, draft.recurrence, until)
    spans = (_span(day, start, day, end, zone) for day in each)
    return [span for span in spans if span.ends_at > span.starts_at]


def absence_spans(draft: AbsenceDraft, until: date) -> list[Span]:
    """Give an absence's occurrences in UTC, a long one in pieces of a local day each (C-12)."""
    length = draft.last_day - draft.first_day
    zone = ZoneInfo(draft.time_zone)
    found: dict[datetime, Span] = {}
    for day in days(draft.first_day, draft.start_time, draft.recurrence, until):
        for piece in _pieces(day, draft.start_time, day + length, draft.end_time, zone):
            found.setdefault(piece.starts_at, piece)
    return list(found.values())


def _pieces(day: date, start: time, last: date, end: time, zone: ZoneInfo) -> Iterator[Span]:
    while day < last:
        yield _span(day, start, day + A_DAY, MIDNIGHT, zone)
        day, start = day + A_DAY, MIDNIGHT
    piece = _span(day, start, last, end, zone)
    if piece.ends_at > piece.starts_at:
        yield piece


def _span(first: date, start: time, last: date, end: time, zone: ZoneInfo) -> Span:
    return Span(in_utc(first, start, zone), in_utc(last, end, zone))


def in_utc(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """Turn a local day and time into UTC; a time that a clock change skips counts from before it."""
    return datetime.combine(day, moment, tzinfo=zone).astimezone(UTC)
