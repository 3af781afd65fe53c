"""Who comes next: in each lane the tenants take turns, however much work one of them has."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from uuid import UUID

import structlog

from creneau_infra.outbox import service
from creneau_infra.outbox.rules import HANDS, LANES, SHARE, Lane
from creneau_infra.outbox.schemas import Handlers, Work

Claim = Callable[[UUID, Lane, int], Awaitable[list[Work]]]
_log = structlog.stdlib.get_logger(__name__)


class Turns:
    """One lane's work: so many rows at once, so many of them one tenant's, the tenants in turn."""

    def __init__(self, lane: Lane, handlers: Handlers, claim: Claim) -> None:
        self._lane: Lane = lane
        self._handlers = handlers
        self._claim = claim
        self._line: dict[UUID, None] = {}
        self._busy: Counter[UUID] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._closing = False

    def ring(self, tenant_id: UUID) -> None:
        """Put a tenant at the end of the line; who stands in it already keeps their place."""
        self._line.setdefault(tenant_id)
        self._changed.set()

    def keep(self, tenants: Collection[UUID]) -> None:
        """Let only these stand in the line: who was suspended meanwhile leaves it."""
        self._line = {one: None for one in self._line if one in tenants}

    async def run(self) -> None:
        """Do what is due until it is closed; what was begun then goes on."""
        while not self._closing:
            await self._changed.wait()
            self._changed.clear()
            while (tenant_id := self._next()) is not None:
                await self._begin(tenant_id)

    def close(self) -> None:
        """Begin nothing any more."""
        self._closing = True
        self._changed.set()

    async def finish(self, seconds: float) -> None:
        """Give what was begun so long, and stop what is not done then."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _next(self) -> UUID | None:
        if self._closing or len(self._tasks) >= HANDS[self._lane]:
            return None
        return next((one for one in self._line if self._busy[one] < SHARE[self._lane]), None)

    async def _begin(self, tenant_id: UUID) -> None:
        del self._line[tenant_id]
        room = min(
            HANDS[self._lane] - len(self._tasks),
            SHARE[self._lane] - self._busy[tenant_id],
            service.AT_ONCE,
        )
        try:
            claimed = await self._claim(tenant_id, self._lane, room)
        except Exception as error:  # noqa: BLE001 - the next sweep rings again
            _log.warning("outbox_claim_failed", lane=self._lane, error=type(error).__name__)
            return
        for work in claimed:
            self._start(tenant_id, work)
        if claimed:
            # There may be more: behind everybody else's.
            self.ring(tenant_id)

    def _start(self, tenant_id: UUID, work: Work) -> None:
        self._busy[tenant_id] += 1
        task = asyncio.create_task(self._do(tenant_id, work))
        self._tasks.add(task)
        task.add_done_callback(lambda ended: self._end(tenant_id, ended))

    def _end(self, tenant_id: UUID, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._busy[tenant_id] -= 1
        if not self._busy[tenant_id]:
            del self._busy[tenant_id]
        self._changed.set()

    async def _do(self, tenant_id: UUID, work: Work) -> None:
        try:
            await service.do(self._handlers, tenant_id, work)
        except Exception as error:  # noqa: BLE001 - its lease brings the row back
            _log.warning("outbox_not_noted", kind=work.kind, error=type(error).__name__)


def all_lanes(handlers: Handlers, per_minute: int | None) -> Mapping[Lane, Turns]:
    """Make the turns of every lane; a tenant may send so many messages a minute."""

    async def claim(tenant_id: UUID, lane: Lane, most: int) -> list[Work]:
        return await service.claim(tenant_id, lane, most, per_minute=per_minute)

    return {lane: Turns(lane, handlers, claim) for lane in LANES}
