import asyncio

import pytest
from creneau_infra.redis import client, turns
from creneau_infra.redis.turns import turn
from redis.asyncio import Redis


class Crowd:
    """Counts how many work at once."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0

    async def work(self, name: str) -> None:
        async with turn(name):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0)
            self.now -= 1


async def test_those_of_one_name_work_one_after_the_other(redis: Redis) -> None:
    crowd = Crowd()
    await asyncio.gather(*(crowd.work("jeanne") for _ in range(5)))
    assert crowd.most == 1
    assert await redis.keys() == []


@pytest.mark.usefixtures("redis")
async def test_those_of_other_names_do_not_wait() -> None:
    async with turn("jeanne"):
        await asyncio.wait_for(Crowd().work("paul"), 5)


async def test_a_turn_is_over_when_its_work_fails(redis: Redis) -> None:
    with pytest.raises(ValueError, match="broken"):
        async with turn("jeanne"):
            raise ValueError("broken")
    assert await redis.keys() == []


async def test_whoever_has_waited_long_enough_goes_on_and_ends_nobody_elses_turn(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "SECONDS_TO_WAIT", 0.05)
    async with turn("jeanne"):
        await Crowd().work("jeanne")
        assert await redis.keys() == [b"turn:jeanne"]


async def test_without_redis_those_of_one_process_work_one_after_the_other() -> None:
    assert client.client() is None
    crowd = Crowd()
    async with turn("paul"):
        await asyncio.gather(*(crowd.work("jeanne") for _ in range(5)))
    assert crowd.most == 1
    assert turns._LINES == {}  # pyright: ignore[reportPrivateUsage] - white-box


async def test_without_redis_whoever_has_waited_long_enough_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "SECONDS_TO_WAIT", 0.05)
    async with turn("jeanne"):
        await asyncio.wait_for(Crowd().work("jeanne"), 5)
    assert turns._LINES == {}  # pyright: ignore[reportPrivateUsage] - white-box
