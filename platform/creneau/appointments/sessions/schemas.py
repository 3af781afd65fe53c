"""Group sessions as they are read and changed; every time is UTC (C-24)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.appointments.listing.schemas import Within

Sort = Literal["start", "name", "place"]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A group session; `taken` counts its seats that are held or booked, `capacity` None: unlimited.

    `version` changes with each change of the session itself.
    """

    id: UUID
    motive_id: UUID
    motive_name: str
    colour: str
    place_id: UUID
    place_name: str
    organisation_id: UUID
    time_zone: str
    title: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    taken: int
    state: Literal["scheduled", "cancelled", "expired"]
    resource_ids: tuple[UUID, ...]
    resource_labels: tuple[str, ...]
    version: str = ""

    @property
    def left(self) -> int | None:
        """How many seats are free; None: as many as one likes."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)


class SessionEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to change a session; `version` is the one that the form was made from."""

    title: str
    capacity: int | None
    version: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions are asked for; `before` is left out. None and empty ask for nothing.

    `over`: those that ended before now; False: those that have not.
    """

    within: Within
    since: datetime | None = None
    before: datetime | None = None
    over: bool | None = None
    standing: Literal["open", "full", "cancelled"] | None = None
    agent_id: UUID | None = None
    motive_id: UUID | None = None
    place_id: UUID | None = None
    sort: Sort = "start"
    descending: bool = False
