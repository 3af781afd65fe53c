import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path

import asyncpg
import pytest
from creneau_infra import keeping
from creneau_infra.errors import ServerRefused
from creneau_infra.keeping import kept_running
from creneau_infra.postgres.embedded import EmbeddedPostgres
from creneau_infra.redis import client
from creneau_infra.redis.server import EmbeddedRedis

LONG_ENOUGH = 30.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(keeping, "SECONDS_AFTER_A_FAILURE", 0.01)


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    made = Path(tempfile.mkdtemp(prefix="creneau-keep-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG_ENOUGH
    while not holds():
        assert time.monotonic() < deadline
        os.sched_yield()


async def test_a_killed_postgresql_comes_back_with_its_data_at_the_same_address(
    folder: Path,
) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    try:
        address = server.start()
        connection = await asyncpg.connect(address.owner_url)
        await connection.execute("CREATE TABLE kept AS SELECT 1 AS id")
        await connection.close()
        killed = server.pid
        assert killed is not None
        with kept_running(server):
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: server.pid not in {None, killed})
        connection = await asyncpg.connect(address.app_url)
        assert await connection.fetchval("SELECT count(*) FROM pg_class WHERE relname = 'kept'")
        await connection.close()
    finally:
        server.stop()
    assert server.pid is None


async def test_a_killed_redis_comes_back_at_the_same_address(folder: Path) -> None:
    server = EmbeddedRedis(folder)
    try:
        url = server.start()
        killed = server.pid
        assert killed is not None
        with kept_running(server):
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: server.pid != killed)
        await client.connect(url)
        assert await client.answers()
        await client.disconnect()
    finally:
        server.stop()


async def test_a_server_that_runs_or_was_never_started_is_left_alone(folder: Path) -> None:
    server = EmbeddedRedis(folder)
    assert server.revive() is False
    server.start()
    pid = server.pid
    assert server.revive() is False
    assert server.pid == pid
    server.stop()
    assert server.revive() is False


class Stubborn:
    """A server that starts at the third attempt only."""

    def __init__(self) -> None:
        self.attempts = 0

    def revive(self) -> bool:
        self.attempts += 1
        if self.attempts <= 2:
            raise ServerRefused("Non.", "No.")
        return True


def test_a_server_that_does_not_start_is_tried_again() -> None:
    server = Stubborn()
    with kept_running(server):
        wait_until(lambda: server.attempts > 3)
