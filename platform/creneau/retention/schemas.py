"""What is kept for how long, and what goes next; times are UTC."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


class RetentionRule(msgspec.Struct, frozen=True, kw_only=True):
    """How many months what has no activity is kept; `since` is when that was decided."""

    months: int = 24
    since: datetime = ALWAYS


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """A file that will be erased, with those of its relatives; `on` is local to the tenant."""

    id: UUID
    name: str
    last_at: datetime
    relatives: int
    on: date


FileSort = Literal["made", "name", "last_at", "relatives"]


class FilesWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which files that will be erased are asked for: with all `words`, plainly written, in the name."""

    words: Sequence[str] = ()
    sort: FileSort = "made"
    descending: bool = False


OldSort = Literal["starts_at", "last_at", "name", "motive", "place"]


class OldWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which old appointments are asked for: with all `words`, plainly written, in the name."""

    words: Sequence[str] = ()
    motive_id: UUID | None = None
    place_id: UUID | None = None
    sort: OldSort = "starts_at"
    descending: bool = False


class OldBooking(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment without activity for long, of somebody whose file is kept."""

    id: UUID
    starts_at: datetime
    time_zone: str
    last_at: datetime
    motive_name: str
    place_name: str
    first_name: str
    last_name: str


class LeavingBooking(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment that will name nobody any more; `on` is local to the tenant."""

    booking: OldBooking
    on: date


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many files and appointments are in the list."""

    files: int
    appointments: int
