"""Visits of administrators through a colleague's eyes (T-08)."""

from datetime import datetime
from uuid import UUID

import msgspec


class Seeing(msgspec.Struct, frozen=True, kw_only=True):
    """One visit; `who` saw the back office as somebody else. Times are UTC."""

    id: UUID
    who: str
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that has just begun, and when it ends by itself (UTC)."""

    id: UUID
    ends_at: datetime


class AboutSeeing(msgspec.Struct, frozen=True, kw_only=True):
    """The mail to whoever was seen; `at` is UTC."""

    agent_id: UUID
    seen_id: UUID
    at: datetime
