"""Agents as those who administer them see and change them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from creneau.agents.schemas import Agent
from creneau.i18n import Locale
from creneau.planning.schemas import Touched


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A role that an agent holds in an organisation."""

    organisation_id: UUID
    organisation_name: str
    role_code: str


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """One agent of the list, with services and roles; times are UTC."""

    agent: Agent
    services: tuple[tuple[UUID, str], ...]
    places: tuple[Place, ...]
    invited_at: datetime | None
    has_factor: bool


class AgentChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to change an agent (C-03).

    `memberships` are pairs of an organisation and the code of the role held there, for the
    organisations that whoever types administers; roles elsewhere stay as they are.
    """

    first_name: str
    last_name: str
    locale: Locale | None
    service_ids: tuple[UUID, ...]
    memberships: tuple[tuple[UUID, str], ...]


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody leaves behind: appointments to come, holds of visitors, persons followed."""

    bookings: tuple[Touched, ...]
    holds: int
    followed: int = 0


class Parting(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the appointments of somebody who leaves; `shown` are those that were listed.

    `heir_id` follows from then on whom they followed; None: nobody does.
    """

    choice: Literal["refuse", "to_reschedule", "cancel"] = "refuse"
    shown: frozenset[UUID] = frozenset()
    heir_id: UUID | None = None
