"""What is asked of the list of appointments, and its lines; every time is UTC."""

from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

import msgspec

from creneau.appointments.schemas import Source

Standing = Literal[
    "to_fill",
    "upcoming",
    "waiting",
    "seen",
    "excused",
    "no_show",
    "cancelled",
    "to_reschedule",
]
"""A status as it is shown (C-65): without one, what is past is to be filled in."""

STANDINGS: Final[tuple[Standing, ...]] = get_args(Standing)
Sort = Literal["start", "person", "motive", "service", "place", "agents", "status", "booked"]


class Within(msgspec.Struct, frozen=True, kw_only=True):
    """Whose appointments are reached (C-04): those of some agents, and all of some organisations.

    `everything`: there is no limit, so that none has to be asked.
    """

    agent_ids: frozenset[UUID] = frozenset()
    organisation_ids: frozenset[UUID] = frozenset()
    everything: bool = False

    @property
    def whole(self) -> bool:
        """Tell whether at least one organisation is reached as a whole."""
        return self.everything or bool(self.organisation_ids)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What stands together in an order of the list, by its time: of a status, of motives, of places or agents.

    `agent_id` is the first of an appointment's agents, by name; `nobody`: it has none.
    """

    number: int
    standing: Standing | None = None
    motive_ids: tuple[UUID, ...] = ()
    place_ids: tuple[UUID, ...] = ()
    agent_id: UUID | None = None
    nobody: bool = False


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which appointments are asked for; `to` is left out. None and empty ask for nothing.

    `part`: what alone is read of them, where the order has parts.
    """

    within: Within
    since: datetime | None = None
    to: datetime | None = None
    standing: Standing | None = None
    organisation_id: UUID | None = None
    agent_id: UUID | None = None
    service_id: UUID | None = None
    motive_id: UUID | None = None
    place_id: UUID | None = None
    person_id: UUID | None = None
    source: Source | None = None
    sort: Sort = "start"
    descending: bool = True
    part: Part | None = None


class OnDay(msgspec.Struct, frozen=True, kw_only=True):
    """How many appointments begin on a day of the tenant, in [`begins`, `ends`)."""

    begins: datetime
    ends: datetime
    number: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment in the list; a group session is one for each person."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    standing: Standing
    motive_name: str
    colour: str
    service_name: str
    place_name: str
    person_id: UUID | None
    first_name: str
    last_name: str
    phone: str
    email: str
    agents: tuple[str, ...]
    source: Source
    booked_at: datetime
