"""When a reminder leaves: pure functions (C-81)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from creneau.motives.rules import DAY
from creneau.motives.schemas import Reminder


def due_at(starts_at: datetime, zone: ZoneInfo, reminder: Reminder) -> datetime:
    """Tell the moment of a reminder, in UTC; `zone` is the place's.

    A day or more is counted on the calendar: two days before Monday at 9 is Saturday at 9, also
    when clocks change on Sunday. An hour that clocks leave out is the hour after it.
    """
    before = timedelta(minutes=reminder.minutes)
    if reminder.minutes < DAY:
        return starts_at.astimezone(UTC) - before
    wanted = starts_at.astimezone(zone).replace(tzinfo=None, fold=0) - before
    if reminder.at is not None:
        wanted = datetime.combine(wanted.date(), reminder.at)
    return wanted.replace(tzinfo=zone).astimezone(UTC)


def to_come(
    starts_at: datetime, zone: ZoneInfo, reminders: Iterable[Reminder], now: datetime
) -> list[tuple[Reminder, datetime]]:
    """List the reminders that are still to leave, each with its moment in UTC."""
    moments = [(reminder, due_at(starts_at, zone, reminder)) for reminder in reminders]
    return [(reminder, moment) for reminder, moment in moments if now < moment < starts_at]


def overtaken(
    starts_at: datetime,
    zone: ZoneInfo,
    reminder: Reminder,
    reminders: Iterable[Reminder],
    now: datetime,
) -> bool:
    """Tell whether a later reminder is due too: after a long stop only the last of them leaves."""
    mine = due_at(starts_at, zone, reminder)
    return any(mine < due_at(starts_at, zone, other) <= now for other in reminders)
