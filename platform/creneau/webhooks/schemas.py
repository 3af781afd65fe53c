"""Webhooks: what is set, what is sent, and what became of it; every time is UTC."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.appointments.schemas import State as BookingState

Event = Literal[
    "booking.created",
    "booking.moved",
    "booking.cancelled",
    "booking.to_reschedule",
    "booking.status_changed",
    "endpoint.test",
]
EndpointState = Literal["on", "paused", "failing", "gone"]
DeliveryState = Literal["waiting", "delivered", "dead"]
Failure = Literal["", "status", "redirected", "refused", "timeout", "unreachable", "unsealed"]


class EndpointDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator says of an address that is told of events."""

    address: str
    description: str = ""
    events: Sequence[str] = ()


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """An address that is told of events; `failing` and `gone` were switched off by themselves.

    `two_secrets_until`: until then, messages carry a signature of the former secret too.
    """

    id: UUID
    address: str
    description: str
    events: tuple[str, ...]
    state: EndpointState
    two_secrets_until: datetime | None
    failing_since: datetime | None
    version: int
    created_at: datetime


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint's deliveries of the last thirty days stand; tests count in neither."""

    endpoint_id: UUID
    waiting: int
    dead: int
    last_delivered_at: datetime | None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one endpoint.

    `due_at` is the next try of a waiting one; `last_*` tell the latest try, `last_status` None
    where no answer came. `body` is what is sent, to the letter.
    """

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    event: Event
    body: str
    state: DeliveryState
    due_at: datetime
    attempts: int
    last_at: datetime | None
    last_status: int | None
    last_error: Failure
    last_milliseconds: int | None
    created_at: datetime


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that is this worker's to send; `attempts` counts this one, and proves the claim.

    `tried` counts since the last replay. Secrets are sealed; the former one only while both sign.
    """

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    event: Event
    body: str
    attempts: int
    tried: int
    deadline_at: datetime
    address: str
    secret: bytes
    previous_secret: bytes | None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call; `wait` is how many seconds the receiver asked us to stay away."""

    failure: Failure
    milliseconds: int
    status: int | None = None
    wait: int = 0


class BookingTold(msgspec.Struct, frozen=True, kw_only=True):
    """All that is told of a booking: ids, state and times, nothing about anybody.

    Times carry the offset of the place.
    """

    id: UUID
    state: BookingState
    sequence: int
    motive: UUID
    place: UUID
    start: datetime
    end: datetime


class EndpointTold(msgspec.Struct, frozen=True, kw_only=True):
    """What a test tells: the endpoint that it was meant for."""

    endpoint: UUID


class BookingMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted about a booking.

    `id` is the same at every attempt, `timestamp` is when it happened.
    """

    id: UUID
    type: Event
    api_version: str
    timestamp: datetime
    data: BookingTold


class TrialMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted to try an endpoint."""

    id: UUID
    type: Event
    api_version: str
    timestamp: datetime
    data: EndpointTold


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine says of a booking; `state` where the event is a change of status."""

    booking_id: UUID
    state: BookingState | None = None


class SwitchedOff(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint that was switched off by itself."""

    endpoint_id: UUID


class SwitchedOffMail(msgspec.Struct, frozen=True, kw_only=True):
    """The mail about it to one administrator."""

    endpoint_id: UUID
    agent_id: UUID
