import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from creneau_infra.errors import ServerRefused
from creneau_infra.redis import client, server
from creneau_infra.redis.server import EmbeddedRedis


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
