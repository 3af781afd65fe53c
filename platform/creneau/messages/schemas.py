"""Who reads a message, and what the outbox keeps about it: ids only, never an address."""

from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec

from creneau.contributions import Recipient
from creneau.i18n import Locale

Occasion = Literal["confirmed", "moved", "cancelled", "to_reschedule", "reminder"]


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who gets a message; `key` names them among the readers of one booking.

    `person_id` or `agent_id` says who it is, if they are known here.
    """

    key: str
    name: str
    email: str
    locale: Locale | None
    person_id: UUID | None = None
    agent_id: UUID | None = None

    @property
    def is_agent(self) -> bool:
        """Say whether it is somebody who works here."""
        return self.agent_id is not None


class BookingChange(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine writes beside a change of a booking; `agent_id` is who made it, if an agent."""

    booking_id: UUID
    sequence: int = 0
    agent_id: UUID | None = None


class BookingMail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one reader of a booking's messages."""

    occasion: Occasion
    booking_id: UUID
    sequence: int
    reader: str


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
