import os
import shutil
import signal
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from creneau_infra.errors import ServerRefused
from creneau_infra.redis import client, server
from creneau_infra.redis.server import EmbeddedRedis
from creneau_infra.redis.versions import bump


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    made = Path(tempfile.mkdtemp(prefix="creneau-redis-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def embedded(folder: Path) -> Generator[EmbeddedRedis, None, None]:
    made = EmbeddedRedis(folder)
    yield made
    made.stop()


async def answers(url: str | None) -> bool:
    await client.connect(url)
    try:
        return await client.answers()
    finally:
        await client.disconnect()


async def test_it_starts_answers_and_stops(embedded: EmbeddedRedis, folder: Path) -> None:
    url = embedded.start()
    assert url == f"unix://{folder}/redis/run/redis.sock"
    assert await answers(url)
    pid = embedded.pid
    assert pid is not None
    embedded.stop()
    embedded.stop()
    assert not await answers(url)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def test_it_writes_nothing_to_the_disk(embedded: EmbeddedRedis, folder: Path) -> None:
    held = await client.connect(embedded.start())
    assert held is not None
    await held.set("key", "value")
    await client.disconnect()
    embedded.stop()
    assert files_in(folder) == {"lock", "server.log"}


async def test_it_starts_again_after_it_was_killed(embedded: EmbeddedRedis) -> None:
    url = embedded.start()
    pid = embedded.pid
    assert pid is not None
    os.kill(pid, 9)
    embedded.stop()
    assert embedded.start() == url
    assert await answers(url)


async def test_a_folder_in_use_is_refused(embedded: EmbeddedRedis, folder: Path) -> None:
    url = embedded.start()
    with pytest.raises(ServerRefused, match="CRENEAU_DATA_DIR"):
        EmbeddedRedis(folder).start()
    assert await answers(url)


def test_without_a_program_there_is_no_redis_and_no_error(
    embedded: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "find_program", lambda: None)
    assert embedded.start() is None
    embedded.stop()


def test_a_program_that_does_not_serve_is_told(
    embedded: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "find_program", lambda: Path("/bin/false"))
    with pytest.raises(ServerRefused, match="CRENEAU_REDIS_URL"):
        embedded.start()


async def test_another_process_joins_the_one_that_runs(
    embedded: EmbeddedRedis, folder: Path
) -> None:
    assert EmbeddedRedis(folder).address() is None
    url = embedded.start()
    assert EmbeddedRedis(folder).address() == url
    embedded.stop()
    assert EmbeddedRedis(folder).address() is None


async def test_a_server_that_is_frozen_is_waited_for_once_and_found_again(
    embedded: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS_OF_REST", 60.0)
    with monkeypatch.context() as short:
        short.setattr(client, "SECONDS_TO_ANSWER", 2.0)
        held = await client.connect(embedded.start())
    assert isinstance(held, client.RestingRedis)
    await held.set("key", "value")
    assert embedded.pid is not None
    os.kill(embedded.pid, signal.SIGSTOP)
    try:
        with pytest.raises(client.Unreachable):
            await held.get("key")
        for _ in range(20):
            # It is not asked, so nobody waits.
            with pytest.raises(client.Unreachable, match="a moment ago"):
                await held.get("key")
    finally:
        os.kill(embedded.pid, signal.SIGCONT)
    held.rests_until = 0.0
    # From here on it is there, and may take its time: new connections wait as the suite does.
    held.connection_pool.connection_kwargs["socket_timeout"] = client.SECONDS_TO_ANSWER
    held.connection_pool.reset()
    assert await client.answers()
    assert await held.get("key") == b"value"
    await client.disconnect()


async def test_what_must_be_tried_is_tried_while_redis_rests(embedded: EmbeddedRedis) -> None:
    held = await client.connect(embedded.start())
    assert isinstance(held, client.RestingRedis)
    held.rests_until = time.monotonic() + 60
    with pytest.raises(client.Unreachable):
        await held.get("key")
    with client.insisting():
        assert await held.get("key") is None
    await bump(["a name"])
    held.rests_until = 0.0
    assert len(await held.keys("version:*")) == 1
    await client.disconnect()
