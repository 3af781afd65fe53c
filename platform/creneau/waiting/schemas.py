"""Who waits for an earlier slot, and what they are offered; every time is UTC."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.messages.receipts.schemas import Channel
from creneau.people.schemas import Identity

EntryState = Literal["waiting", "offered", "served", "left", "over"]
OfferState = Literal["open", "accepted", "declined", "expired"]


class WaitingRule(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one may wait for a motive, and for how many minutes of the day an offer is held."""

    open: bool = True
    offer_minutes: int = 120


class WaitingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier slot that is asked for; `place_id` None: whatever place.

    Exactly one of `person_id` and `identity` is given; the address of the latter is proven.
    """

    motive_id: UUID
    place_id: UUID | None = None
    person_id: UUID | None = None
    identity: Identity | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's place in the line (C-28).

    `wanted_before` is the first slot that was free when they asked, or their own appointment if it
    is earlier; None: whatever frees. The wait ends by itself at `ends_at`.
    """

    id: UUID
    person_id: UUID
    motive_id: UUID
    place_id: UUID | None
    wanted_before: datetime | None
    state: EntryState
    requested_at: datetime
    ends_at: datetime


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A slot that is held for somebody; `booking_id` is the hold, or what came of it."""

    id: UUID
    entry_id: UUID
    booking_id: UUID
    place_id: UUID
    starts_at: datetime
    held_until: datetime
    state: OfferState


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands: their place in line, the last offer, the appointment it would move."""

    entry: Entry
    offer: Offer | None
    booking_id: UUID | None


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """What is said with an acceptance; `values` are those of plugins' fields."""

    instructions_accepted: bool = False
    values: Mapping[str, str] = {}


class InLine(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits without an offer; `before` bounds what they want, None: nothing does.

    `booking_id` is the appointment that an accepted offer moves.
    """

    id: UUID
    person_id: UUID
    motive_id: UUID
    place_id: UUID | None
    before: datetime | None
    booking_id: UUID | None
    booked_at: datetime | None


class Freed(msgspec.Struct, frozen=True, kw_only=True):
    """When time became free; without a start, all times are looked at."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None


class AboutOffer(msgspec.Struct, frozen=True, kw_only=True):
    """The offer that a piece of work is about."""

    offer_id: UUID


class OfferMessage(AboutOffer, frozen=True, kw_only=True):
    """An offer that is written to its reader, by one way."""

    channel: Channel = "email"


class AboutEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The place in line that a piece of work is about."""

    entry_id: UUID
