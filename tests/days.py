"""The day on which a test began: it stays the same for that test when midnight passes meanwhile."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from creneau_infra.clock import now

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


class _Test:
    began = now()


def begin() -> None:
    """Note that a test begins; what it has set up for it belongs to the same day."""
    _Test.began = now()


def began() -> datetime:
    """Tell the moment, in UTC."""
    return _Test.began


def today() -> date:
    """Name the day in Paris."""
    return began().astimezone(PARIS).date()


def tomorrow() -> date:
    """Name the day after it."""
    return today() + DAY


def clock_changes(zone: ZoneInfo = PARIS) -> tuple[date, date]:
    """Name the next days on which clocks go forward and back, none of them before next week."""
    ahead = [today() + number * DAY for number in range(7, 380)]
    by = {day: _offset(day + DAY, zone) - _offset(day, zone) for day in ahead}
    return next(day for day in ahead if by[day] > timedelta()), next(
        day for day in ahead if by[day] < timedelta()
    )


def _offset(day: date, zone: ZoneInfo) -> timedelta:
    offset = datetime.combine(day, time(), zone).utcoffset()
    assert offset is not None
    return offset
