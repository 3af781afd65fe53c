"""Appointments and bookings: what is asked and what is read; every time is UTC."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from creneau.availability.schemas import SOMEBODY, Asking
from creneau.people.schemas import Identity

State = Literal[
    "held",
    "expired",
    "planned",
    "waiting",
    "seen",
    "excused",
    "no_show",
    "cancelled",
    "to_reschedule",
]
Source = Literal["public", "others", "agent", "api"]
"""Who booked: `others` did for the person, online, as a prescriber does."""


class HoldRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor chose (C-23); `owner` is the digest of the session or token that will confirm.

    `resource_id` None: whoever is free, the least loaded first. `appointment_id` names a group
    session (C-24). `asking`: for whom, where a motive is not offered to everybody alike.
    """

    motive_id: UUID
    starts_at: datetime
    place_id: UUID | None = None
    resource_id: UUID | None = None
    appointment_id: UUID | None = None
    owner: bytes = b""
    source: Source = "public"
    asking: Asking = SOMEBODY


class ConfirmRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes the held seat, and what they accepted; `values` are those of plugins' fields.

    Exactly one of `person_id` and `identity` is given. `notes` are an agent's own (C-62).
    `confidential`: from now on nothing is sent to them for the motive (S-08).
    `invitation_id`: it is booked with an invitation, which is good for one appointment (S-11).
    """

    person_id: UUID | None = None
    identity: Identity | None = None
    email_proven: bool = False
    instructions_accepted: bool = False
    values: Mapping[str, str] = {}
    notes: str = ""
    confidential: bool = False
    invitation_id: UUID | None = None


class SettingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment that an agent sets (C-62), whatever the openings; the time is UTC.

    `duration_minutes` None: the motive's own (C-06). `force_reason` says why it may overlap others;
    without one an overlap is refused and named (C-27). Exactly one of `person_id` and `identity`.
    """

    motive_id: UUID
    place_id: UUID
    resource_ids: Sequence[UUID]
    starts_at: datetime
    duration_minutes: int | None = None
    person_id: UUID | None = None
    identity: Identity | None = None
    force_reason: str = ""
    notes: str = ""
    confidential: bool = False


class PlacingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Where an agent puts an appointment anew (C-60), whatever the openings; the time is UTC.

    `resource_ids` are all who take part. `seen` is the `version_of` the appointment that the form
    showed. `force_reason` as in `SettingRequest`. `notify`: the person is told; agents always are.
    """

    starts_at: datetime
    duration_minutes: int
    place_id: UUID
    resource_ids: Sequence[UUID]
    seen: str
    force_reason: str = ""
    notify: bool = True


class EditRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent changes besides the time (C-64); `seen` is the `edited_version` of the form."""

    motive_id: UUID
    notes: str
    seen: str


class MoveRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The new time of a booking (C-26)."""

    starts_at: datetime
    place_id: UUID | None = None
    resource_id: UUID | None = None
    appointment_id: UUID | None = None


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """One person's seat with all that its pages and messages show.

    `confidential`: nothing is sent to the person, and it shows on no page of theirs (S-08).
    """

    id: UUID
    appointment_id: UUID
    motive_id: UUID
    motive_name: str
    colour: str
    place_id: UUID
    place_name: str
    person_id: UUID | None
    state: State
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    resource_ids: tuple[UUID, ...]
    resource_labels: tuple[str, ...]
    seat: int
    group_session: bool
    title: str
    held_until: datetime | None
    held_by: bytes | None
    source: Source
    accepted_instructions: str | None
    sequence: int
    created_at: datetime
    confirmed_at: datetime | None
    extra: dict[str, Any]
    appointment_state: Literal["scheduled", "cancelled", "expired"]
    confidential: bool = False


class AgendaEntry(Booking, frozen=True, kw_only=True):
    """A booking with the person who comes."""

    first_name: str
    last_name: str
    phone: str
    email: str


class SessionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A group session to create (C-24); `capacity` None: unlimited. Times are UTC."""

    motive_id: UUID
    place_id: UUID
    resource_ids: Sequence[UUID]
    starts_at: datetime
    ends_at: datetime
    title: str = ""
    capacity: int | None = None
