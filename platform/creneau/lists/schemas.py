"""Saved searches and exports."""

from typing import Final
from uuid import UUID

import msgspec

EXPORT: Final = "list:export"
"""The right to take a list away as a file; what stands in it follows from the right to read it."""

LONGEST_NAME: Final = 60


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A saved search of the list at `path`: the end of its address, under a name.

    `service_id` is the service that shares it; None: it is the agent's own. `opens` tells whether
    the list opens with it for the agent who asks.
    """

    id: UUID
    path: str
    name: str
    query: str
    agent_id: UUID
    service_id: UUID | None
    service_name: str
    opens: bool


class SearchDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed for a saved search."""

    path: str
    query: str
    name: str
    service_id: UUID | None = None
    opens: bool = False


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A list that left as a file: which one, in which format, with how many lines."""

    name: str
    format: str
    lines: int
