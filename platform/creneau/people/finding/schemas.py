"""What is asked of the base of persons, and what is found."""

from datetime import date
from uuid import UUID

import msgspec


class Within(msgspec.Struct, frozen=True, kw_only=True):
    """Whom somebody may see: the persons known to these organisations; None: to any (C-04).

    Those who are known to no organisation in particular are known to all.
    """

    organisation_ids: frozenset[UUID] | None


EVERYBODY = Within(organisation_ids=None)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A person in a list; `referents` are the names of the agents who follow them."""

    id: UUID
    responsible_id: UUID | None
    responsible_name: str | None
    first_name: str
    last_name: str
    birth_name: str
    birth_date: date | None
    email: str
    phone: str
    referents: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The first and the last name."""
        return f"{self.first_name} {self.last_name}"


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """What tells a person from others, as it is kept."""

    first_name: str
    last_name: str
    birth_date: date | None = None
    email: str = ""
    phones: tuple[str, ...] = ()


class FoundPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of those who were found; `near`: nobody is written exactly so, these come close."""

    persons: tuple[Found, ...]
    more: bool = False
    near: bool = False
