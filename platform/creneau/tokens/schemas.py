"""Tokens of programs as they are read."""

from datetime import datetime
from uuid import UUID

import msgspec


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A program's access to one tenant (T-13): what it may do, and until when (UTC)."""

    id: UUID
    scopes: frozenset[str]
    expires_at: datetime
