"""A person's file, as agents read it; every time is UTC."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.appointments.schemas import State
from creneau.people.sections import PersonFields

Standing = Literal[
    "to_fill", "seen", "upcoming", "excused", "no_show", "cancelled", "to_reschedule"
]
"""What became of an appointment, as the file counts it: the past without a status is to be filled in."""


class Agendas(msgspec.Struct, frozen=True, kw_only=True):
    """Whose appointments somebody may see: of these resources, or anybody's of these organisations."""

    resource_ids: frozenset[UUID]
    organisation_ids: frozenset[UUID] = frozenset()


class FileBooking(msgspec.Struct, frozen=True, kw_only=True):
    """One appointment on a file."""

    id: UUID
    motive_name: str
    colour: str
    place_name: str
    resource_labels: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    state: State
    standing: Standing


class Bookings(msgspec.Struct, frozen=True, kw_only=True):
    """The appointments on a file: how many of each standing, the next ones and the last ones."""

    counts: dict[Standing, int]
    upcoming: tuple[FileBooking, ...]
    past: tuple[FileBooking, ...]

    @property
    def total(self) -> int:
        """Say how many there are."""
        return sum(self.counts.values())


class RelativeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A relative on the file of who answers for them; `next_at` is their next appointment."""

    id: UUID
    first_name: str
    last_name: str
    age: int | None
    next_at: datetime | None


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed into a plugin's fields that the tenant uses; `seen` names what stood there."""

    fields: PersonFields
    values: Mapping[str, str]
    seen: str = ""
