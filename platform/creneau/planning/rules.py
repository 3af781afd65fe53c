"""How rules in local time become occurrences: pure functions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from creneau.planning.drafts import AbsenceDraft, OpeningDraft
from creneau.planning.recurrence import days

MIDNIGHT: Final = time()
A_DAY: Final = timedelta(days=1)


class Span(NamedTuple):
    """A period in UTC."""

    starts_at: datetime
    ends_at: datetime


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
