"""Slow work beside the outbox's: each line of it waits for nobody but itself.

A tenant's slow work stands in lines (all that goes to one server, say). Of each line a few pieces
are done at once, of each tenant some more, and of all of them no more than a process bears; a piece
that is done lets another tenant's go first. So a server that takes its time holds up its own line.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar
from uuid import UUID

import structlog

TenantIds = Callable[[], Awaitable[Sequence[UUID]]]
Due = Callable[[UUID], Awaitable[Sequence[UUID]]]
"""Names a tenant's lines in which something is due."""
DoNext = Callable[[UUID, UUID], Awaitable[bool]]
"""Does the next piece of a tenant's line; False when there is none."""

Result = TypeVar("Result")

MOST_OF_LINE: Final = 4
MOST_OF_TENANT: Final = 8
MOST: Final = 64
SECONDS_BETWEEN_LOOKS: Final = 5.0
SECONDS_TO_FINISH: Final = 12.0
_log = structlog.stdlib.get_logger(__name__)


class Lines:
    """Does the slow work of every tenant, once it is run; the process that rings wakes it at once."""

    def __init__(self, due: Due, do_next: DoNext) -> None:
        """Take what finds the work, and what does it; both are asked again and again."""
        self._due = due
        self._do_next = do_next
        self._over = False
        self._rung: set[UUID] = set()
        self._bell = asyncio.Event()
        self._next_look = 0.0
        self._hands: defaultdict[tuple[UUID, UUID], int] = defaultdict(int)
        self._working: set[asyncio.Task[None]] = set()
        self._all = asyncio.Semaphore(MOST)
        self._of_tenant: defaultdict[UUID, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(MOST_OF_TENANT)
        )

    def ring(self, tenant_id: UUID) -> None:
        """Tell that something of a tenant may be due."""
        self._rung.add(tenant_id)
        self._bell.set()

    async def run(self, tenant_ids: TenantIds, stop: asyncio.Event) -> None:
        """Do what is due until `stop` is set; pieces that were begun are given time to end."""
        stopped = asyncio.create_task(stop.wait())
        self._next_look = time.monotonic() + SECONDS_BETWEEN_LOOKS
        try:
            while not stop.is_set():
                await self._look(await self._woken(tenant_ids, stopped))
            self._over = True
            if self._working:
                await asyncio.wait(set(self._working), timeout=SECONDS_TO_FINISH)
        finally:
            for task in (stopped, *self._working):
                task.cancel()
            await asyncio.gather(stopped, *self._working, return_exceptions=True)

    async def _woken(self, tenant_ids: TenantIds, stopped: "asyncio.Task[bool]") -> Sequence[UUID]:
        rung = asyncio.create_task(self._bell.wait())
        left = max(0.0, self._next_look - time.monotonic())
        done, _ = await asyncio.wait(
            {rung, stopped}, timeout=left, return_when=asyncio.FIRST_COMPLETED
        )
        rung.cancel()
        # Whoever rings from here on wakes the next round.
        self._bell.clear()
        if stopped in done:
            return ()
        named, self._rung = list(self._rung), set()
        # However often somebody rings: what was put off, or rung for elsewhere, has its look, too.
        if time.monotonic() < self._next_look:
            return named
        self._next_look = time.monotonic() + SECONDS_BETWEEN_LOOKS
        return await _guarded(tenant_ids()) or named

    async def _look(self, tenants: Sequence[UUID]) -> None:
        for tenant_id in tenants:
            for line_id in await _guarded(self._due(tenant_id)) or ():
                self._lend_a_hand(tenant_id, line_id)

    def _lend_a_hand(self, tenant_id: UUID, line_id: UUID) -> None:
        line = (tenant_id, line_id)
        if self._hands[line] >= MOST_OF_LINE:
            return
        self._hands[line] += 1
        task = asyncio.create_task(self._work(tenant_id, line_id))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _work(self, tenant_id: UUID, line_id: UUID) -> None:
        line = (tenant_id, line_id)
        try:
            while await self._piece(tenant_id, line_id) and not self._over:
                self._lend_a_hand(tenant_id, line_id)
        finally:
            self._hands[line] -= 1
            if not self._hands[line]:
                del self._hands[line]

    async def _piece(self, tenant_id: UUID, line_id: UUID) -> bool:
        # Both are first come, first served: whoever goes on stands behind those who wait.
        async with self._of_tenant[tenant_id], self._all:
            return bool(await _guarded(self._do_next(tenant_id, line_id)))


async def _guarded(work: Awaitable[Result]) -> Result | None:
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - a worker outlives a database that restarts
        _log.warning("line_failed", error=type(error).__name__)
        return None
