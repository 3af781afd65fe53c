"""Slow work holds up its own line, and nobody else's."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from uuid import UUID, uuid4

import pytest
from creneau_infra import lines
from creneau_infra.lines import MOST_OF_LINE, MOST_OF_TENANT, Lines


class Yard:
    """Lines of work, some of which wait for a gate; counts who is at work."""

    def __init__(self) -> None:
        self.lines: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        self.gates: dict[UUID, asyncio.Event] = {}
        self.at_work: dict[UUID, int] = defaultdict(int)
        self.most: dict[UUID, int] = defaultdict(int)
        self.done: dict[UUID, int] = defaultdict(int)
        self.changed = asyncio.Event()
        self.broken = False

    def line(self, tenant_id: UUID, pieces: int, *, stuck: bool = False) -> UUID:
        made = uuid4()
        self.lines[tenant_id][made] = pieces
        if stuck:
            self.gates[made] = asyncio.Event()
        return made

    async def tenants(self) -> Sequence[UUID]:
        return list(self.lines)

    async def due(self, tenant_id: UUID) -> Sequence[UUID]:
        if self.broken:
            raise ConnectionError
        return [line for line, pieces in self.lines[tenant_id].items() if pieces]

    async def do_next(self, tenant_id: UUID, line_id: UUID) -> bool:
        if not self.lines[tenant_id].get(line_id):
            return False
        self.lines[tenant_id][line_id] -= 1
        self.at_work[line_id] += 1
        self.at_work[tenant_id] += 1
        for counted in (line_id, tenant_id):
            self.most[counted] = max(self.most[counted], self.at_work[counted])
        self.changed.set()
        if line_id in self.gates:
            await self.gates[line_id].wait()
        await asyncio.sleep(0)
        self.at_work[line_id] -= 1
        self.at_work[tenant_id] -= 1
        self.done[line_id] += 1
        self.changed.set()
        return True

    async def until(self, line_id: UUID, done: int) -> None:
        async with asyncio.timeout(60):
            while self.done[line_id] < done:
                self.changed.clear()
                await self.changed.wait()

    async def until_at_work(self, line_id: UUID, hands: int) -> None:
        async with asyncio.timeout(60):
            while self.at_work[line_id] < hands:
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
def yard() -> Yard:
    return Yard()


@pytest.fixture
async def running(yard: Yard) -> AsyncGenerator[Lines, None]:
    made, stop = Lines(yard.due, yard.do_next), asyncio.Event()
    task = asyncio.create_task(made.run(yard.tenants, stop))
    yield made
    for gate in yard.gates.values():
        gate.set()
    stop.set()
    await task


async def test_a_stuck_line_holds_up_neither_another_line_nor_another_tenant(
    yard: Yard, running: Lines
) -> None:
    one, other = uuid4(), uuid4()
    stuck = yard.line(one, 500, stuck=True)
    beside, elsewhere = yard.line(one, 30), yard.line(other, 30)
    for hands in range(1, MOST_OF_LINE + 1):
        running.ring(one)
        await yard.until_at_work(stuck, hands)
    for tenant_id in (one, other):
        running.ring(tenant_id)
    await yard.until(beside, 30)
    await yard.until(elsewhere, 30)
    assert yard.done[stuck] == 0
    assert yard.at_work[stuck] == MOST_OF_LINE


async def test_a_line_that_moves_gets_more_hands(yard: Yard, running: Lines) -> None:
    tenant_id = uuid4()
    line = yard.line(tenant_id, 200)
    running.ring(tenant_id)
    await yard.until(line, 200)
    assert yard.most[line] == MOST_OF_LINE


async def test_a_tenant_with_many_stuck_lines_leaves_the_others_their_part(
    yard: Yard, running: Lines
) -> None:
    greedy, modest = uuid4(), uuid4()
    for _ in range(20):
        yard.line(greedy, 50, stuck=True)
    running.ring(greedy)
    line = yard.line(modest, 20)
    running.ring(modest)
    await yard.until(line, 20)
    assert yard.most[greedy] == MOST_OF_TENANT


async def test_what_nobody_rang_for_is_found_all_the_same(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "SECONDS_BETWEEN_LOOKS", 0.01)
    line = yard.line(uuid4(), 3)
    stop = asyncio.Event()
    task = asyncio.create_task(Lines(yard.due, yard.do_next).run(yard.tenants, stop))
    await yard.until(line, 3)
    stop.set()
    await task


async def test_a_tenant_that_rings_without_end_hides_what_nobody_rings_for(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "SECONDS_BETWEEN_LOOKS", 0.01)
    busy, stop = uuid4(), asyncio.Event()

    async def due(tenant_id: UUID) -> Sequence[UUID]:
        made.ring(busy)
        return await yard.due(tenant_id)

    made = Lines(due, yard.do_next)
    made.ring(busy)
    task = asyncio.create_task(made.run(yard.tenants, stop))
    line = yard.line(uuid4(), 3)
    try:
        await yard.until(line, 3)
    finally:
        stop.set()
        await task


async def test_a_failing_look_ends_nothing(yard: Yard, running: Lines) -> None:
    tenant_id = uuid4()
    line = yard.line(tenant_id, 5)
    yard.broken = True
    running.ring(tenant_id)
    for _ in range(5):
        await asyncio.sleep(0)
    yard.broken = False
    running.ring(tenant_id)
    await yard.until(line, 5)


async def test_what_was_begun_is_given_time_to_end(yard: Yard) -> None:
    tenant_id, stop = uuid4(), asyncio.Event()
    line = yard.line(tenant_id, 9, stuck=True)
    made = Lines(yard.due, yard.do_next)
    task = asyncio.create_task(made.run(yard.tenants, stop))
    made.ring(tenant_id)
    await yard.until_at_work(line, 1)
    stop.set()
    await asyncio.sleep(0)
    assert not task.done()
    begun = yard.at_work[line]
    yard.gates[line].set()
    await task
    assert yard.done[line] == begun
