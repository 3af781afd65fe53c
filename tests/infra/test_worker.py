import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau_infra import worker
from creneau_infra.outbox import service
from creneau_infra.outbox.schemas import Handlers
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.transactions import tenant_transaction
from creneau_infra.redis import client
from creneau_infra.redis.server import EmbeddedRedis
from redis.asyncio import Redis

pytestmark = pytest.mark.usefixtures("pool")

LONG = 3600.0


class Postman:
    """A handler whose deliveries can be waited for."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._arrived = asyncio.Condition()

    async def __call__(self, _tenant: UUID, _id: UUID, payload: dict[str, Any]) -> None:
        async with self._arrived:
            self.seen.append(payload["key"])
            self._arrived.notify_all()

    async def brought(self, *keys: str) -> None:
        async with asyncio.timeout(60), self._arrived:
            await self._arrived.wait_for(lambda: set(keys) <= set(self.seen))
        assert sorted(self.seen) == sorted(keys)


@asynccontextmanager
async def working(handlers: Handlers, *tenants: UUID) -> AsyncGenerator[None, None]:
    async def tenant_ids() -> Sequence[UUID]:
        return tenants

    stop = asyncio.Event()
    task = asyncio.create_task(worker.run_worker(handlers, tenant_ids, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def put(tenant_id: UUID, key: str) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await service.put(tx, "greet", {"key": key}, key=key)


async def test_without_redis_the_sweep_finds_the_work_of_every_tenant(tenant_id: UUID) -> None:
    postman, other = Postman(), uuid4()
    await put(tenant_id, "a")
    await put(other, "b")
    async with working({"greet": postman}, tenant_id, other):
        await postman.brought("a", "b")


async def test_without_redis_work_of_this_process_does_not_wait_for_the_sweep(
    tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_SWEEPS", LONG)
    postman = Postman()
    await put(tenant_id, "a")
    async with working({"greet": postman}, tenant_id):
        await postman.brought("a")
        await put(tenant_id, "b")
        await postman.brought("a", "b")


@pytest.mark.usefixtures("redis")
async def test_with_redis_work_of_any_process_does_not_wait_for_the_sweep(
    tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_SWEEPS", LONG)
    postman = Postman()
    async with working({"greet": postman}):
        await put(tenant_id, "a")
        await postman.brought("a")


async def test_with_redis_and_two_workers_each_piece_arrives_once(
    tenant_id: UUID, redis: Redis
) -> None:
    postman = Postman()
    keys = [str(number) for number in range(20)]
    handlers = {"greet": postman}
    async with working(handlers, tenant_id), working(handlers, tenant_id):
        for key in keys:
            await put(tenant_id, key)
        await postman.brought(*keys)
    assert await redis.keys("arq:result:*") == []


async def test_redis_may_die_and_come_back(
    tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SECONDS_WITHOUT_REDIS", 0.05)
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_SWEEPS", 0.1)
    postman = Postman()
    with tempfile.TemporaryDirectory(prefix="creneau-redis-") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - the server's own user has to enter it
        server = EmbeddedRedis(Path(folder))
        await client.connect(server.start())
        async with working({"greet": postman}, tenant_id):
            await put(tenant_id, "with")
            await postman.brought("with")
            server.stop()
            await put(tenant_id, "without")
            await postman.brought("with", "without")
            server.start()
            monkeypatch.setattr(worker, "SECONDS_BETWEEN_SWEEPS", LONG)
            await put(tenant_id, "again")
            await postman.brought("with", "without", "again")
        await client.disconnect()
        server.stop()


async def test_the_worker_outlives_a_database_that_is_away(
    tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_SWEEPS", 0.02)
    asked = asyncio.Event()
    postman = Postman()

    async def tenant_ids() -> Sequence[UUID]:
        if DB.pool is None:
            asked.set()
        return [tenant_id]

    stop = asyncio.Event()
    kept, DB.pool = DB.pool, None
    task = asyncio.create_task(worker.run_worker({"greet": postman}, tenant_ids, stop=stop))
    await asyncio.wait_for(asked.wait(), 60)
    DB.pool = kept
    await put(tenant_id, "a")
    await postman.brought("a")
    stop.set()
    await asyncio.wait_for(task, 60)


@pytest.mark.parametrize("with_redis", [False, True])
async def test_work_that_was_begun_is_finished_before_the_worker_stops(
    tenant_id: UUID, redis_url: str, *, with_redis: bool
) -> None:
    if with_redis:
        await client.connect(redis_url)
    begun, finish, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_tenant: UUID, _id: UUID, _payload: dict[str, Any]) -> None:
        begun.set()
        await finish.wait()
        done.set()

    async with working({"greet": slow}, *([] if with_redis else [tenant_id])):
        await put(tenant_id, "a")
        await asyncio.wait_for(begun.wait(), 60)
        asyncio.get_running_loop().call_later(0.05, finish.set)
    assert done.is_set()
    await client.disconnect()
