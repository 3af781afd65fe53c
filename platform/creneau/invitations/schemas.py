"""Invitations as they are made and read; every time is UTC, every day that of the organisation."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

InvitationChannel = Literal["email", "sms", "letter"]
InvitationState = Literal["sent", "opened", "booked", "expired", "revoked"]


class InvitationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an agent invites to what: exactly one of `motive_id` and `category` is given.

    `last_day` is the last one on which the person may book with it. `referents_only`: they see the
    times of those who follow them, and nobody else's.
    """

    person_id: UUID
    organisation_id: UUID
    motive_id: UUID | None = None
    category: str = ""
    channel: InvitationChannel
    last_day: date
    referents_only: bool = False
    message: str = ""


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation and what became of it.

    `booking_id` is what was booked with it last, `stands` whether that appointment still does:
    where it was cancelled, the invitation is good again until its end.
    """

    id: UUID
    person_id: UUID
    organisation_id: UUID
    motive_id: UUID | None
    category: str
    referents_only: bool
    channel: InvitationChannel
    message: str
    last_day: date
    ends_at: datetime
    made_by: UUID | None
    made_at: datetime
    opened_at: datetime | None
    reminded_at: datetime | None
    revoked_at: datetime | None
    booking_id: UUID | None
    booked_at: datetime | None
    stands: bool

    @property
    def on_paper(self) -> bool:
        """Say whether it is a letter, which nobody sends but the agents."""
        return self.channel == "letter"


class InvitationRule(msgspec.Struct, frozen=True, kw_only=True):
    """When whoever has not booked is reminded, and how long invitations are good for.

    `remind_after_days` None: never. `valid_days` is what the form proposes.
    """

    remind_after_days: int | None = 7
    valid_days: int = 30


class AboutInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """The invitation that a piece of work is about."""

    invitation_id: UUID


class InvitationMessage(AboutInvitation, frozen=True, kw_only=True):
    """An invitation, or its reminder, that is written to its reader."""

    channel: Literal["email", "sms"] = "email"
    reminder: bool = False
