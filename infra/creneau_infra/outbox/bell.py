"""How a process tells a worker that there is work, without waiting for the next sweep."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec
import structlog
from arq.connections import ArqRedis
from arq.constants import job_key_prefix
from arq.jobs import serialize_job
from arq.utils import timestamp_ms
from redis.asyncio import Redis

from creneau_infra.redis.client import Unreachable, client

QUEUE = "creneau:outbox"
JOB = "deliver"
SECONDS_TO_COLLECT = 0.02
MILLISECONDS_KEPT = 86_400_000
"""How long a job waits for a worker at most; the sweep does not need it."""
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


class Rings:
    """What this process has to tell workers: collected for a moment, and told in one trip.

    Nobody who put the work waits for that; what is lost with the process is found by the sweep.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[UUID, UUID]] = []
        self._telling: asyncio.Task[None] | None = None

    def add(self, tenant_id: UUID, outbox_id: UUID) -> None:
        """Have a tenant's row told."""
        self._waiting.append((tenant_id, outbox_id))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def told(self) -> None:
        """Wait until all that was added is told."""
        if self._telling is not None:
            await asyncio.wait({self._telling})

    async def _tell(self) -> None:
        while self._waiting:
            await asyncio.sleep(SECONDS_TO_COLLECT)
            rung, self._waiting = self._waiting, []
            await _tell_workers(rung)


RINGS = Rings()


async def ring(tenant_id: UUID, outbox_id: UUID) -> None:
    """Have the workers told about one row; without Redis, the sweeper of this process."""
    if client() is None:
        BELL.ring(tenant_id)
    else:
        RINGS.add(tenant_id, outbox_id)


async def _tell_workers(rung: Sequence[tuple[UUID, UUID]]) -> None:
    held = client()
    try:
        if held is not None:
            await _enqueue(held, rung)
            return
    except Unreachable as error:
        _log.warning("outbox_without_redis", error=type(error).__name__)
    for tenant_id, _ in rung:
        BELL.ring(tenant_id)


async def _enqueue(held: Redis, rung: Sequence[tuple[UUID, UUID]]) -> None:
    # As arq's own `enqueue_job` does, which takes three trips for each: it asks whether the job is
    # there already, and ours never is, since a row is put once.
    moment = timestamp_ms()
    async with held.pipeline(transaction=True) as pipe:
        for tenant_id, outbox_id in rung:
            name, about = f"outbox:{outbox_id}", (str(tenant_id), str(outbox_id))
            job = serialize_job(JOB, about, {}, None, moment, serializer=msgspec.json.encode)
            pipe.psetex(job_key_prefix + name, MILLISECONDS_KEPT, job)
            pipe.zadd(QUEUE, {name: moment})
        await pipe.execute()


def queue_on(pool: object) -> ArqRedis:
    """Give arq's queue on a connection pool; what it stores is JSON, never pickled objects."""
    return ArqRedis(
        pool_or_conn=pool,  # pyright: ignore[reportArgumentType] - redis-py's pools are generic
        job_serializer=msgspec.json.encode,
        job_deserializer=msgspec.json.decode,
        default_queue_name=QUEUE,
    )
