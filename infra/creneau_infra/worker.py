"""The worker: arq for what is due now, a sweeper for everything else, and without Redis."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

import msgspec
import structlog
from arq.worker import Worker, func
from redis.asyncio import ConnectionPool

from creneau_infra.outbox import service
from creneau_infra.outbox.bell import BELL, JOB, QUEUE, queue_on
from creneau_infra.outbox.rules import LEASE
from creneau_infra.outbox.schemas import Handlers
from creneau_infra.redis import client

TenantIds = Callable[[], Awaitable[Sequence[UUID]]]
Chore = Callable[[UUID], Awaitable[object]]
"""Looks after one tenant; asked every hour, and does what there is to do that day."""

SECONDS_BETWEEN_SWEEPS = 2.0
SECONDS_BETWEEN_CLEARINGS = 3600.0
SECONDS_BETWEEN_CHORES = 3600.0
SECONDS_TO_FINISH = 10.0
SECONDS_WITHOUT_REDIS = 2.0
_log = structlog.stdlib.get_logger(__name__)


async def run_worker(
    handlers: Handlers,
    tenant_ids: TenantIds,
    *,
    stop: asyncio.Event,
    chores: Sequence[Chore] = (),
) -> None:
    """Do the outbox's work until `stop` is set; work begun is given ten seconds to finish.

    Chores are done for each tenant at the start and every hour, beside the outbox's work.

    Redis may be absent, may die and may come back: it only makes things quicker.
    """
    BELL.listen()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_sweep_until(stop, handlers, tenant_ids))
            group.create_task(_supervise_arq(stop, handlers))
            group.create_task(_do_chores(stop, chores, tenant_ids))
    finally:
        BELL.leave()


async def sweep(handlers: Handlers, tenants: Iterable[UUID]) -> int:
    """Do everything that is due for these tenants, and tell how many rows were tried.

    One small transaction per tenant: no role may look across tenants, not even to ask who has
    work, and an index on the rows not done answers "nothing" in a fraction of a millisecond. A
    thousand idle tenants cost half a second of waiting per sweep and no lock; what must be quick
    does not wait for the sweep, since it is announced after its commit.
    """
    tried = 0
    for tenant_id in tenants:
        tried += await service.deliver_due(handlers, tenant_id)
    return tried


async def _sweep_until(stop: asyncio.Event, handlers: Handlers, tenant_ids: TenantIds) -> None:
    clock = asyncio.get_running_loop().time
    clear_at = clock()
    while not stop.is_set():
        await _guarded(_sweep_all(handlers, tenant_ids))
        if clock() >= clear_at:
            clear_at = clock() + SECONDS_BETWEEN_CLEARINGS
            await _guarded(_forget_all(tenant_ids))
        await _rest(stop, handlers)


async def _sweep_all(handlers: Handlers, tenant_ids: TenantIds) -> None:
    await sweep(handlers, await tenant_ids())


async def _forget_all(tenant_ids: TenantIds) -> None:
    for tenant_id in await tenant_ids():
        await service.forget_done(tenant_id)


async def _do_chores(stop: asyncio.Event, chores: Sequence[Chore], tenant_ids: TenantIds) -> None:
    while not stop.is_set():
        await _guarded(_do_each(stop, chores, tenant_ids))
        await _pause(stop, SECONDS_BETWEEN_CHORES)


async def _do_each(stop: asyncio.Event, chores: Sequence[Chore], tenant_ids: TenantIds) -> None:
    for tenant_id in await tenant_ids() if chores else ():
        for chore in chores:
            if stop.is_set():
                return
            # One tenant's trouble is not the next one's.
            await _guarded(chore(tenant_id))


async def _rest(stop: asyncio.Event, handlers: Handlers) -> None:
    clock = asyncio.get_running_loop().time
    until = clock() + SECONDS_BETWEEN_SWEEPS
    while not stop.is_set() and (left := until - clock()) > 0:
        rung = await _first(BELL.wait(left), stop)
        if rung:
            await _guarded(sweep(handlers, rung))


async def _first(waiting: Awaitable[set[UUID]], stop: asyncio.Event) -> set[UUID]:
    asked = asyncio.ensure_future(waiting)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({asked, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return asked.result() if asked.done() else set()
    finally:
        await _cancel(asked, stopped)


async def _guarded(work: Awaitable[object]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - a worker outlives a database that restarts
        _log.warning("sweep_failed", error=type(error).__name__)


async def _supervise_arq(stop: asyncio.Event, handlers: Handlers) -> None:
    url = client.url()
    if url is None:
        return
    while not stop.is_set():
        pool = ConnectionPool.from_url(url, socket_connect_timeout=SECONDS_WITHOUT_REDIS)
        try:
            await _run_arq(stop, handlers, pool)
        except Exception as error:  # noqa: BLE001 - arq ends when Redis does; it is started again
            _log.warning("arq_ended", error=type(error).__name__)
            await _pause(stop, SECONDS_WITHOUT_REDIS)
        finally:
            await pool.disconnect()


async def _run_arq(stop: asyncio.Event, handlers: Handlers, pool: Any) -> None:
    async def deliver(ctx: dict[Any, Any], tenant_id: str, outbox_id: str) -> None:
        del ctx  # arq's own, of no use here
        await service.deliver_one(handlers, UUID(tenant_id), UUID(outbox_id))

    worker = Worker(
        functions=[func(deliver, name=JOB, max_tries=1)],
        redis_pool=queue_on(pool),
        queue_name=QUEUE,
        handle_signals=False,
        keep_result=0,
        log_results=False,
        job_timeout=LEASE.total_seconds(),
        health_check_interval=30,
        job_completion_wait=int(SECONDS_TO_FINISH),
        poll_delay=0.1,
        timezone=UTC,
        job_serializer=msgspec.json.encode,
        job_deserializer=msgspec.json.decode,
    )
    await _until(stop, worker)


async def _until(stop: asyncio.Event, worker: Worker) -> None:
    main = asyncio.ensure_future(worker.main())
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({main, stopped}, return_when=asyncio.FIRST_COMPLETED)
        worker.allow_pick_jobs = False
        if worker.tasks:
            await asyncio.wait(list(worker.tasks.values()), timeout=SECONDS_TO_FINISH)
        if main.done():
            main.result()
    finally:
        await _cancel(main, stopped, *worker.tasks.values())


async def _cancel(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
