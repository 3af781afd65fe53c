"""The demo's weeks: which days are worked, and the times at which somebody could come."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from creneau.planning.holidays import of_territory

PARIS: Final = ZoneInfo("Europe/Paris")
DAYS_BACK: Final = 30
DAYS_AHEAD: Final = 60
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def local_today(now: datetime) -> date:
    """Give the day in Paris."""
    return now.astimezone(PARIS).date()


def moment(day: date, at: time) -> datetime:
    """Give a local time in UTC."""
    return datetime.combine(day, at, PARIS).astimezone(UTC)


def holidays(today: date) -> dict[date, str]:
    """Name the public holidays of the demo's weeks; today is left open, to have something to see."""
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    return {day: name for day, name in of_territory("FR", first, last).items() if day != today}


def weekly(days: Sequence[int], today: date) -> str:
    """Write the repetition of a weekly opening until the end of the demo's weeks."""
    named = ",".join(WEEKDAYS[day] for day in days)
    last = today + timedelta(days=DAYS_AHEAD)
    return f"FREQ=WEEKLY;BYDAY={named};UNTIL={last:%Y%m%d}T235959"


def worked_days(days: Sequence[int], today: date, closed: frozenset[date]) -> Iterator[date]:
    """List the days of the demo's weeks on these weekdays that are not closed."""
    for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        if day.weekday() in days and day not in closed:
            yield day


def starts(day: date, opening: tuple[time, time], minutes: int) -> Iterator[datetime]:
    """Cut an opening of one day into the starts of appointments, in UTC."""
    length = timedelta(minutes=minutes)
    at, end = moment(day, opening[0]), moment(day, opening[1])
    while at + length <= end:
        yield at
        at += length


def chance(seed: str) -> random.Random:
    """Give the same luck for the same seed at every run."""
    return random.Random(seed)  # noqa: S311 - repeatable on purpose, nothing is secret here
