"""When something goes that has no activity any more."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from creneau.retention.schemas import RetentionRule

NOTICE: Final = timedelta(days=30)
"""How long something stands in the list before it goes."""

MONTHS: Final = range(6, 121)
A_YEAR: Final = 12
A_DAY: Final = timedelta(days=1)


def months_later(moment: datetime, months: int) -> datetime:
    """Give the same moment so many months later, or earlier; the end of a month stays within it."""
    count = moment.year * A_YEAR + moment.month - 1 + months
    year, month = divmod(count, A_YEAR)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def listed_before(rule: RetentionRule, now: datetime) -> datetime:
    """Give the moment before which whatever happened last is in the list."""
    return months_later(now, -rule.months)


def erased_before(rule: RetentionRule, now: datetime) -> datetime | None:
    """Give the moment before which whatever happened last goes now; None: nothing does yet."""
    if now < rule.since + NOTICE:
        return None
    return months_later(now - NOTICE, -rule.months)


def goes_on(rule: RetentionRule, last_at: datetime, zone: ZoneInfo) -> date:
    """Give the day on which something goes, local time: in the night after its notice is over."""
    over = max(months_later(last_at, rule.months), rule.since) + NOTICE
    return over.astimezone(zone).date() + A_DAY
