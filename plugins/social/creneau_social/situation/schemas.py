"""What social services know of a person, and who reads it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

UNCHANGED: Final = "0"
"""The version of what nobody has changed yet."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """The facts in use; `version` changes with each change."""

    fields: frozenset[str]
    version: str = UNCHANGED


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who read some facts of a person in one minute (UTC)."""

    name: str
    at: datetime
    fields: Sequence[str]


class ReadingsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which readings of a person are asked for, the latest first as a rule; moments are UTC.

    `agent_id` read; since a moment, and before another. None asks nothing.
    """

    person_id: UUID
    agent_id: UUID | None = None
    since: datetime | None = None
    to: datetime | None = None
    by_name: bool = False
    descending: bool = True
