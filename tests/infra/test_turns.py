"""The tenants take turns, each lane has hands of its own, and messages keep to their pace."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau_infra import worker
from creneau_infra.outbox import queries, rules, service
from creneau_infra.outbox.rules import HANDS, SECONDS_AT_ONCE, SHARE, Lane, room_for
from creneau_infra.outbox.schemas import Handlers
from creneau_infra.outbox.turns import Turns, all_lanes
from creneau_infra.postgres.transactions import tenant_transaction

pytestmark = pytest.mark.usefixtures("pool")

MANY = """
INSERT INTO outbox (tenant_id, kind, payload, idempotency_key, due_at, lane)
SELECT $1, 'bulk', '{}', 'bulk:' || number, now() - interval '1 hour', $3
FROM generate_series(1, $2) number
"""


class Desk:
    """Notes who is served, lets work be held up, and says when somebody's is through."""

    def __init__(self) -> None:
        self.served: list[tuple[UUID, str]] = []
        self.at_once: Counter[UUID] = Counter()
        self.most: Counter[UUID] = Counter()
        self.gate = asyncio.Event()
        self.gate.set()
        self._moved = asyncio.Condition()

    async def open(self, tenant: UUID, _id: UUID, _payload: dict[str, Any]) -> None:
        await self._serve(tenant, "open")

    async def held(self, tenant: UUID, _id: UUID, _payload: dict[str, Any]) -> None:
        self.at_once[tenant] += 1
        self.most[tenant] = max(self.most[tenant], self.at_once[tenant])
        async with self._moved:
            self._moved.notify_all()
        await self.gate.wait()
        self.at_once[tenant] -= 1
        await self._serve(tenant, "held")

    async def _serve(self, tenant: UUID, how: str) -> None:
        async with self._moved:
            self.served.append((tenant, how))
            self._moved.notify_all()

    async def until_served(self, tenant: UUID, how: str = "open", times: int = 1) -> None:
        async with asyncio.timeout(60), self._moved:
            await self._moved.wait_for(lambda: self.served.count((tenant, how)) >= times)

    async def until_busy(self, tenant: UUID, times: int) -> None:
        async with asyncio.timeout(60), self._moved:
            await self._moved.wait_for(lambda: self.at_once[tenant] >= times)

    def handlers(self) -> Handlers:
        return {"bulk": self.held, "code": self.open}


async def fill(tenant_id: UUID, rows: int, lane: Lane = "usual") -> None:
    async with tenant_transaction(tenant_id) as tx:
        await tx.execute(MANY, tenant_id, rows, lane)


async def put(tenant_id: UUID, lane: Lane = "usual", kind: str = "code") -> None:
    async with tenant_transaction(tenant_id) as tx:
        await service.put(tx, kind, {}, key=f"{kind}:{uuid4()}", lane=lane)


@asynccontextmanager
async def working(
    handlers: Handlers, *tenants: UUID, per_minute: int | None = None
) -> AsyncGenerator[None, None]:
    async def tenant_ids() -> Sequence[UUID]:
        return tenants

    stop = asyncio.Event()
    running = worker.run_worker(handlers, tenant_ids, stop=stop, messages_per_minute=per_minute)
    task = asyncio.create_task(running)
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def test_a_tenant_with_very_much_work_does_not_hold_up_another(tenant_id: UUID) -> None:
    desk, other = Desk(), uuid4()
    await fill(tenant_id, 5000)
    async with working(desk.handlers(), tenant_id, other):
        await desk.until_served(tenant_id, "held", 20)
        for number in range(1, 6):
            before = len(desk.served)
            await put(other)
            await desk.until_served(other, times=number)
            # The other one's turn came after a handful, not after the thousands.
            assert len(desk.served) - before < 100
    assert len(desk.served) < 5000


async def test_a_tenant_whose_work_hangs_leaves_hands_to_the_others(tenant_id: UUID) -> None:
    desk, other = Desk(), uuid4()
    desk.gate.clear()
    await fill(tenant_id, 50)
    async with working(desk.handlers(), tenant_id, other):
        await desk.until_busy(tenant_id, SHARE["usual"])
        await put(other)
        await desk.until_served(other)
        assert desk.most == {tenant_id: SHARE["usual"]}
        assert SHARE["usual"] < HANDS["usual"]
        desk.gate.set()
        await desk.until_served(tenant_id, "held", 50)


async def test_slow_work_does_not_hold_up_a_code_of_the_same_tenant(tenant_id: UUID) -> None:
    desk = Desk()
    desk.gate.clear()
    await fill(tenant_id, 50, "slow")
    async with working(desk.handlers(), tenant_id):
        await desk.until_busy(tenant_id, SHARE["slow"])
        await put(tenant_id, "prompt")
        await desk.until_served(tenant_id)
        desk.gate.set()


async def test_without_lanes_it_would(tenant_id: UUID) -> None:
    desk = Desk()
    desk.gate.clear()
    await fill(tenant_id, 50, "slow")
    async with working(desk.handlers(), tenant_id):
        await desk.until_busy(tenant_id, SHARE["slow"])
        await put(tenant_id, "slow")
        await put(tenant_id, "prompt")
        await desk.until_served(tenant_id)
        assert desk.served == [(tenant_id, "open")]
        desk.gate.set()


async def test_a_suspended_tenant_loses_its_place_in_the_line(tenant_id: UUID) -> None:
    turns = all_lanes({}, None)["usual"]
    turns.ring(tenant_id)
    turns.keep([])
    await put(tenant_id)
    turns.close()
    await turns.run()
    assert len(await service.claim(tenant_id, "usual", 1)) == 1


async def test_a_database_that_is_away_ends_no_lane(tenant_id: UUID) -> None:
    claimed = asyncio.Event()

    async def claim(_tenant: UUID, _lane: Lane, _most: int) -> list[Any]:
        if claimed.is_set():
            turns.close()
            return []
        claimed.set()
        raise ConnectionError

    turns = Turns("usual", {}, claim)
    task = asyncio.create_task(turns.run())
    turns.ring(tenant_id)
    await claimed.wait()
    turns.ring(tenant_id)
    await asyncio.wait_for(task, 60)


@pytest.mark.parametrize(
    "ways", [(), ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize")]
)
async def test_no_more_is_claimed_than_asked_for_however_the_rows_are_looked_up(
    tenant_id: UUID, ways: Sequence[str]
) -> None:
    await fill(tenant_id, 100)
    async with tenant_transaction(tenant_id) as tx:
        for way in ways:
            await tx.execute(f"SET LOCAL enable_{way} = off")
        assert len(await queries.claim(tx, "usual", 5)) == 5


@pytest.fixture
def one_a_minute(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let ten leave at once, and none be added while this is looked at."""
    monkeypatch.setattr(rules, "SECONDS_AT_ONCE", 600)
    return 1


async def test_a_tenant_sends_so_many_messages_a_minute_and_the_rest_waits(
    tenant_id: UUID, one_a_minute: int
) -> None:
    await fill(tenant_id, 100, "message")
    claimed = [
        work
        for _ in range(5)
        for work in await service.claim(tenant_id, "message", 5, per_minute=one_a_minute)
    ]
    assert len(claimed) == 10
    # Another worker takes from the same allowance; another tenant has its own.
    several = [service.claim(tenant_id, "message", 5, per_minute=one_a_minute) for _ in range(4)]
    assert [len(found) for found in await asyncio.gather(*several)] == [0, 0, 0, 0]
    other = uuid4()
    await fill(other, 1, "message")
    assert len(await service.claim(other, "message", 5, per_minute=one_a_minute)) == 1
    assert (await service.backlog(tenant_id)).due == 100


async def test_the_allowance_grows_with_time_and_not_beyond_a_burst(
    tenant_id: UUID, one_a_minute: int
) -> None:
    await fill(tenant_id, 100, "message")
    for minutes, expected in ((0, 10), (3, 3), (3600, 10)):
        async with tenant_transaction(tenant_id) as tx:
            back = "UPDATE outbox_pace SET taken_until = taken_until - make_interval(mins => $2)"
            await tx.execute(back + " WHERE tenant_id = $1", tenant_id, minutes)
        claimed = await service.claim(tenant_id, "message", 50, per_minute=one_a_minute)
        assert len(claimed) == expected


async def test_codes_do_not_wait_for_the_allowance(tenant_id: UUID) -> None:
    desk = Desk()
    await fill(tenant_id, 40, "message")
    async with working(desk.handlers(), tenant_id, per_minute=60):
        await desk.until_served(tenant_id, "held", 10)
        await put(tenant_id, "prompt")
        await desk.until_served(tenant_id)
    assert Counter(desk.served)[tenant_id, "held"] < 40


def test_room_is_counted_in_time() -> None:
    assert room_for(0, 600) == 100
    assert room_for(SECONDS_AT_ONCE, 600) == 0
    assert room_for(SECONDS_AT_ONCE + 5, 600) == 0
    assert room_for(SECONDS_AT_ONCE - 0.1, 600) == 1


async def test_a_worker_gives_signs_of_life(tenant_id: UUID) -> None:
    before = await service.last_sign()
    desk = Desk()
    await put(tenant_id)
    async with working(desk.handlers(), tenant_id):
        await desk.until_served(tenant_id)
    after = await service.last_sign()
    assert after is not None
    assert before is None or after > before
