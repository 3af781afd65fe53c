"""How a process tells a worker that there is work, without waiting for the next sweep."""

import asyncio
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
import structlog
from arq.connections import ArqRedis
from redis.asyncio import Redis

from creneau_infra.redis.client import Unreachable, client

QUEUE = "creneau:outbox"
JOB = "deliver"
_log = structlog.stdlib.get_logger(__name__)


class Bell:
    """Wakes the sweeper of this very process, where there is one; works without Redis."""

    def __init__(self) -> None:
        self._event: asyncio.Event | None = None
        self._tenants: set[UUID] = set()

    def listen(self) -> None:
        """Begin to note who rings."""
        self._event = asyncio.Event()

    def leave(self) -> None:
        """Note nothing any more."""
        self._event = None
        self._tenants.clear()

    def ring(self, tenant_id: UUID) -> None:
        """Tell that the tenant has work that is due."""
        if self._event is not None:
            self._tenants.add(tenant_id)
            self._event.set()

    async def wait(self, seconds: float) -> set[UUID]:
        """Wait for a ring, at most so long, and tell for which tenants."""
        if self._event is None:
            raise RuntimeError("listen first")
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return set()
        self._event.clear()
        rung, self._tenants = self._tenants, set()
        return rung


BELL = Bell()
_QUEUES: WeakKeyDictionary[Redis, ArqRedis] = WeakKeyDictionary()


async def ring(tenant_id: UUID, outbox_id: UUID) -> None:
    """Tell the workers about one row; without Redis, the sweeper of this process."""
    held = client()
    if held is None:
        BELL.ring(tenant_id)
        return
    try:
        await _queue_of(held).enqueue_job(
            JOB, str(tenant_id), str(outbox_id), _job_id=f"outbox:{outbox_id}"
        )
    except Unreachable as error:
        _log.warning("outbox_without_redis", error=type(error).__name__)
        BELL.ring(tenant_id)


def _queue_of(held: Redis) -> ArqRedis:
    # Made once: it costs more than ringing does.
    queue = _QUEUES.get(held)
    if queue is None:
        queue = _QUEUES[held] = queue_on(held.connection_pool)
    return queue


def queue_on(pool: object) -> ArqRedis:
    """Give arq's queue on a connection pool; what it stores is JSON, never pickled objects."""
    return ArqRedis(
        pool_or_conn=pool,  # pyright: ignore[reportArgumentType] - redis-py's pools are generic
        job_serializer=msgspec.json.encode,
        job_deserializer=msgspec.json.decode,
        default_queue_name=QUEUE,
    )
