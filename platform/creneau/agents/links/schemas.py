"""Links that are mailed to agents, and what the outbox keeps about them: ids only."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.agents.schemas import Agent
from creneau.i18n import Locale

Purpose = Literal["invitation", "password"]


class FoundLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it is kept; times are UTC."""

    id: UUID
    agent_id: UUID
    expires_at: datetime
    used_at: datetime | None


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A good link, and whom it was sent to."""

    link_id: UUID
    agent: Agent


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """What an invited agent types."""

    first_name: str
    last_name: str
    password: str


class AboutAgent(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to an agent; `asked_at` is UTC."""

    agent_id: UUID
    asked_at: datetime


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody says to have forgotten the password of an address; whose it is, is looked up later."""

    email: str
    locale: Locale
    asked_at: datetime
