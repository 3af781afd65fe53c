"""Organisations and services as they are read."""

from datetime import datetime
from uuid import UUID

import msgspec


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A site or team of a tenant (C-01); `opening_hours` is text, a line a day.

    `version` changes with every save: an update names the one that it was made from.
    """

    id: UUID
    name: str
    phone: str
    email: str
    address: str
    website: str
    opening_hours: str
    time_zone: str
    territory: str
    archived_at: datetime | None = None
    version: str = ""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A trade inside a tenant; secretariat is a capability, never a name."""

    id: UUID
    name: str
    secretariat: bool
    version: str = ""


class ServiceUse(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to a service: its agents, and its motives in use."""

    service_id: UUID
    agents: int
    motives: int


class OrganisationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to create an organisation; without a time zone it has the tenant's."""

    name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    website: str = ""
    opening_hours: str = ""
    time_zone: str | None = None
    territory: str = "FR"
