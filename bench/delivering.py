"""How quickly mails leave, and that each arrives once whatever fails meanwhile (R-4)."""

import statistics
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import scratch
from creneau.appointments import service as appointments
from creneau.appointments.schemas import HoldRequest
from creneau.availability import service as availability
from creneau.availability.schemas import SlotQuery
from creneau.context import VISITOR, acting_for
from creneau_infra import sealing
from creneau_infra.clock import now
from creneau_infra.mail.acknowledged import Acknowledged
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from creneau_infra.redis import client
from creneau_infra.redis.server import EmbeddedRedis
from creneau_infra.settings import load
from troubles import Delivered, FickleServer, Troubles, Worker, somebody, worker_environ

QUIET_BOOKINGS = 200
# Stopped: without an address, a worker would start a Redis of its own.
NO_REDIS = "unix:///nowhere/redis.sock"
ROUNDS = 3


class Pace(msgspec.Struct, frozen=True):
    """How quickly mails leave in quiet times; delays from the commit to the server's word."""

    redis: bool
    messages: int
    seconds: float
    messages_per_second: float
    delay_p50_ms: float
    delay_p95_ms: float


class Deliveries(msgspec.Struct, frozen=True):
    """What was measured in quiet times, and in bad ones."""

    quiet: list[Pace]
    troubled: Delivered


async def measure(folder: Path, bookings: int) -> Deliveries:
    """Book in a scratch town: quietly with and without Redis, then while everything fails."""
    postgres, redis = EmbeddedPostgres(folder), EmbeddedRedis(folder)
    sealing.configure(load({"CRENEAU_ENVIRONMENT": "test", "CRENEAU_DATA_DIR": str(folder)}))
    try:
        address = postgres.start()
        town = await scratch.found(address, 20, 1)
        async with scratch.connected(address):
            with acting_for(town.tenant):
                return await _measure(folder, address, redis, town, bookings)
    finally:
        redis.stop()
        postgres.stop()


async def _measure(
    folder: Path, address: PostgresAddress, redis: EmbeddedRedis, town: scratch.Town, bookings: int
) -> Deliveries:
    url = redis.start()
    assert url is not None
    wishes = await _wishes(town, bookings + 2 * QUIET_BOOKINGS)
    first, second = wishes[:QUIET_BOOKINGS], wishes[QUIET_BOOKINGS : 2 * QUIET_BOOKINGS]
    quiet = [
        await _pace(folder, address, first, url),
        await _pace(folder, address, second, NO_REDIS),
    ]
    rest = wishes[2 * QUIET_BOOKINGS :]
    connection: Any = await asyncpg.connect(address.superuser_url)
    await client.connect(url)
    server = FickleServer(Acknowledged(folder / "acknowledged"))
    async with server.open():
        environ = worker_environ(folder, address.owner_url, address.app_url, url, server.port)
        story = Troubles(server, Worker(environ, folder / "worker.log"), redis, url, connection)
        # What left in quiet times left before this server was there.
        await connection.execute("DELETE FROM message WHERE tenant_id = $1", town.tenant.id)
        troubled = await story.play(town.tenant.id, rest, ROUNDS)
    await client.disconnect()
    await connection.close()
    return Deliveries(quiet, troubled)


async def _wishes(town: scratch.Town, number: int) -> list[HoldRequest]:
    query = SlotQuery(
        motive_id=town.motive, starts_from=now(), starts_before=now() + timedelta(days=60)
    )
    found = [
        HoldRequest(motive_id=town.motive, starts_at=slot.starts_at, resource_id=agent)
        for slot in await availability.find_slots(query)
        for agent in slot.resource_ids
    ]
    assert len(found) >= number, len(found)
    return found[:number]


async def _pace(
    folder: Path,
    address: PostgresAddress,
    wishes: Sequence[HoldRequest],
    redis_url: str,
) -> Pace:
    connection: Any = await asyncpg.connect(address.superuser_url)
    await client.connect(redis_url)
    server = FickleServer(Acknowledged(folder / "acknowledged"))
    async with server.open():
        environ = worker_environ(folder, address.owner_url, address.app_url, redis_url, server.port)
        worker = Worker(environ, folder / "worker.log")
        await worker.start()
        await _book_first(wishes[0], server)
        for wish in wishes[1:]:
            await appointments.book(wish, somebody(), VISITOR)
        await server.until(len(wishes), 60)
        await worker.stop()
    rows = await connection.fetch("SELECT id::text, created_at FROM message")
    await client.disconnect()
    await connection.close()
    committed = {row["id"]: row["created_at"].timestamp() for row in rows}
    return _summed(server, committed, redis=redis_url != NO_REDIS)


async def _book_first(wish: HoldRequest, server: FickleServer) -> None:
    """Let the worker be there before anything is measured."""
    await appointments.book(wish, somebody(), VISITOR)
    await server.until(1, 60)
    server.acknowledged_at.clear()


def _summed(server: FickleServer, committed: dict[str, float], *, redis: bool) -> Pace:
    known = {name: at for name, at in server.acknowledged_at.items() if name in committed}
    delays = sorted(1000 * (at - committed[name]) for name, at in known.items())
    seconds = max(known.values()) - min(committed[name] for name in known)
    return Pace(
        redis=redis,
        messages=len(delays),
        seconds=round(seconds, 1),
        messages_per_second=round(len(delays) / seconds, 1),
        delay_p50_ms=round(statistics.median(delays), 1),
        delay_p95_ms=round(delays[int(len(delays) * 0.95)], 1),
    )
