import asyncio

import pytest
from creneau_infra.redis import client, throttle
from creneau_infra.redis.throttle import LocalBuckets, Verdict, take
from redis.asyncio import Redis


@pytest.fixture(autouse=True)
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "LOCAL", LocalBuckets())
    monkeypatch.setattr(throttle.Outage, "until", 0.0)


async def attempts(number: int) -> list[Verdict]:
    return [await take("sign-in:x", capacity=3, per_seconds=3600) for _ in range(number)]


async def test_with_redis_attempts_beyond_the_capacity_are_refused(redis: Redis) -> None:
    verdicts = await attempts(5)
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert 1190 < verdicts[-1].retry_after <= 1200
    assert verdicts[0].retry_after == 0
    assert await redis.keys() == [b"throttle:sign-in:x"]
    assert 3590 < await redis.ttl("throttle:sign-in:x") <= 3600


@pytest.mark.usefixtures("redis")
async def test_with_redis_many_at_once_get_the_capacity_together() -> None:
    verdicts = await asyncio.gather(*(attempts(1) for _ in range(50)))
    assert sum(verdict.allowed for (verdict,) in verdicts) == 3


@pytest.mark.usefixtures("redis")
async def test_each_key_has_its_own_attempts() -> None:
    await attempts(5)
    assert (await take("sign-in:y", capacity=3, per_seconds=3600)).allowed


@pytest.mark.usefixtures("redis")
async def test_with_redis_attempts_come_back() -> None:
    first = [await take("fast", capacity=1, per_seconds=0.02) for _ in range(2)]
    assert [verdict.allowed for verdict in first] == [True, False]
    async with asyncio.timeout(60):
        while not (await take("fast", capacity=1, per_seconds=0.02)).allowed:
            pass


async def test_without_redis_the_process_counts_by_itself() -> None:
    assert client.client() is None
    verdicts = await attempts(5)
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert 1190 < verdicts[-1].retry_after <= 1200


async def test_when_redis_is_away_the_process_counts_and_does_not_wait() -> None:
    await client.connect("unix:///nowhere/redis.sock")
    verdicts = await attempts(5)
    await client.disconnect()
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert throttle.Outage.until > 0


def test_without_redis_attempts_come_back_evenly() -> None:
    time = 0.0
    buckets = LocalBuckets(clock=lambda: time)

    def allowed() -> bool:
        return buckets.take("x", capacity=2, per_seconds=10).allowed

    assert [allowed() for _ in range(3)] == [True, True, False]
    time = 4.9
    assert not allowed()
    time = 5.0
    assert [allowed(), allowed()] == [True, False]
    time = 1000.0
    assert [allowed() for _ in range(3)] == [True, True, False]


def test_without_redis_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_BUCKETS", 3)
    buckets = LocalBuckets(clock=lambda: 0.0)
    for number in range(10):
        buckets.take(str(number), capacity=1, per_seconds=60)
    assert list(buckets.kept) == ["7", "8", "9"]


def test_without_redis_whoever_has_all_attempts_back_is_forgotten() -> None:
    time = 0.0
    buckets = LocalBuckets(clock=lambda: time)
    for number in range(10):
        time = float(number)
        buckets.take(str(number), capacity=20, per_seconds=60)
    assert list(buckets.kept) == ["7", "8", "9"]


@pytest.mark.usefixtures("redis")
async def test_attempts_that_are_fetched_together_are_counted_all_the_same() -> None:
    key = "fetched together"
    verdicts = [await take(key, capacity=25, per_seconds=3600, at_once=10) for _ in range(27)]
    assert [verdict.allowed for verdict in verdicts] == [True] * 25 + [False] * 2
    assert verdicts[-1].retry_after > 0
