"""Who watches agendas in this process, and how they learn that something has changed (C-60, C-65).

Nothing of a change goes through here but that there was one: whoever watches reads anew what they
may see. The version of a tenant's free time changes with every appointment; while it stands, nobody
asks the database. Without Redis the database is asked each second, as long as somebody watches.
"""

import asyncio
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from contextvars import Context
from typing import Final
from uuid import UUID

import structlog
from creneau.agenda import service as agenda
from creneau.agenda.schemas import Change
from creneau.availability.changes import free_time_of
from creneau.context import Tenant, acting_for
from creneau.refusals import Refusal
from creneau_infra.redis.versions import current

PAUSE: Final = 0.4
SECONDS_WITHOUT_REDIS: Final = 1.0
SECONDS_AT_MOST: Final = 5.0
"""A process that reaches no Redis tells none: what it changed is found this late."""

REMEMBERED: Final = 60.0
MOST_IN_PROCESS: Final = 400
MOST_OF_AGENT: Final = 8
log = structlog.stdlib.get_logger(__name__)


class TooManyStreams(Refusal):
    """This process, or this agent, has as many open screens as it can serve."""

    code = "too_many_streams"
    status = 503
    sentence = (
        "Trop d’écrans sont ouverts en même temps. Fermez ceux qui ne servent pas, ou actualisez "
        "la page."
    )


class Watcher:
    """One open screen: whose it is, and whose agendas it shows."""

    def __init__(self, tenant: Tenant, agent_id: UUID, watched: Collection[UUID]) -> None:
        self.tenant = tenant
        self.agent_id = agent_id
        self.watched = frozenset(watched)
        self.changed = False
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, without saying that anything changed."""
        self._rung.set()

    def tell(self, change: Change) -> None:
        """Learn of a change, if it may be on one of the agendas."""
        if not change.resource_ids or not self.watched.isdisjoint(change.resource_ids):
            self.changed = True
            self.ring()

    async def wait(self, seconds: float) -> bool:
        """Wait for a change, at most so long, and tell whether there was one."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)
        self._rung.clear()
        told, self.changed = self.changed, False
        return told


class _Watch:
    """What this process knows of one tenant: the last version, when it asked, what it was told."""

    def __init__(self) -> None:
        self.version: bytes | None = None
        self.asked = 0.0
        self.known: dict[UUID, float] = {}
        self.begun = False

    def due(self, version: bytes | None, moment: float) -> bool:
        changed = version is not None and version != self.version
        longest = SECONDS_WITHOUT_REDIS if version is None else SECONDS_AT_MOST
        self.version = version
        return changed or moment - self.asked >= longest


class Hub:
    """The open screens of one process; one task looks for changes while there are any."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._watches: dict[UUID, _Watch] = {}
        self._task: asyncio.Task[None] | None = None
        self._looked = asyncio.Event()
        self.closing = False

    @property
    def open(self) -> int:
        """Tell how many screens are open."""
        return len(self._watchers)

    def join(self, watcher: Watcher) -> None:
        """Begin to tell a screen of changes.

        Raises:
            TooManyStreams: There are too many already.
        """
        own = sum(one.agent_id == watcher.agent_id for one in self._watchers)
        if self.closing or self.open >= MOST_IN_PROCESS or own >= MOST_OF_AGENT:
            raise TooManyStreams
        self._watchers.add(watcher)
        if self._task is None or self._task.done():
            # In a context of its own: it outlives the request that happens to start it.
            self._task = asyncio.create_task(self._run(), context=Context())

    def leave(self, watcher: Watcher) -> None:
        """Tell a screen nothing any more."""
        self._watchers.discard(watcher)

    async def looked(self) -> None:
        """Wait until what is told from now on is known to be new."""
        await self._looked.wait()

    def close(self) -> None:
        """Let every screen go, for the process ends."""
        self.closing = True
        for watcher in self._watchers:
            watcher.ring()

    async def _run(self) -> None:
        while self._watchers and not self.closing:
            try:
                await self._look()
            except Exception:  # noqa: BLE001 - a database that is away comes back: screens wait
                log.warning("live_without_database")
            await asyncio.sleep(PAUSE)
        self._watches.clear()
        self._looked.clear()

    async def _look(self) -> None:
        tenants = {one.tenant.id: one.tenant for one in self._watchers}
        for gone in self._watches.keys() - tenants.keys():
            del self._watches[gone]
        names = [free_time_of(one) for one in tenants]
        versions: Iterable[bytes | None] = await current(names) or [None] * len(names)
        for tenant, version in zip(tenants.values(), versions, strict=True):
            watch = self._watches.setdefault(tenant.id, _Watch())
            if watch.due(version, time.monotonic()):
                await self._ask(tenant, watch)
        self._looked.set()

    async def _ask(self, tenant: Tenant, watch: _Watch) -> None:
        moment = time.monotonic()
        with acting_for(tenant):
            found = await agenda.changes_lately(watch.known)
        watch.asked = moment
        kept = {one: at for one, at in watch.known.items() if moment - at < REMEMBERED}
        watch.known = {**kept, **{one.id: moment for one in found}}
        # What was there before anybody watched is on the page that they opened.
        if watch.begun:
            self._tell(tenant.id, found)
        watch.begun = True

    def _tell(self, tenant_id: UUID, found: Iterable[Change]) -> None:
        for change in found:
            for watcher in self._watchers:
                if watcher.tenant.id == tenant_id:
                    watcher.tell(change)


HUB: Final = Hub()
