"""Local times that a night has not, or has twice, since clocks go forward or back (C-15)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

MINUTE = timedelta(minutes=1)


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """What clocks skip that go forward: from `begins` they go to `ends` at once.

    `counts` is what a time within stands for, where it is not refused (`rules.in_utc`).
    """

    begins: time
    ends: time
    counts: time


def gap_at(day: date, at: time, zone: ZoneInfo) -> Gap | None:
    """Tell what clocks skip around a local time; None where there is such a time."""
    local = datetime.combine(day, at)
    if _exists(local, zone):
        return None
    return Gap(
        begins=(_first(local, -MINUTE, zone) + MINUTE).time(),
        ends=_first(local, MINUTE, zone).time(),
        counts=_there(local, zone).time(),
    )


def is_twice(day: date, at: time, zone: ZoneInfo) -> bool:
    """Tell whether clocks that go back show a local time twice; the first one counts."""
    local = datetime.combine(day, at, zone)
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def _first(local: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    while not _exists(local, zone):
        local += step
    return local


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    return _there(local, zone) == local


def _there(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
