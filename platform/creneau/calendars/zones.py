"""Time zones as iCalendar writes them, each change of the clock by itself.

A library's own are an hour late in spring: a change begins, by RFC 5545, at the local time that
stood before it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

A_DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=256)
def zone_lines(name: str, first_year: int, last_year: int) -> tuple[str, ...]:
    """Write the VTIMEZONE of a zone that holds from one year to another, both included."""
    zone = ZoneInfo(name)
    start = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    changes = [start, *_changes(zone, start, end)]
    inside = [line for at in changes for line in _observance(zone, at)]
    return ("BEGIN:VTIMEZONE", f"TZID:{name}", *inside, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    day = start
    while day < end:
        if _offset(zone, day) != _offset(zone, day + A_DAY):
            yield _moment(zone, day, day + A_DAY)
        day += A_DAY


def _moment(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > A_SECOND:
        middle = before + (after - before) // 2
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _observance(zone: ZoneInfo, at: datetime) -> tuple[str, ...]:
    local, before = at.astimezone(zone), _offset(zone, at - A_SECOND)
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    return (
        f"BEGIN:{kind}",
        f"DTSTART:{(at + before).strftime('%Y%m%dT%H%M%S')}",
        f"TZOFFSETFROM:{_signed(before)}",
        f"TZOFFSETTO:{_signed(_offset(zone, at))}",
        f"TZNAME:{local.tzname()}",
        f"END:{kind}",
    )


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _signed(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{rest:02}"
