"""What programs send and receive: part of the interface, so a name here is a promise."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from creneau.appointments.schemas import State
from creneau.i18n import Locale
from creneau.motives.schemas import LocationType
from msgspec import Meta

MOST_IDS = 200
Moment = Annotated[datetime, Meta(tz=True)]
Ids = Annotated[tuple[UUID, ...], Meta(max_length=MOST_IDS)]
Edge = Annotated[str, Meta(min_length=10, max_length=40, examples=["2026-11-23"])]
Name = Annotated[str, Meta(max_length=200)]


class SlotsAsked(
    msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}
):
    """The parameters of a search for slots."""

    motive: UUID
    since: Edge
    until: Edge
    place: Ids = ()
    agent: Ids = ()
    service: Ids = ()


class NextAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of a search for the first slot of each place."""

    motive: UUID
    places: Ids = ()


class PlacesAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of a list of places."""

    organisation: UUID | None = None


class PersonGiven(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes; a phone is needed for a motive by phone, an address for one at home (S-06)."""

    first_name: Name
    last_name: Name
    email: Annotated[str, Meta(max_length=254)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    address: Annotated[str, Meta(max_length=500)] = ""
    locale: Locale = "fr"


class HoldGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A slot to hold."""

    motive: UUID
    start: Moment
    place: UUID | None = None
    agent: UUID | None = None
    session: UUID | None = None


class BookingGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A booking: of a hold, or straight of a slot."""

    person: PersonGiven
    hold: UUID | None = None
    motive: UUID | None = None
    start: Moment | None = None
    place: UUID | None = None
    agent: UUID | None = None
    session: UUID | None = None
    instructions_accepted: bool = False
    values: dict[str, Annotated[str, Meta(max_length=20_000)]] = {}


class MoveGiven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The new time of a booking."""

    start: Moment
    place: UUID | None = None
    agent: UUID | None = None
    session: UUID | None = None


class SlotShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A start that can be booked now."""

    start: Moment
    end: Moment
    place: UUID
    resources: tuple[UUID, ...]
    seats_left: int | None
    session: UUID | None = None


class Slots(msgspec.Struct, frozen=True):
    """What can be booked, by start and place."""

    slots: list[SlotShown]


class NextShown(msgspec.Struct, frozen=True):
    """The first slot of a place."""

    place: UUID
    slot: SlotShown | None


class NextSlots(msgspec.Struct, frozen=True):
    """The first slot of each place, in the order asked for."""

    next: list[NextShown]


class QuestionShown(msgspec.Struct, frozen=True, kw_only=True):
    """Something more that a motive asks; `name` is that of the answer among a booking's `values`.

    `options` are the answers to choose from, where there are any.
    """

    name: str
    question: str
    hint: str
    required: bool
    options: tuple[str, ...]


class MotiveShown(msgspec.Struct, frozen=True, kw_only=True):
    """What an appointment can be made for."""

    id: UUID
    organisation: UUID
    service: UUID
    name: str
    description: str
    category: str
    location_type: LocationType
    duration_minutes: int
    capacity: int | None
    minimum_notice_minutes: int
    maximum_notice_minutes: int
    instructions_before: str
    instructions_after: str
    cancellation_warning: str
    questions: tuple[QuestionShown, ...]


class Motives(msgspec.Struct, frozen=True):
    """The motives that programs may book."""

    motives: list[MotiveShown]


class PlaceShown(msgspec.Struct, frozen=True, kw_only=True):
    """Where people are received."""

    id: UUID
    organisation: UUID
    name: str
    address: str
    phone: str
    access_information: str
    time_zone: str
    latitude: float | None
    longitude: float | None


class Places(msgspec.Struct, frozen=True):
    """The places in use."""

    places: list[PlaceShown]


class BookingShown(msgspec.Struct, frozen=True, kw_only=True):
    """One person's seat in an appointment."""

    id: UUID
    state: State
    motive: UUID
    place: UUID
    start: Moment
    end: Moment
    resources: tuple[UUID, ...]
    session: UUID | None
    held_until: Moment | None
    created_at: Moment
    confirmed_at: Moment | None


class ProblemShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was turned down (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, str] = {}
    nearest: list[SlotShown] = []
