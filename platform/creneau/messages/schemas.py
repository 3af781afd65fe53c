"""Who reads a message, and what the outbox keeps about it: ids only, never an address."""

from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

import msgspec

from creneau.contributions import Recipient
from creneau.i18n import Locale
from creneau.messages.receipts.schemas import Channel, Reason

Occasion = Literal["confirmed", "moved", "cancelled", "to_reschedule", "reminder"]


LEFT: Final = "left:"
"""How the names of those readers begin from whose agenda a booking moved away."""


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who gets a message; `key` names them among the readers of one booking.

    `phone` is a mobile number as `+33612345678`; empty, as `email` may be, where there is none.
    `person_id` or `agent_id` says who it is, if they are known here.
    """

    key: str
    name: str
    email: str
    locale: Locale | None
    phone: str = ""
    person_id: UUID | None = None
    agent_id: UUID | None = None

    def address(self, channel: Channel) -> str:
        """Give where they are written to by a way; empty: nowhere."""
        return self.email if channel == "email" else self.phone

    @property
    def has_lost_it(self) -> bool:
        """Say whether the booking has moved away from their agenda."""
        return self.key.startswith(LEFT)

    @property
    def is_agent(self) -> bool:
        """Say whether it is somebody who works here."""
        return self.agent_id is not None


class BookingChange(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine writes beside a change of a booking; `agent_id` is who made it, if an agent.

    `left` are the resources that it moved away from. `quiet`: agents alone are written to.
    """

    booking_id: UUID
    sequence: int = 0
    agent_id: UUID | None = None
    left: tuple[UUID, ...] = ()
    quiet: bool = False


class StatusChange(BookingChange, frozen=True, kw_only=True):
    """What the engine writes beside a status that an agent set."""

    state: str
    before: str = ""


class BookingMail(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one reader of a booking's messages, by one way."""

    occasion: Occasion
    booking_id: UUID
    sequence: int
    reader: str
    channel: Channel = "email"


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """To whom a message goes by which way, and where to; or why somebody is not written to."""

    reader: Reader
    channel: Channel = "email"
    address: str = ""
    reason: Reason | None = None


class CodeMail(msgspec.Struct, frozen=True, kw_only=True):
    """A code that proves an address (C-42)."""

    email: str
    code: str
    locale: Locale
    minutes: int = 10


def other_reader(recipient: Recipient) -> Reader:
    """Make a reader of a plugin's recipient; the key does not tell the address."""
    digest = sha256(recipient.email.encode()).hexdigest()[:32]
    return Reader(
        key=f"other:{digest}",
        name=recipient.name,
        email=recipient.email,
        locale=recipient.locale,
    )
