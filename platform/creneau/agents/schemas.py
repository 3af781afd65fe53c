"""Agents as they are read."""

from typing import Literal
from uuid import UUID

import msgspec

from creneau.i18n import Locale


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """A person who works for the tenant; the same id names the resource whose time is taken."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    locale: Locale | None
    state: Literal["invited", "active", "removed"]

    @property
    def display_name(self) -> str:
        """First name and last name."""
        return f"{self.first_name} {self.last_name}"


class AgentDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to add an agent; without a password the agent stays invited (C-03).

    `memberships` are pairs of an organisation and the code of the role held there.
    """

    email: str
    first_name: str
    last_name: str
    password: str | None = None
    locale: Locale | None = None
    service_ids: tuple[UUID, ...] = ()
    memberships: tuple[tuple[UUID, str], ...] = ()
