from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

Handler = Callable[[UUID, UUID, dict[str, Any]], Awaitable[None]]
"""Does one piece of work, given the tenant, the row's id and the payload.

It runs outside any transaction and may run twice when a worker is killed at the wrong moment, so
what it sends should carry the row's id. `PermanentError` ends the attempts and sets the row aside;
any other error brings the row back later.
"""

Handlers = Mapping[str, Handler]
"""The handlers by kind."""


def together(*subjects: Handlers) -> Handlers:
    """Put the handlers of several subjects together; who shares a kind works one after the other.

    When one of them fails, all run again with the row: whatever they put into the outbox carries a
    key made from the row's id, so that it is there once.
    """
    by_kind: dict[str, list[Handler]] = {}
    for handlers in subjects:
        for kind, handler in handlers.items():
            by_kind.setdefault(kind, []).append(handler)
    return {kind: _in_turn(found) for kind, found in by_kind.items()}


def _in_turn(handlers: Sequence[Handler]) -> Handler:
    if len(handlers) == 1:
        return handlers[0]

    async def handle(tenant_id: UUID, row_id: UUID, payload: dict[str, Any]) -> None:
        for handler in handlers:
            await handler(tenant_id, row_id, payload)

    return handle


class Work(msgspec.Struct, frozen=True):
    """A claimed row: `attempts` counts this one, and is the proof of the claim.

    `lapses` counts the attempts just before it that ended with the worker.
    """

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    lapses: int


class Aside(msgspec.Struct, frozen=True):
    """A row that was set aside, and the class of what went wrong; of its payload, nothing."""

    id: UUID
    kind: str
    reason: str
    attempts: int
    created_at: datetime
    aside_at: datetime


class Heap(msgspec.Struct, frozen=True):
    """How many rows of one kind were set aside for one reason, the latest when."""

    kind: str
    reason: str
    rows: int
    latest_at: datetime


class Backlog(msgspec.Struct, frozen=True):
    """What a tenant's outbox holds: `late` counts what has been due for over `seconds` asked for."""

    due: int
    late: int
    later: int
    failing: int
    aside: int
    oldest_due_at: datetime | None
