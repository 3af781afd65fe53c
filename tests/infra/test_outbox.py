import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from creneau_infra.clock import now
from creneau_infra.outbox import bell, rules, service
from creneau_infra.outbox.rules import MOST_ATTEMPTS, Lane, wait_before
from creneau_infra.outbox.schemas import Handlers, together
from creneau_infra.postgres.transactions import current_tenant_id, tenant_transaction
from creneau_infra.redis import client
from redis.asyncio import Redis

pytestmark = pytest.mark.usefixtures("pool")

STATE = """
SELECT kind, payload, attempts, due_at, done_at, lease_until, last_error
FROM outbox WHERE tenant_id = $1 ORDER BY created_at, id
"""
LATE = "UPDATE outbox SET due_at = now() - interval '1 second' WHERE tenant_id = $1"
LAPSED = "UPDATE outbox SET lease_until = now() - interval '1 second' WHERE tenant_id = $1"
OLD = "UPDATE outbox SET done_at = now() - interval '31 days' WHERE tenant_id = $1"


class Row(msgspec.Struct):
    kind: str
    payload: dict[str, Any]
    attempts: int
    due_at: datetime
    done_at: datetime | None
    lease_until: datetime | None
    last_error: str | None


class Greeting(msgspec.Struct):
    person_id: UUID
    at: datetime


async def put(tenant_id: UUID, key: str, **options: Any) -> UUID:
    async with tenant_transaction(tenant_id) as tx:
        return await service.put(tx, "greet", {"key": key}, key=key, **options)


async def rows(tenant_id: UUID) -> Sequence[Row]:
    async with tenant_transaction(tenant_id) as tx:
        return await tx.all(Row, STATE, tenant_id)


async def change(tenant_id: UUID, sql: str) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await tx.execute(sql, tenant_id)


class Recorder:
    """A handler that notes its work and fails as often as it is told to."""

    def __init__(self, *errors: Exception) -> None:
        self.seen: list[str] = []
        self.tenants: set[UUID | None] = set()
        self._errors = list(errors)

    async def __call__(self, tenant_id: UUID, _id: UUID, payload: dict[str, Any]) -> None:
        self.tenants |= {tenant_id, current_tenant_id.get()}
        if self._errors:
            raise self._errors.pop(0)
        self.seen.append(payload["key"])

    def handlers(self) -> Handlers:
        return {"greet": self}


async def test_work_is_done_once_and_its_payload_forgotten(tenant_id: UUID) -> None:
    greet = Recorder()
    await put(tenant_id, "a")
    assert await service.deliver_due(greet.handlers(), tenant_id) == 1
    assert await service.deliver_due(greet.handlers(), tenant_id) == 0
    (row,) = await rows(tenant_id)
    assert greet.seen == ["a"]
    assert greet.tenants == {tenant_id}
    assert row.done_at is not None
    assert (row.payload, row.attempts, row.lease_until, row.last_error) == ({}, 1, None, None)


async def test_a_struct_is_a_payload_too(tenant_id: UUID) -> None:
    greeting = Greeting(uuid4(), datetime(2026, 11, 20, tzinfo=UTC))
    async with tenant_transaction(tenant_id) as tx:
        await service.put(tx, "greet", greeting, key="a")
    (row,) = await rows(tenant_id)
    assert msgspec.convert(row.payload, Greeting) == greeting


async def test_what_is_rolled_back_is_never_done(tenant_id: UUID) -> None:
    async def fail() -> None:
        async with tenant_transaction(tenant_id) as tx:
            await service.put(tx, "greet", {}, key="a")
            raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        await fail()
    assert await rows(tenant_id) == []


async def test_the_same_key_again_adds_nothing_even_after_it_was_done(tenant_id: UUID) -> None:
    greet = Recorder()
    first = await put(tenant_id, "a")
    assert await put(tenant_id, "a") == first
    await service.deliver_due(greet.handlers(), tenant_id)
    assert await put(tenant_id, "a") == first
    assert await service.deliver_due(greet.handlers(), tenant_id) == 0
    assert await put(uuid4(), "a") != first


async def test_work_waits_for_its_time(tenant_id: UUID) -> None:
    greet = Recorder()
    await put(tenant_id, "reminder", due_at=now() + timedelta(days=1))
    assert await service.deliver_due(greet.handlers(), tenant_id) == 0
    await change(tenant_id, LATE)
    assert await service.deliver_due(greet.handlers(), tenant_id) == 1


async def test_work_that_fails_comes_back_later_without_saying_whom_it_concerned(
    tenant_id: UUID,
) -> None:
    greet = Recorder(ConnectionError("alice@example.org"))
    await put(tenant_id, "a")
    assert await service.deliver_due(greet.handlers(), tenant_id) == 1
    (row,) = await rows(tenant_id)
    assert (row.attempts, row.done_at, row.last_error) == (1, None, "ConnectionError")
    assert row.payload == {"key": "a"}
    assert timedelta(seconds=2) < row.due_at - now() <= timedelta(seconds=5)
    await change(tenant_id, LATE)
    await service.deliver_due(greet.handlers(), tenant_id)
    assert greet.seen == ["a"]


async def test_a_kind_that_nobody_knows_waits_for_a_newer_worker(tenant_id: UUID) -> None:
    greet = Recorder()
    await put(tenant_id, "a")
    await service.deliver_due({}, tenant_id)
    (row,) = await rows(tenant_id)
    assert row.last_error == "UnknownKindError"
    await change(tenant_id, LATE)
    await service.deliver_due(greet.handlers(), tenant_id)
    assert greet.seen == ["a"]


async def test_one_that_fails_does_not_stop_the_others(tenant_id: UUID) -> None:
    greet = Recorder(ValueError())
    for number in range(12):
        await put(tenant_id, str(number))
    assert await service.deliver_due(greet.handlers(), tenant_id) == 12
    assert len(greet.seen) == 11


async def test_a_handler_that_hangs_is_stopped_before_its_lease_ends(
    tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_tenant: UUID, _id: UUID, _payload: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(service, "TIME_FOR_A_HANDLER", timedelta(milliseconds=20))
    await put(tenant_id, "a")
    await service.deliver_due({"greet": hang}, tenant_id)
    (row,) = await rows(tenant_id)
    assert row.last_error == "TimeoutError"
    assert rules.TIME_FOR_A_HANDLER < rules.LEASE


async def test_two_workers_at_once_do_each_piece_once(tenant_id: UUID) -> None:
    greet = Recorder()
    for number in range(30):
        await put(tenant_id, str(number))
    tried = await asyncio.gather(
        *(service.deliver_due(greet.handlers(), tenant_id) for _ in range(2))
    )
    assert sum(tried) == 30
    assert sorted(greet.seen, key=int) == [str(number) for number in range(30)]


async def test_the_work_of_a_killed_worker_comes_back_when_its_lease_ends(tenant_id: UUID) -> None:
    async def be_killed(_tenant: UUID, _id: UUID, _payload: dict[str, Any]) -> None:
        raise asyncio.CancelledError

    greet = Recorder()
    await put(tenant_id, "a")
    with pytest.raises(asyncio.CancelledError):
        await service.deliver_due({"greet": be_killed}, tenant_id)
    assert await service.deliver_due(greet.handlers(), tenant_id) == 0
    await change(tenant_id, LAPSED)
    assert await service.deliver_due(greet.handlers(), tenant_id) == 1
    assert greet.seen == ["a"]


async def test_a_worker_whose_lease_ended_cannot_close_what_is_now_anothers(
    tenant_id: UUID,
) -> None:
    async def be_overtaken(_tenant: UUID, _id: UUID, _payload: dict[str, Any]) -> None:
        await change(tenant_id, LAPSED)
        await service.deliver_due({"greet": Recorder(ValueError())}, tenant_id)

    await put(tenant_id, "a")
    await service.deliver_due({"greet": be_overtaken}, tenant_id)
    (row,) = await rows(tenant_id)
    assert (row.attempts, row.done_at, row.last_error) == (2, None, "ValueError")


async def test_old_done_work_is_forgotten(tenant_id: UUID) -> None:
    await put(tenant_id, "a")
    await put(tenant_id, "b", due_at=now() + timedelta(days=1))
    await service.deliver_due(Recorder().handlers(), tenant_id)
    assert await service.forget_done(tenant_id) == 0
    await change(tenant_id, f"{OLD} AND done_at IS NOT NULL")
    assert await service.forget_done(tenant_id) == 1
    assert len(await rows(tenant_id)) == 1


async def told(redis: Redis) -> list[list[str]]:
    """Whose work waits for a worker, and in which lane."""
    names = await redis.zrange(bell.QUEUE, 0, -1)
    jobs = [await redis.get(b"arq:job:" + name) for name in names]
    return sorted(msgspec.json.decode(job)["a"] for job in jobs)


async def test_with_redis_work_is_announced_after_its_commit(tenant_id: UUID, redis: Redis) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await service.put(tx, "greet", {}, key="a", lane="prompt")
        await service.put(tx, "greet", {}, key="b", due_at=now() + timedelta(days=1))
        await bell.RINGS.told()
        assert await redis.zcard(bell.QUEUE) == 0
    await bell.RINGS.told()
    assert await told(redis) == [[str(tenant_id), "prompt"]]


async def test_with_redis_much_work_at_once_is_announced_in_one_trip_and_once_for_each_lane(
    tenant_id: UUID, redis: Redis
) -> None:
    await redis.config_resetstat()
    async with tenant_transaction(tenant_id) as tx:
        for number in range(8):
            lane: Lane = "usual" if number % 2 else "message"
            await service.put(tx, "greet", {}, key=str(number), lane=lane)
    await bell.RINGS.told()
    assert await told(redis) == [[str(tenant_id), "message"], [str(tenant_id), "usual"]]
    assert (await redis.info("commandstats"))["cmdstat_exec"]["calls"] == 1


async def test_when_redis_goes_away_before_it_is_told_the_sweeper_of_this_process_is(
    tenant_id: UUID,
) -> None:
    await client.connect("unix:///nowhere/redis.sock")
    bell.BELL.listen()
    await put(tenant_id, "a")
    assert await bell.BELL.wait(20) == {bell.Ring(tenant_id, "usual")}
    bell.BELL.leave()
    await client.disconnect()


async def test_when_redis_is_away_work_is_kept_all_the_same(tenant_id: UUID) -> None:
    await client.connect("unix:///nowhere/redis.sock")
    await put(tenant_id, "a")
    await client.disconnect()
    greet = Recorder()
    assert await service.deliver_due(greet.handlers(), tenant_id) == 1


async def test_another_tenants_row_cannot_be_put(tenant_id: UUID) -> None:
    async def trick() -> None:
        async with tenant_transaction(tenant_id) as tx:
            tx.tenant_id = uuid4()
            await service.put(tx, "greet", {}, key="a")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await trick()


def test_the_waiting_doubles_to_an_hour_and_lasts_over_a_long_week_end() -> None:
    for chance in (0.0, 1.0):
        waits = [wait_before(attempt, chance) for attempt in range(1, MOST_ATTEMPTS + 1)]
        seconds = [wait.total_seconds() for wait in waits if wait is not None]
        assert seconds[:4] == [each * (1 - chance / 4) for each in (5, 10, 20, 40)]
        assert max(seconds) == 3600 * (1 - chance / 4)
        assert waits[-1] is None
        assert sum(seconds) > 3 * 24 * 3600


def test_what_failed_together_does_not_come_back_together() -> None:
    waits = {wait_before(3) for _ in range(20)}
    assert len(waits) > 10
    assert all(wait and timedelta(seconds=15) <= wait <= timedelta(seconds=20) for wait in waits)


async def test_subjects_that_share_a_kind_all_do_their_part(tenant_id: UUID) -> None:
    one, other, alone = Recorder(), Recorder(ValueError("not yet")), Recorder()
    await put(tenant_id, "a")
    handlers = together({"greet": one, "part": alone}, {"greet": other})
    await service.deliver_due(handlers, tenant_id)
    await change(tenant_id, LATE)
    await service.deliver_due(handlers, tenant_id)
    # Whoever was first ran twice: its own work has to bear that.
    assert (one.seen, other.seen, alone.seen) == (["a", "a"], ["a"], [])
