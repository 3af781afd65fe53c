"""What calendars are made of; every moment is UTC."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.i18n import Locale
from creneau.motives.schemas import LocationType

Detail = Literal["motive", "initials", "name"]
"""What an event says of the person who comes."""

AccessKind = Literal["address", "password"]
Standing = Literal["taken", "cancelled", "to_reschedule"]


class Owner(msgspec.Struct, frozen=True):
    """Whose calendar it is: an agent's agenda, or a person's own appointments."""

    kind: Literal["agent", "person"]
    id: UUID


class AccessDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a new way into a calendar; `colleagues` is a password's."""

    kind: AccessKind = "address"
    name: str = ""
    detail: Detail = "motive"
    colleagues: bool = False


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """A way into a calendar as its owner sees it, and as it is read; the secret is not kept."""

    id: UUID
    kind: AccessKind
    agent_id: UUID | None
    person_id: UUID | None
    name: str
    detail: Detail
    colleagues: bool
    locale: Locale
    created_at: datetime
    read_at: datetime | None
    ended_at: datetime | None

    @property
    def owner(self) -> Owner:
        """Whose calendar it opens.

        Raises:
            ValueError: The table's own constraint does not hold.
        """
        if self.agent_id is not None:
            return Owner("agent", self.agent_id)
        if self.person_id is None:
            raise ValueError("an access without an owner")
        return Owner("person", self.person_id)


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment on somebody's calendar; a group session is one, however many come.

    `id` is the booking's, or the session's; `changed_at` is when it was made, moved or ended.
    """

    id: UUID
    resource_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    sequence: int
    standing: Standing
    changed_at: datetime
    motive_name: str
    title: str
    location_type: LocationType
    place_name: str
    address: str
    access_information: str
    phone: str
    first_name: str
    last_name: str
    resource_labels: tuple[str, ...]
    group_session: bool
    seats: int


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment on an agenda, and since when; one that is not `active` was there."""

    resource_id: UUID
    appointment_id: UUID
    active: bool
    claimed_at: datetime


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment: what it is for and where, by their ids, and when."""

    id: UUID
    motive_id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    state: str
    sequence: int
    title: str
    group_session: bool


class Seats(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes to an appointment: the last booking, and how many stand."""

    appointment_id: UUID
    id: UUID
    person_id: UUID | None
    state: str
    seats: int
    confirmed_at: datetime | None
    ended_at: datetime | None


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What a calendar may say of a person."""

    id: UUID
    first_name: str
    last_name: str


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """A person's booking."""

    id: UUID
    appointment_id: UUID
    person_id: UUID
    state: str
    active: bool
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """Who is there at an appointment, and when its time was last claimed."""

    appointment_id: UUID
    claimed_at: datetime | None
    resource_ids: tuple[UUID, ...]


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """What an appointment is for, and where it is."""

    motive_id: UUID
    place_id: UUID
    motive_name: str
    location_type: LocationType
    time_zone: str
    place_name: str
    address: str
    access_information: str
    phone: str


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar as an address answers it; `changed_at` has no fraction of a second."""

    content: bytes
    etag: str
    changed_at: datetime


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a CalDAV calendar: the name of its file, and its file."""

    name: str
    starts_at: datetime
    ends_at: datetime
    content: bytes
    etag: str


class AgentCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """An agenda that a program may read."""

    agent_id: UUID
    name: str
    own: bool


class BusyDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar elsewhere, as an agent types it."""

    name: str = ""
    address: str = ""


class BusySource(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar elsewhere, whose busy times are absences; the address stays sealed.

    `good_at` is when it was read last, `failure` the code of what goes wrong since
    `failing_since`; `events` is how many busy times it has.
    """

    id: UUID
    agent_id: UUID
    name: str
    host: str
    good_at: datetime | None
    failing_since: datetime | None
    failure: str
    events: int
    due_at: datetime


class BusyTime(msgspec.Struct, frozen=True, kw_only=True):
    """A busy time of an agent, with the name of the calendar that it comes from."""

    starts_at: datetime
    ends_at: datetime
    source: str
