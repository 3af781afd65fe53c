"""What agents note about a person."""

from datetime import datetime
from uuid import UUID

import msgspec


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it was written once; the time is UTC, `author` None: nobody knows any more."""

    text: str
    author_id: UUID | None
    author: str | None
    written_at: datetime


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note with what it said before, the latest first."""

    id: UUID
    now: Version
    before: tuple[Version, ...] = ()

    @property
    def first(self) -> Version:
        """Give the note as it was first written."""
        return self.before[-1] if self.before else self.now
