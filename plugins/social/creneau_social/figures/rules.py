"""Since when a follow-up is without contact."""

import calendar
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

CHOICES: Final = (6, 1, 2, 3, 9, 12, 18, 24)
"""How many months can be chosen; the first is the usual one."""


def months_of(typed: str) -> int:
    """Read how many months were chosen; what cannot be is the usual number."""
    numbers = {str(one): one for one in CHOICES}
    return numbers.get(typed.strip(), CHOICES[0])


def months_before(now: datetime, months: int, zone: ZoneInfo) -> datetime:
    """Give the same day so many months ago, on a local clock; the last of a shorter month."""
    local = now.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))
