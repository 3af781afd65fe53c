"""Tokens of programs as they are read."""

from datetime import datetime
from uuid import UUID

import msgspec


class KnownToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token as those who manage it see it, ended or not; times are UTC."""

    id: UUID
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def lives(self, now: datetime) -> bool:
        """Tell whether a program is still let in with it."""
        return self.revoked_at is None and self.expires_at > now


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A program's access to one tenant (T-13): what it may do, and until when (UTC).

    `entry` is the version of the tenant's entry in the directory, read in the same moment.
    """

    id: UUID
    scopes: frozenset[str]
    expires_at: datetime
    entry: int
