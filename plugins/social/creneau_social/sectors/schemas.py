"""Sectors, and an address as it is compared with them."""

from typing import Literal
from uuid import UUID

import msgspec

Side = Literal["both", "even", "odd"]


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A town of a sector, or a street of it; no numbers: the whole street."""

    id: UUID
    sector_id: UUID
    town_code: str
    town_name: str
    street: str
    street_plain: str
    first_number: int | None
    last_number: int | None
    side: Side


class ZoneDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to add a zone; the town is chosen from the list of towns."""

    town_code: str
    town_name: str
    street: str = ""
    first_number: int | None = None
    last_number: int | None = None
    side: Side = "both"


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks after a sector: an organisation or an agent, and their name."""

    id: UUID
    sector_id: UUID
    organisation_id: UUID | None
    agent_id: UUID | None
    name: str


class Sector(msgspec.Struct, frozen=True, kw_only=True):
    """A sector in the list."""

    id: UUID
    name: str
    zones: int
    duties: int


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody lives, as they typed it: the town by its INSEE code; the street may be empty."""

    town_code: str
    town_name: str
    street: str = ""

    @property
    def words(self) -> str:
        """Write it on one line."""
        return f"{self.street}, {self.town_name}" if self.street else self.town_name
