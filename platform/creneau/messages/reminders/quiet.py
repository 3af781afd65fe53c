"""When an SMS that is not urgent may leave: not at night, on a Sunday or on a public holiday."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from creneau.sms.schemas import QuietHours

SUNDAY: Final = 6
A_DAY: Final = timedelta(days=1)
LONGEST_WAIT: Final = 366
"""Days after which no further day is looked at: quiet on every day of a year is quiet for good."""


def not_before(
    moment: datetime, quiet: QuietHours, zone: ZoneInfo, is_holiday: Callable[[date], bool]
) -> datetime:
    """Give the first moment from `moment` on that is not quiet in the local time of `zone`, in UTC."""
    local = moment.astimezone(zone)
    for _day in range(LONGEST_WAIT):
        free = _free_on(local, quiet, zone)
        if free is not None and not _quiet_day(local.date(), quiet, is_holiday):
            return free.astimezone(UTC)
        local = datetime.combine(local.date() + A_DAY, time(), zone)
    return moment.astimezone(UTC)


def _quiet_day(day: date, quiet: QuietHours, is_holiday: Callable[[date], bool]) -> bool:
    return (quiet.sundays and day.weekday() == SUNDAY) or (quiet.holidays and is_holiday(day))


def _free_on(local: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime | None:
    """Give the first moment of the rest of a day that is outside the hours, if there is one."""
    begins, ends = quiet.begins, quiet.ends
    at = local.time()
    if begins == ends or (ends <= at < begins) or (begins < ends and not begins <= at < ends):
        return local
    over_tonight = begins > ends and at >= begins
    return None if over_tonight else datetime.combine(local.date(), ends, zone)
