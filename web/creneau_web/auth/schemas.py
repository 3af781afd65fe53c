"""Sessions and codes as they are read; every time is UTC."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

Method = Literal["password", "second_factor", "sign_on"]
"""What proved who an agent is: a password alone, a password and a code, a provider."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's session; `email` is the address that a code has proven in it (C-42)."""

    id: UUID
    agent_id: UUID | None
    person_id: UUID | None
    email: str | None
    data: dict[str, Any]
    seen_at: datetime
    expires_at: datetime
    method: Method = "password"

    @property
    def digest(self) -> bytes:
        """Name the session as the owner of what it holds; it stays when the secret is rotated."""
        return hashlib.sha256(b"session:" + self.id.bytes).digest()


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What a session begins with; `device` is what the browser calls itself, in words."""

    agent_id: UUID | None = None
    method: Method = "second_factor"
    device: str = ""
    data: Mapping[str, Any] = {}


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A living session as its owner sees it (C-70); times are UTC, `device` is in words."""

    id: UUID
    created_at: datetime
    seen_at: datetime
    method: Method
    device: str


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail code that was sent; only its digest is kept."""

    id: UUID
    email: str
    digest: bytes
    attempts: int
    expires_at: datetime
