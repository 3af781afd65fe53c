"""When a calendar elsewhere says that somebody is busy: a pure function of its text (C-83).

It runs in a process of its own (`apart`): what strangers write into a calendar may take for ever.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import recurring_ical_events
from icalendar import Calendar, Event

MOST_EVENTS: Final = 20_000
MOST_TIMES: Final = 5_000
TOO_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY"})
FREE: Final = frozenset({"FREE", "WORKINGELSEWHERE"})


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a calendar: the busy times that touch a period (UTC).

    `zone` is that of whole days and of times that name none; events whose UID ends with `own_uids`
    are ours and count for nothing; `email` is whose refusals count.
    """

    starts_at: datetime
    ends_at: datetime
    zone: str
    own_uids: str
    email: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The busy times in order, apart from each other, in UTC; or the code of what is wrong."""

    times: tuple[tuple[datetime, datetime], ...] = ()
    failure: str = ""


def found_in(content: bytes, asked: Question) -> Found:
    """Read the busy times of a calendar."""
    try:
        calendar = Calendar.from_ical(content)
    except ValueError:
        return Found(failure="not_a_calendar")
    if calendar.name != "VCALENDAR":
        return Found(failure="not_a_calendar")
    events = calendar.events
    if len(events) > MOST_EVENTS:
        return Found(failure="too_many")
    try:
        if any(_is_too_often(event) for event in events):
            return Found(failure="too_often")
        times = tuple(_joined(sorted(_spans(calendar, asked))))
    except Exception:  # noqa: BLE001 - whatever a stranger's calendar makes the libraries do
        return Found(failure="bad_event")
    return Found(failure="too_many") if len(times) > MOST_TIMES else Found(times=times)


def _spans(calendar: Calendar, asked: Question) -> Iterator[tuple[datetime, datetime]]:
    shown = recurring_ical_events.of(calendar).between(asked.starts_at, asked.ends_at)
    for event in shown:
        span = _span(event, asked) if _is_busy(event, asked) else None
        if span:
            yield span


def _is_too_often(event: Event) -> bool:
    rules: Any = event.get("RRULE", [])
    every = rules if isinstance(rules, list) else [rules]
    return any(not TOO_OFTEN.isdisjoint(rule.get("FREQ", [])) for rule in every)


def _is_busy(event: Any, asked: Question) -> bool:
    said = {name: str(event.get(name, "")).upper() for name in ("STATUS", "TRANSP")}
    outlook = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    return not (
        said["STATUS"] == "CANCELLED"
        or said["TRANSP"] == "TRANSPARENT"
        or outlook in FREE
        or str(event.get("UID", "")).endswith(asked.own_uids)
        or _is_declined(event, asked.email)
    )


def _is_declined(event: Any, email: str) -> bool:
    invited: Any = event.get("ATTENDEE", [])
    every = invited if isinstance(invited, list) else [invited]
    return any(
        str(one).lower() == f"mailto:{email}"
        and str(one.params.get("PARTSTAT", "")).upper() == "DECLINED"
        for one in every
    )


def _span(event: Any, asked: Question) -> tuple[datetime, datetime] | None:
    zone = ZoneInfo(asked.zone)
    starts_at = max(_moment(event.start, zone), asked.starts_at)
    ends_at = min(_moment(event.end, zone), asked.ends_at)
    return (starts_at, ends_at) if ends_at > starts_at else None


def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    aware = value if value.tzinfo else value.replace(tzinfo=zone)
    return aware.astimezone(UTC).replace(microsecond=0)


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Join what overlaps or touches: two meetings at one time are one absence."""
    current: tuple[datetime, datetime] | None = None
    for starts_at, ends_at in spans:
        if current is None:
            current = starts_at, ends_at
        elif starts_at <= current[1]:
            current = current[0], max(current[1], ends_at)
        else:
            yield current
            current = starts_at, ends_at
    if current is not None:
        yield current
