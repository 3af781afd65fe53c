"""Tokens of programs as they are read."""

from uuid import UUID

import msgspec


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A program's access to one tenant (T-13); `scopes` are what it may do."""

    id: UUID
    scopes: frozenset[str]
