"""What a tenant may choose from, and what it chose."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from creneau.contributions import Starter


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What one plugin, or the core, proposes; `label` says whose it is, in the current language.

    `there` are the names, in the tenant's language, of what exists already.
    """

    plugin: str
    label: str
    starter: Starter
    there: frozenset[str] = frozenset()


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What was ticked, by the keys of `creneau.starters.rules`."""

    organisation_id: UUID
    services: frozenset[str] = frozenset()
    motives: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """The names of what was added; what existed already is left out."""

    services: Sequence[str] = ()
    motives: Sequence[str] = ()
    roles: Sequence[str] = ()
