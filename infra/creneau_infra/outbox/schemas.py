from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec

Handler = Callable[[UUID, UUID, dict[str, Any]], Awaitable[None]]
"""Does one piece of work, given the tenant, the row's id and the payload.

It runs outside any transaction and may run twice when a worker is killed at the wrong moment, so
what it sends should carry the row's id. `PermanentError` ends the attempts; any other error brings
the row back later.
"""

Handlers = Mapping[str, Handler]
"""The handlers by kind."""


class Work(msgspec.Struct, frozen=True):
    """A claimed row: `attempts` counts this one, and is the proof of the claim."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
