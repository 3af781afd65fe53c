"""Pure rules of the waiting list: who fits what, and until when an offer is held."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.availability.schemas import Slot
from creneau.waiting.schemas import InLine

DAY_BEGINS: Final = time(8)
DAY_ENDS: Final = time(20)
SHORTEST_OFFER: Final = timedelta(minutes=15)
A_DAY: Final = timedelta(days=1)
LASTS: Final = timedelta(days=90)


class Seen(NamedTuple):
    """A slot as who waits sees it: the same time at the same place is the same slot."""

    entry_id: UUID
    place_id: UUID
    starts_at: datetime


class Match(NamedTuple):
    """The first in line whom a slot fits."""

    waiting: InLine
    slot: Slot
    until: datetime

    @property
    def seen(self) -> Seen:
        """Name the slot as they see it."""
        return Seen(self.waiting.id, self.slot.place_id, self.slot.starts_at)


class Chances(NamedTuple):
    """What there is to offer: free slots by motive, and how long each motive holds an offer.

    `passed` was offered before, or refused by a rule; it is not offered again.
    """

    free: Mapping[UUID, Sequence[Slot]]
    minutes: Mapping[UUID, int]
    notices: Mapping[UUID, timedelta]
    zones: Mapping[UUID, ZoneInfo]
    passed: Collection[Seen]
    now: datetime


def first_match(line: Iterable[InLine], chances: Chances) -> Match | None:
    """Find the first in line for whom something is free, and their earliest slot (C-28)."""
    for waiting in line:
        for slot in chances.free.get(waiting.motive_id, ()):
            until = _until(waiting, slot, chances)
            if until is not None:
                return Match(waiting, slot, until)
    return None


def _until(waiting: InLine, slot: Slot, chances: Chances) -> datetime | None:
    if waiting.place_id not in {None, slot.place_id}:
        return None
    if waiting.before is not None and slot.starts_at >= waiting.before:
        return None
    if Seen(waiting.id, slot.place_id, slot.starts_at) in chances.passed:
        return None
    minutes = chances.minutes[waiting.motive_id]
    latest = slot.starts_at - chances.notices[waiting.motive_id]
    return answer_by(chances.now, minutes, chances.zones[slot.place_id], latest)


def answer_by(now: datetime, minutes: int, zone: ZoneInfo, latest: datetime) -> datetime | None:
    """Say until when an offer made `now` is held: so many minutes between 8 and 20 o'clock local.

    Nobody has to answer at night: an offer of two hours made at 19:30 is held until 9:30. It ends
    by `latest` in any case; None if that leaves less than a quarter of an hour.
    """
    until = min(_by_day(now, timedelta(minutes=minutes), zone), latest)
    return until if until - now >= SHORTEST_OFFER else None


def _by_day(now: datetime, left: timedelta, zone: ZoneInfo) -> datetime:
    now, day = now.astimezone(UTC), now.astimezone(zone).date()
    while True:
        begins = max(now, datetime.combine(day, DAY_BEGINS, zone).astimezone(UTC))
        span = datetime.combine(day, DAY_ENDS, zone).astimezone(UTC) - begins
        if span >= left:
            return begins + left
        left -= max(span, timedelta())
        day += A_DAY
