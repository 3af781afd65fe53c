"""R-5 as a state machine: hypothesis chooses what is done, by whom, and what at the same moment.

What it finds it makes as short as it can. The seeded storm beside it (`test_r05_operations`, and
`make bench`) does many more operations, with more clients.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from typing import Any, Final, TypeVar

import msgspec
import pytest
from creneau.appointments import placing
from creneau.claims import queries as claims
from creneau.context import Tenant, acting_for
from creneau.database import Transaction
from creneau.refusals import Refusal
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from bench import invariants, operations
from bench.operations import Client, Clock, World
from tests.platform.cast import new_tenant

CLIENTS: Final = 4
AGENTS: Final = 2
SMALL: Final = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FOUND_ONCE: Final = settings(SMALL, phases=[Phase.generate], report_multiple_bugs=False)
DEEDS: Final[Sequence[str]] = (
    "hold",
    "book",
    "confirm",
    "move",
    "cancel",
    "hold_a_seat",
    "create_session",
    "change_capacity",
    "be_absent",
    "set_state",
    "force",
    "release",
)
WISHES: Final[Sequence[str]] = ("hold", "book", "hold_a_seat")
Result = TypeVar("Result")


class Picks(random.Random):
    """Chance as hypothesis chose it: each choice takes the next number, and then the first of all."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__()
        self.numbers = list(numbers)

    def random(self) -> float:
        """Give a part of one."""
        return self._randbelow(100) / 100

    def _randbelow(self, n: int) -> int:
        return (self.numbers.pop(0) if self.numbers else 0) % n


class Step(msgspec.Struct, frozen=True):
    """One thing that a client does, and the numbers that settle what is left open."""

    who: int
    what: str
    picks: tuple[int, ...]


clients = st.integers(0, CLIENTS - 1)
picks = st.tuples(*[st.integers(0, 20)] * 4)
steps = st.builds(Step, clients, st.sampled_from(DEEDS), picks)
crowds = st.lists(steps, min_size=2, max_size=CLIENTS, unique_by=lambda step: step.who)


class Crowd:
    """Those who want the same: who of them has looked, or is through."""

    def __init__(self) -> None:
        self.known: set[object] = set()
        self.number = 0
        self.all_there = asyncio.Event()

    def expect(self, number: int) -> None:
        """Begin anew with so many."""
        self.known.clear()
        self.number = number
        self.all_there.clear()

    def note(self) -> None:
        """Note that the current task has come so far."""
        self.known.add(asyncio.current_task())
        if len(self.known) >= self.number:
            self.all_there.set()


class Stage:
    """Where the machine plays: the loop of the database's connections, and a clock of ours."""

    loop: asyncio.AbstractEventLoop
    clock: Clock
    tally: Counter[str]
    crowd: Crowd


class Town(RuleBasedStateMachine):
    """A small town of its own, in which nothing may ever be taken twice or lost."""

    @initialize()
    def found(self) -> None:
        """Furnish it, at the moment at which every play begins."""
        Stage.clock.moment = operations.datetime.now(operations.UTC)
        self.tenant: Tenant = Stage.loop.run_until_complete(new_tenant())
        self.world: World = self._done(operations.build(AGENTS, 1))
        self.crowd = [Client(self.world, Stage.clock, one, 0) for one in range(CLIENTS)]

    @rule(step=steps)
    def one(self, step: Step) -> None:
        """Let one client do something."""
        self._done(self._take(step))

    @rule(crowd=crowds)
    def together(self, crowd: list[Step]) -> None:
        """Let several do something at the same moment, each on a connection of its own."""

        async def all_of_them() -> None:
            await asyncio.gather(*(self._take(step) for step in crowd))

        self._done(all_of_them())
        self._look()

    @rule(crowd=st.sets(clients, min_size=2), what=st.sampled_from(WISHES), picks=picks)
    def all_want_the_same(self, crowd: set[int], what: str, picks: tuple[int, ...]) -> None:
        """Let several want the same time, or the same seat, at the same moment."""
        Stage.crowd.expect(len(crowd))
        self.together([Step(who, what, picks) for who in sorted(crowd)])

    @rule()
    def let_time_pass(self) -> None:
        """Let more than half of a hold's ten minutes pass."""
        Stage.clock.forward()

    def teardown(self) -> None:
        """Look at everything once more."""
        if hasattr(self, "crowd"):
            self._look()

    async def _take(self, step: Step) -> None:
        client = self.crowd[step.who]
        client.chance = Picks(step.picks)
        deed: Callable[[], Awaitable[None]] = getattr(client, step.what)
        try:
            await deed()
        except Refusal as refusal:
            Stage.tally[f"{step.what}: {refusal.code}"] += 1
        else:
            Stage.tally[step.what] += 1
        finally:
            Stage.crowd.note()

    def _look(self) -> None:
        found = self._done(
            invariants.check(
                self.world,
                operations.cuts(self.world),
                operations.promises(self.crowd),
                Stage.clock.now(),
            )
        )
        assert found == invariants.Found()

    def _done(self, work: Coroutine[Any, Any, Result]) -> Result:
        with acting_for(self.tenant):
            return Stage.loop.run_until_complete(work)


@pytest.fixture
async def loop(database: object) -> asyncio.AbstractEventLoop:
    """Give the loop that the connections belong to; it rests while a test without `await` runs."""
    del database
    return asyncio.get_running_loop()


@pytest.fixture
def stage(loop: asyncio.AbstractEventLoop) -> Generator[type[Stage], None, None]:
    """Set the stage, with a clock that stands still until somebody puts it forward."""
    Stage.loop, Stage.clock, Stage.tally = loop, Clock(), Counter()
    Stage.crowd = Crowd()
    with operations.going_by(Stage.clock):
        yield Stage


@pytest.fixture
def keeping_all_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the engine: what was taken is never free again."""

    async def keep(*_: object) -> None:
        return

    monkeypatch.setattr(claims, "free_time", keep)


# Where it fails it is given the minutes that making it short takes.
@pytest.mark.timeout(900)
@pytest.mark.feature("R-5")
def test_no_play_of_chosen_operations_breaks_a_rule(stage: type[Stage]) -> None:
    run_state_machine_as_test(Town, settings=SMALL)
    assert stage.tally["book"] > CLIENTS
    assert stage.tally["confirm"] > 0
    assert stage.tally["move"] > 0
    assert stage.tally["cancel"] > 0


@pytest.mark.usefixtures("keeping_all_time")
def test_an_engine_that_frees_nothing_is_found(stage: type[Stage]) -> None:
    del stage
    with pytest.raises(AssertionError, match=r"orphans=[1-9]"):
        run_state_machine_as_test(Town, settings=FOUND_ONCE)


@pytest.fixture
def all_look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody who wants the same claim before all of them have seen that it is free."""
    look = placing.offered

    async def look_and_wait(tx: Transaction, wish: placing.Wish) -> object:
        found = await look(tx, wish)
        Stage.crowd.note()
        await Stage.crowd.all_there.wait()
        return found

    monkeypatch.setattr(placing, "offered", look_and_wait)


@pytest.mark.usefixtures("unguarded", "all_look_first")
def test_a_database_without_its_guard_is_found(stage: type[Stage]) -> None:
    del stage
    with pytest.raises(BaseException, match=r"overlaps=[1-9]"):
        run_state_machine_as_test(Town, settings=FOUND_ONCE)
