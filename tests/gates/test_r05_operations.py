"""R-5: whatever several clients do at once, nothing overlaps, nothing is lost, free + taken = opened."""

from collections import Counter
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.availability.gaps.service import note_gaps
from creneau.context import SYSTEM, VISITOR, Tenant
from creneau.database import tenant_transaction

from bench import invariants, operations
from bench.operations import Client, Clock, World
from tests.gates.crowd import deadlocks
from tests.platform.planning import JEANNE

CLIENTS = 6
ROUNDS = 5
EACH = 20
SEEDS = (1, 2, 3)
HALF = timedelta(minutes=30)


@pytest.fixture
def clock() -> Generator[Clock, None, None]:
    """Let the domain go by a clock that stands still until a client puts it forward."""
    still = Clock()
    with operations.going_by(still):
        yield still


@pytest.fixture
async def world(tenant: Tenant, clock: Clock) -> World:
    del tenant, clock
    return await operations.build(3, 2)


@pytest.mark.feature("R-5")
@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_several_do_at_once_all_that_must_hold_holds(
    world: World, clock: Clock, seed: int, postgres_log: Path
) -> None:
    before = deadlocks(postgres_log)
    clients = [Client(world, clock, number, seed) for number in range(CLIENTS)]
    for _ in range(ROUNDS):
        await operations.act_together(clients, EACH)
        found = await invariants.check(
            world, operations.cuts(world), operations.promises(clients), clock.now()
        )
        assert found == invariants.Found()
    tally = sum((client.tally for client in clients), Counter[str]())
    assert tally.total() == CLIENTS * ROUNDS * EACH
    assert tally["book"] > CLIENTS
    assert tally["note_gaps"] > 0
    assert tally["confirm"] > CLIENTS
    assert tally["hold: slot_taken"] + tally["book: slot_taken"] > 0
    assert deadlocks(postgres_log) == before


async def booked(world: World, start: datetime, agent: UUID) -> Booking:
    wish = HoldRequest(
        motive_id=world.plain, starts_at=start, place_id=world.place, resource_id=agent, owner=b"me"
    )
    return await appointments.book(wish, ConfirmRequest(identity=JEANNE), VISITOR)


Break = Callable[[World, Booking], tuple[str, tuple[object, ...]]]


def end_the_seat(world: World, booking: Booking) -> tuple[str, tuple[object, ...]]:
    del world
    return "UPDATE booking SET state = 'cancelled' WHERE id = $1", (booking.id,)


def free_the_time(world: World, booking: Booking) -> tuple[str, tuple[object, ...]]:
    del world
    sql = "UPDATE allocation SET active = false WHERE appointment_id = $1"
    return sql, (booking.appointment_id,)


def note_that_all_is_full(world: World, booking: Booking) -> tuple[str, tuple[object, ...]]:
    del booking
    sql = "UPDATE opening_occurrence SET longest_gap = '0' WHERE resource_id = ANY ($1::uuid[])"
    return sql, (world.agents,)


def note_one_gap_too_short(world: World, booking: Booking) -> tuple[str, tuple[object, ...]]:
    del booking
    sql = "UPDATE opening_occurrence SET longest_gap = '149 minutes' WHERE resource_id = $1"
    return sql, (world.agents[0],)


def add_a_seat(world: World, booking: Booking) -> tuple[str, tuple[object, ...]]:
    del world
    sql = """
        INSERT INTO booking (tenant_id, appointment_id, person_id, seat, state, source)
        SELECT tenant_id, appointment_id, person_id, 2, 'planned', 'public' FROM booking
        WHERE id = $1
    """
    return sql, (booking.id,)


@pytest.mark.parametrize(
    ("broken", "rules"),
    [
        (end_the_seat, {"orphans", "promises_broken"}),
        (free_the_time, {"without_time"}),
        (add_a_seat, {"over_capacity"}),
        (note_that_all_is_full, {"gaps_wrong", "firsts_wrong"}),
        (note_one_gap_too_short, {"gaps_wrong"}),
    ],
)
async def test_the_check_of_r5_sees_each_rule_that_is_broken(
    world: World, clock: Clock, broken: Break, rules: set[str]
) -> None:
    booking = await booked(world, world.opened[0][0], world.agents[0])
    promised = {booking.id: booking}
    whole = await invariants.check(world, operations.cuts(world), promised, clock.now())
    assert whole.holds
    sql, values = broken(world, booking)
    async with tenant_transaction() as tx:
        await tx.execute(sql, *values)
    found = await invariants.check(world, operations.cuts(world), promised, clock.now())
    assert {name for name, times in msgspec.structs.asdict(found).items() if times} == rules


async def test_the_check_of_gaps_sees_freed_time_that_nobody_was_told_of(
    world: World, clock: Clock
) -> None:
    start, end = world.opened[0]
    full = [
        await booked(world, start + n * HALF, world.agents[0]) for n in range((end - start) // HALF)
    ]
    assert await note_gaps() == 1
    await appointments.cancel(full[2].id, SYSTEM)
    whole = await invariants.check(world, operations.cuts(world), {}, clock.now())
    assert whole.holds
    async with tenant_transaction() as tx:
        assert await tx.execute("DELETE FROM freed_time WHERE tenant_id = $1", tx.tenant_id) == 1
    found = await invariants.check(world, operations.cuts(world), {}, clock.now())
    assert found == invariants.Found(gaps_wrong=1)


async def test_the_count_of_minutes_sees_a_search_that_shows_taken_time(
    world: World, clock: Clock
) -> None:
    await booked(world, world.opened[0][0], world.agents[0])
    start, end = world.opened[0]
    world.absences.append((world.agents[1], start, end))
    found = await invariants.check(world, operations.cuts(world), {}, clock.now())
    # Each of the 36 is free for the search and taken for us: counted once on either side.
    assert found.cells_wrong == 72
    assert found.slots_wrong > 36
