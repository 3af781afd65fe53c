"""Resources that are not agents: rooms, and what plugins add."""

from uuid import UUID

import msgspec


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """Anything whose time can be taken; an agent is one with the same id."""

    id: UUID
    kind: str
    label: str
    active: bool
