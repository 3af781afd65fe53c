"""What social services know of a person, and who reads it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """The facts in use; `version` changes with each change, and is empty before the first."""

    fields: frozenset[str]
    version: str = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who read some facts of a person in one minute (UTC)."""

    name: str
    at: datetime
    fields: Sequence[str]
