"""The worker: arq for what is due now, a sweeper for everything else, and without Redis."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog
from arq.worker import Worker, func
from redis.asyncio import ConnectionPool

from creneau_infra.outbox import service
from creneau_infra.outbox.bell import BELL, JOB, QUEUE, Ring, queue_on
from creneau_infra.outbox.rules import LANES, Lane
from creneau_infra.outbox.schemas import Handlers
from creneau_infra.outbox.turns import Turns, all_lanes
from creneau_infra.redis import client

TenantIds = Callable[[], Awaitable[Sequence[UUID]]]
Chore = Callable[[UUID], Awaitable[object]]
"""Looks after one tenant, and does what there is to do."""
Lanes = Mapping[Lane, Turns]

SECONDS_BETWEEN_SWEEPS = 2.0
SECONDS_BETWEEN_CLEARINGS = 3600.0
SECONDS_BETWEEN_CHORES = 3600.0
SECONDS_BETWEEN_ROUNDS = 20.0
SECONDS_BETWEEN_SIGNS = 15.0
SECONDS_TO_FINISH = 10.0
SECONDS_WITHOUT_REDIS = 2.0
_log = structlog.stdlib.get_logger(__name__)


async def run_worker(  # noqa: PLR0913 - what a worker does
    handlers: Handlers,
    tenant_ids: TenantIds,
    *,
    stop: asyncio.Event,
    chores: Sequence[Chore] = (),
    rounds: Sequence[Chore] = (),
    messages_per_minute: int | None = None,
) -> None:
    """Do the outbox's work until `stop` is set; work begun is given ten seconds to finish.

    Chores are done for each tenant at the start and every hour, rounds three times a minute, beside
    the outbox's work. Each tenant may send so many messages a minute; the rest waits.

    Redis may be absent, may die and may come back: it only makes things quicker.
    """
    lanes = all_lanes(handlers, messages_per_minute)
    BELL.listen()
    try:
        async with asyncio.TaskGroup() as group:
            for turns in lanes.values():
                group.create_task(_run(turns))
            group.create_task(_answer_bell(stop, lanes))
            group.create_task(_sweep_until(stop, lanes, tenant_ids))
            group.create_task(_supervise_arq(stop))
            group.create_task(_do_chores(stop, chores, tenant_ids, SECONDS_BETWEEN_CHORES))
            group.create_task(_do_chores(stop, rounds, tenant_ids, SECONDS_BETWEEN_ROUNDS))
            group.create_task(_give_signs(stop))
            group.create_task(_close_when(stop, lanes))
    finally:
        BELL.leave()


async def _run(turns: Turns) -> None:
    await turns.run()
    await turns.finish(SECONDS_TO_FINISH)


async def _close_when(stop: asyncio.Event, lanes: Lanes) -> None:
    await stop.wait()
    for turns in lanes.values():
        turns.close()


async def _answer_bell(stop: asyncio.Event, lanes: Lanes) -> None:
    while not stop.is_set():
        for rung in await _first(BELL.wait(SECONDS_BETWEEN_SWEEPS), stop):
            lanes[rung.lane].ring(rung.tenant_id)


async def _sweep_until(stop: asyncio.Event, lanes: Lanes, tenant_ids: TenantIds) -> None:
    clock = asyncio.get_running_loop().time
    clear_at = clock()
    while not stop.is_set():
        await _guarded(_sweep(lanes, tenant_ids))
        if clock() >= clear_at:
            clear_at = clock() + SECONDS_BETWEEN_CLEARINGS
            await _guarded(_forget_all(tenant_ids))
        await _pause(stop, SECONDS_BETWEEN_SWEEPS)


async def _sweep(lanes: Lanes, tenant_ids: TenantIds) -> None:
    """Find who has work, whoever did not hear of it.

    One small transaction per tenant: no role may look across tenants, not even to ask who has
    work, and an index on the rows not done answers "nothing" in a fraction of a millisecond. A
    thousand idle tenants cost half a second of waiting per sweep and no lock; what must be quick
    does not wait for the sweep, since it is announced after its commit.
    """
    tenants = await tenant_ids()
    for turns in lanes.values():
        turns.keep(set(tenants))
    for tenant_id in tenants:
        for lane in await service.due_lanes(tenant_id):
            lanes[lane].ring(tenant_id)


async def _forget_all(tenant_ids: TenantIds) -> None:
    for tenant_id in await tenant_ids():
        await service.forget_done(tenant_id)


async def _give_signs(stop: asyncio.Event) -> None:
    worker_id = uuid4()
    while not stop.is_set():
        await _guarded(service.sign_of_life(worker_id))
        await _pause(stop, SECONDS_BETWEEN_SIGNS)


async def _do_chores(
    stop: asyncio.Event, chores: Sequence[Chore], tenant_ids: TenantIds, seconds: float
) -> None:
    while not stop.is_set():
        await _guarded(_do_each(stop, chores, tenant_ids))
        await _pause(stop, seconds)


async def _do_each(stop: asyncio.Event, chores: Sequence[Chore], tenant_ids: TenantIds) -> None:
    for tenant_id in await tenant_ids() if chores else ():
        for chore in chores:
            if stop.is_set():
                return
            # One tenant's trouble is not the next one's.
            await _guarded(chore(tenant_id))


async def _first(waiting: Awaitable[set[Ring]], stop: asyncio.Event) -> set[Ring]:
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


async def _supervise_arq(stop: asyncio.Event) -> None:
    url = client.url()
    if url is None:
        return
    while not stop.is_set():
        pool = ConnectionPool.from_url(url, socket_connect_timeout=SECONDS_WITHOUT_REDIS)
        try:
            await _run_arq(stop, pool)
        except Exception as error:  # noqa: BLE001 - arq ends when Redis does; it is started again
            _log.warning("arq_ended", error=type(error).__name__)
            await _pause(stop, SECONDS_WITHOUT_REDIS)
        finally:
            await pool.disconnect()


async def _run_arq(stop: asyncio.Event, pool: Any) -> None:
    async def hear(ctx: dict[Any, Any], tenant_id: str, lane: str) -> None:
        del ctx  # arq's own, of no use here
        if lane in LANES:
            BELL.ring(Ring(UUID(tenant_id), lane))

    worker = Worker(
        functions=[func(hear, name=JOB, max_tries=1)],
        redis_pool=queue_on(pool),
        queue_name=QUEUE,
        handle_signals=False,
        keep_result=0,
        log_results=False,
        max_jobs=50,
        health_check_interval=30,
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
