"""Answers that are kept: corrected by a bump at once, one computation for a crowd."""

import asyncio
from collections.abc import Hashable
from uuid import uuid4

import pytest
from creneau_infra.redis import answers, client, versions
from creneau_infra.redis.answers import Answers
from redis.asyncio import Redis


@pytest.fixture(autouse=True)
def no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions.Trips, "away_until", 0.0)


class Truth:
    """What the database would say, and how often it was asked."""

    def __init__(self) -> None:
        self.name = uuid4().hex
        self.value = 0
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0
        self.kept = Answers()
        self.began = asyncio.Event()

    async def compute(self) -> int:
        self.asked += 1
        self.began.set()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        value = self.value
        # A search takes its time: others ask meanwhile.
        for _ in range(20):
            await asyncio.sleep(0)
        self.at_once -= 1
        return value

    async def ask(self, question: Hashable = "x", weight: int = 1) -> int:
        return await self.kept.answer(question, [self.name], self.compute, lambda _found: weight)

    async def write(self) -> None:
        self.value += 1
        await versions.bump([self.name])


@pytest.mark.usefixtures("redis")
async def test_an_answer_is_kept_until_it_is_bumped() -> None:
    truth = Truth()
    assert [await truth.ask() for _ in range(5)] == [0] * 5
    assert truth.asked == 1
    await truth.write()
    assert [await truth.ask() for _ in range(5)] == [1] * 5
    assert truth.asked == 2


@pytest.mark.usefixtures("redis")
async def test_a_crowd_costs_one_computation() -> None:
    truth = Truth()
    assert set(await asyncio.gather(*(truth.ask() for _ in range(500)))) == {0}
    assert truth.asked == 1


@pytest.mark.usefixtures("redis")
async def test_readers_beside_writers_never_get_what_was_corrected_before_they_asked() -> None:
    truth = Truth()
    late: list[int] = []

    async def read() -> None:
        for _ in range(100):
            known = truth.value if not writing else truth.value - 1
            late.append(known - await truth.ask())

    writing = False

    async def write() -> None:
        nonlocal writing
        for _ in range(50):
            writing = True
            await truth.write()
            writing = False
            await asyncio.sleep(0)

    await asyncio.gather(write(), *(read() for _ in range(20)))
    assert max(late) <= 0
    assert truth.most_at_once == 1


async def test_without_redis_nothing_is_kept_and_a_crowd_shares() -> None:
    assert client.client() is None
    truth = Truth()
    assert [await truth.ask() for _ in range(3)] == [0] * 3
    assert truth.asked == 3
    truth.began.clear()
    first = asyncio.create_task(truth.ask())
    await truth.began.wait()
    # Who asks now may not get what is being computed: it may be older than the question.
    truth.value = 1
    assert set(await asyncio.gather(*(truth.ask() for _ in range(100)))) == {1}
    assert await first == 0
    assert truth.asked == 5
    assert truth.most_at_once == 1


async def test_a_computation_that_has_just_ended_is_not_waited_for_again() -> None:
    truth = Truth()
    ended = asyncio.create_task(truth.kept._compute("x", None, truth.compute, lambda _found: 1))  # pyright: ignore[reportPrivateUsage] - white-box
    await ended
    truth.kept._running["x"] = ended  # pyright: ignore[reportPrivateUsage] - white-box
    assert await truth.ask() == 0
    assert truth.asked == 2


async def test_a_flushed_redis_forgets_every_version_and_none_comes_back(redis: Redis) -> None:
    truth = Truth()
    await truth.ask()
    truth.value = 1
    await redis.flushall()
    assert await truth.ask() == 1


async def test_while_redis_is_away_every_search_is_computed(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = Truth()
    await truth.ask()
    del redis
    await client.connect("unix:///nowhere/redis.sock")
    await truth.write()
    assert [await truth.ask() for _ in range(3)] == [1] * 3
    assert truth.asked == 4
    assert versions.Trips.away_until > 0
    monkeypatch.undo()


@pytest.mark.usefixtures("redis")
async def test_an_answer_that_nobody_corrected_is_over_within_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert answers.LIFETIME < 1
    monkeypatch.setattr(answers, "LIFETIME", 0.0)
    truth = Truth()
    await truth.ask()
    truth.value = 1
    assert await truth.ask() == 1


@pytest.mark.usefixtures("redis")
async def test_whoever_goes_away_leaves_the_answer_to_the_others() -> None:
    truth = Truth()
    leader = asyncio.create_task(truth.ask())
    await truth.began.wait()
    others = [asyncio.create_task(truth.ask()) for _ in range(3)]
    leader.cancel()
    assert await asyncio.gather(*others) == [0] * 3
    assert truth.asked == 1


@pytest.mark.usefixtures("redis")
async def test_a_refusal_is_the_leader_s_own() -> None:
    kept = Answers()
    asked = 0
    began, go = asyncio.Event(), asyncio.Event()

    async def refuse() -> int:
        nonlocal asked
        asked += 1
        began.set()
        await go.wait()
        raise ValueError

    async def ask() -> int:
        return await kept.answer("x", ["refusing"], refuse, lambda _found: 1)

    asking = [asyncio.create_task(ask()) for _ in range(4)]
    await began.wait()
    go.set()
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(one) for one in told] == [ValueError] * 4
    assert asked == 4


@pytest.mark.usefixtures("redis")
async def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_WEIGHT", 10)
    monkeypatch.setattr(answers, "HEAVIEST", 8)
    truth = Truth()
    for question in range(10):
        await truth.ask(question, weight=3)
    assert truth.kept.weight == 9
    await truth.ask("heavy", weight=9)
    assert truth.kept.weight == 9


@pytest.mark.usefixtures("redis")
async def test_what_is_over_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = Truth()
    monkeypatch.setattr(answers, "LIFETIME", -1.0)
    for question in range(5):
        await truth.ask(question)
    assert truth.kept.weight == 0
