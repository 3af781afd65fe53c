"""Persons whom nobody has seen for a long time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

IdleSort = Literal["made", "name", "last_at", "relatives"]


class IdleWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which files are asked for: without activity since `before`.

    All `words`, plainly written, stand in the name.
    """

    before: datetime
    words: Sequence[str] = ()
    sort: IdleSort = "made"
    descending: bool = False


class Idle(msgspec.Struct, frozen=True, kw_only=True):
    """A file without activity, with those of its relatives; the times are UTC.

    `last_at` is when something happened last: an appointment's end, a note, a request, the file made.
    """

    id: UUID
    first_name: str
    last_name: str
    last_at: datetime
    relatives: int

    @property
    def name(self) -> str:
        """The first and the last name."""
        return f"{self.first_name} {self.last_name}"
