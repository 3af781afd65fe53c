import pytest
from creneau_infra.health import readiness
from creneau_infra.postgres.engine import DB
from creneau_infra.redis import client


@pytest.mark.usefixtures("pool", "redis")
async def test_everything_that_answers_is_ready() -> None:
    assert await readiness() == {"postgres": True, "redis": True}


@pytest.mark.usefixtures("pool")
async def test_redis_is_named_only_where_it_is_used() -> None:
    assert await readiness() == {"postgres": True}


@pytest.mark.usefixtures("pool")
async def test_a_redis_that_is_away_is_told() -> None:
    await client.connect("unix:///nowhere/redis.sock")
    assert await readiness() == {"postgres": True, "redis": False}
    await client.disconnect()


async def test_a_database_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DB, "pool", None)
    assert await readiness() == {"postgres": False}
