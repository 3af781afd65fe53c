"""Roles and what an agent may do through them."""

from typing import Final, Literal, get_args
from uuid import UUID

import msgspec

BUILT_IN = ("administrator", "agent", "secretary")
Scope = Literal["service", "organisation", "tenant"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of rights `scope:resource:action`, such as `service:appointment:read` (T-08).

    `version` changes with every save: an update names the one that it was made from.
    """

    id: UUID
    code: str
    name: str
    permissions: tuple[str, ...]
    built_in: bool
    version: str = ""


class RoleDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed for a role of one's own; `permissions` read `scope:resource:action`."""

    name: str
    permissions: tuple[str, ...] = ()


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who holds a role, and where."""

    agent_id: UUID
    name: str
    organisation_id: UUID
    organisation: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A role that an agent holds in one organisation."""

    organisation_id: UUID
    code: str
    permissions: tuple[str, ...]
    built_in: bool


class Membership(msgspec.Struct, frozen=True):
    """A role given to an agent in one organisation, by the role's code."""

    organisation_id: UUID
    role_code: str


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Whose agendas a right opens.

    The agent `itself`, all members of the organisations `everyone_in`, and of those in
    `colleagues_in` the ones who share a service of `service_ids`.
    """

    itself: bool = False
    everyone_in: frozenset[UUID] = frozenset()
    colleagues_in: frozenset[UUID] = frozenset()
    service_ids: frozenset[UUID] = frozenset()
