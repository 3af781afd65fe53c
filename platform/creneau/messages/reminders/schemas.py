"""What the outbox keeps of reminders, and what they are reckoned from."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from creneau.appointments.schemas import State
from creneau.motives.schemas import Reminder


class ReminderDue(msgspec.Struct, frozen=True, kw_only=True):
    """One reminder of a booking at one time: whoever moves gets others."""

    booking_id: UUID
    starts_at: datetime
    reminder: Reminder

    @property
    def key(self) -> str:
        """Name it, so that it is written once however often it is planned."""
        at = self.reminder.at.isoformat() if self.reminder.at else "-"
        moment = int(self.starts_at.timestamp())
        return f"reminder:{self.booking_id}:{moment}:{self.reminder.minutes}:{at}"


class RemindersChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A motive reminds at other times; `after` is the last booking that was looked at."""

    motive_id: UUID
    after: UUID | None = None


class Reminded(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as its reminders need it; `starts_at` is UTC."""

    id: UUID
    state: State
    starts_at: datetime
    time_zone: str
    sequence: int
    reminders: tuple[Reminder, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the place."""
        return ZoneInfo(self.time_zone)
