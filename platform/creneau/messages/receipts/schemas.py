"""What is kept about a message: to whom, by which way, and what became of it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

About = Literal["booking", "waiting", "code", "agent", "invitation"]
Channel = Literal["email", "sms"]
Payload = msgspec.Struct | dict[str, Any]
State = Literal["queued", "sent", "failed", "bounced", "set_aside"]
Reason = Literal[
    "address_unknown",
    "address_wrong",
    "mailbox_closed",
    "mailbox_full",
    "too_large",
    "refused_by_rules",
    "refused",
    "number_wrong",
    "number_abroad",
    "sms_off",
    "sms_limit",
    "gateway_refused",
    "gateway_away",
    "server_away",
    "asked_to_wait",
    "sign_in_refused",
    "trouble",
    "given_up",
    "not_in_time",
    "outdated",
    "over",
    "offer_over",
    "invitation_over",
    "no_reader",
    "no_address",
    "not_wanted",
    "confidential",
]
"""Why a message did not leave, did not arrive, or was not sent; the codes are stable."""


class NewReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is on its way; `reader` names whom it is for among its readers.

    `address` is an e-mail address or a telephone number, personal data; `about_id` is the offer,
    the place in line or the invitation that it is about.
    """

    about: About
    occasion: str
    address: str
    reader: str = "person"
    reader_name: str = ""
    channel: Channel = "email"
    booking_id: UUID | None = None
    about_id: UUID | None = None
    person_id: UUID | None = None
    agent_id: UUID | None = None
    sequence: int = 0
    resend_of: UUID | None = None


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is to leave: the kind and payload of its row in the outbox, and its receipt."""

    kind: str
    payload: Payload
    receipt: NewReceipt


class Receipt(NewReceipt, frozen=True, kw_only=True):
    """A message and what became of it; times are UTC.

    `tried_at` is the last attempt, `settled_at` when it was sent, failed, came back or was set
    aside; `again` counts the times that it was sent again since; `due_at` is when it leaves, while
    it is queued.
    """

    id: UUID
    state: State
    reason: Reason | None
    attempts: int
    created_at: datetime
    tried_at: datetime | None
    sent_at: datetime | None
    settled_at: datetime | None
    again: int
    due_at: datetime | None = None


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The attempt that begins; None: the message is settled already. `known`: it has a receipt."""

    attempts: int | None
    known: bool


class AboutBooking(msgspec.Struct, frozen=True, kw_only=True):
    """The booking that a message is about, as the message's line names it; times are UTC."""

    id: UUID
    state: str
    motive_name: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    time_zone: str


class Failure(msgspec.Struct, frozen=True):
    """Why the last message to an address did not arrive, and since when (UTC) that is known."""

    address: str
    reason: Reason
    at: datetime


class Within(msgspec.Struct, frozen=True, kw_only=True):
    """Whose agendas somebody reads: some agents', and everybody's of some organisations (C-04)."""

    resource_ids: frozenset[UUID]
    organisation_ids: frozenset[UUID]


class OfPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person's messages within somebody's reach, the latest first, and what they are about."""

    receipts: list[Receipt]
    bookings: dict[UUID, AboutBooking]
