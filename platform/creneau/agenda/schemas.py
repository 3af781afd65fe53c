"""What stands on agendas besides appointments; every time is UTC."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from creneau.appointments.schemas import AgendaEntry


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A group session, also one that nobody has booked yet; `capacity` None: unlimited."""

    appointment_id: UUID
    motive_name: str
    colour: str
    title: str
    place_name: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    resource_ids: tuple[UUID, ...]
    resource_labels: tuple[str, ...]
    taken: int
    capacity: int | None


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which an agent receives people."""

    resource_id: UUID
    title: str
    place_id: UUID
    place_name: str
    starts_at: datetime
    ends_at: datetime


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which an agent is away; `elsewhere`: by another calendar, which is its agent's own."""

    resource_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    elsewhere: bool


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which the organisation of one of the agents is closed."""

    label: str
    starts_at: datetime
    ends_at: datetime


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands on the agendas of some agents in a time, each part by start."""

    entries: Sequence[AgendaEntry]
    sessions: Sequence[Session]
    openings: Sequence[Opening]
    absences: Sequence[Away]
    closings: Sequence[Closing]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to what agendas show; no resource: whichever agenda it may be on."""

    id: UUID
    resource_ids: tuple[UUID, ...]
