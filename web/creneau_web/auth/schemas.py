"""Sessions and codes as they are read; every time is UTC."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's session; `email` is the address that a code has proven in it (C-42)."""

    id: UUID
    agent_id: UUID | None
    person_id: UUID | None
    email: str | None
    data: dict[str, Any]
    seen_at: datetime
    expires_at: datetime

    @property
    def digest(self) -> bytes:
        """Name the session as the owner of what it holds; it stays when the secret is rotated."""
        return hashlib.sha256(b"session:" + self.id.bytes).digest()


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail code that was sent; only its digest is kept."""

    id: UUID
    email: str
    digest: bytes
    attempts: int
    expires_at: datetime
