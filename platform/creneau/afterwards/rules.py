"""Which day it is for work that is done at night."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAY_BEGINS: Final = timedelta(hours=3)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Give the day whose work is due at a moment: it begins at three in the morning, local time."""
    return (moment.astimezone(zone).replace(tzinfo=None) - DAY_BEGINS).date()
