"""How a process tells a worker that there is work, without waiting for the next sweep."""

import asyncio
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec
import structlog
from arq.connections import ArqRedis
from arq.constants import job_key_prefix
from arq.jobs import serialize_job
from arq.utils import timestamp_ms
from redis.asyncio import Redis

from creneau_infra.outbox.rules import Lane
from creneau_infra.redis.client import Unreachable, client

QUEUE = "creneau:outbox"
JOB = "ring"
SECONDS_TO_COLLECT = 0.02
MILLISECONDS_KEPT = 60_000
"""How long a ring waits for a worker at most; the sweep does not need it."""
_log = structlog.stdlib.get_logger(__name__)


class Ring(NamedTuple):
    """Whose work is due, and in which lane: never which row, so that one ring does for many."""

    tenant_id: UUID
    lane: Lane


class Bell:
    """Wakes the worker of this very process, where there is one; works without Redis."""

    def __init__(self) -> None:
        self._event: asyncio.Event | None = None
        self._rung: set[Ring] = set()

    def listen(self) -> None:
        """Begin to note who rings."""
        self._event = asyncio.Event()

    def leave(self) -> None:
        """Note nothing any more."""
        self._event = None
        self._rung.clear()

    def ring(self, ring: Ring) -> None:
        """Tell that there is work that is due."""
        if self._event is not None:
            self._rung.add(ring)
            self._event.set()

    async def wait(self, seconds: float) -> set[Ring]:
        """Wait for a ring, at most so long, and give all that rang."""
        if self._event is None:
            raise RuntimeError("listen first")
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return set()
        self._event.clear()
        rung, self._rung = self._rung, set()
        return rung


BELL = Bell()


class Rings:
    """What this process has to tell workers: collected for a moment, and told in one trip.

    Nobody who put the work waits for that; what is lost with the process is found by the sweep.
    """

    def __init__(self) -> None:
        self._waiting: set[Ring] = set()
        self._telling: asyncio.Task[None] | None = None

    def add(self, ring: Ring) -> None:
        """Have it told."""
        self._waiting.add(ring)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def told(self) -> None:
        """Wait until all that was added is told."""
        if self._telling is not None:
            await asyncio.wait({self._telling})

    async def _tell(self) -> None:
        while self._waiting:
            await asyncio.sleep(SECONDS_TO_COLLECT)
            rung, self._waiting = self._waiting, set()
            await _tell_workers(rung)


RINGS = Rings()


async def ring(rung: Ring) -> None:
    """Have the workers told that there is work; without Redis, the one of this process."""
    if client() is None:
        BELL.ring(rung)
    else:
        RINGS.add(rung)


async def _tell_workers(rung: Collection[Ring]) -> None:
    held = client()
    try:
        if held is not None:
            await _enqueue(held, rung)
            return
    except Unreachable as error:
        _log.warning("outbox_without_redis", error=type(error).__name__)
    for one in rung:
        BELL.ring(one)


async def _enqueue(held: Redis, rung: Collection[Ring]) -> None:
    # As arq's own `enqueue_job` does, which takes three trips for each: it asks whether the job is
    # there already, and ours never is, since each has a name of its own.
    moment = timestamp_ms()
    async with held.pipeline(transaction=True) as pipe:
        for one in rung:
            name, about = f"outbox:{uuid4()}", (str(one.tenant_id), one.lane)
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
