"""`creneau postman`: the postman as a service of his own, for whoever manages services."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import msgspec
import pytest
from creneau_infra import processes
from creneau_infra.errors import ServerRefused
from creneau_infra.postman.client import Postman
from creneau_infra.postman.transport import PostmanTransport
from creneau_infra.settings import Settings
from creneau_web.outbox import work

from bench.readiness import listening
from tests.infra.rude import running
from tests.infra.sender import SENDER, mail

CRENEAU = Path(sys.executable).with_name("creneau")


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    made = Path(tempfile.mkdtemp(prefix="creneau-service-"))
    yield made
    shutil.rmtree(made)


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRENEAU_")}
    return {**kept, "CRENEAU_DATA_DIR": str(folder), "LC_ALL": "fr_FR.UTF-8"}


@pytest.fixture
async def service(folder: Path) -> AsyncGenerator[asyncio.subprocess.Process, None]:
    with listening() as manager:
        started = await asyncio.create_subprocess_exec(
            CRENEAU, "postman", env={**environment(folder), **manager.environ}, cwd="/"
        )
        async with asyncio.timeout(60):
            assert await manager.told() == b"READY=1"
    yield started
    if started.returncode is None:
        started.send_signal(signal.SIGKILL)
        await started.wait()


async def test_a_postman_of_his_own_serves_workers_and_stays_until_he_is_asked_to_end(
    service: asyncio.subprocess.Process, folder: Path
) -> None:
    async with running() as server:
        for name in ("0192", "0192", "0193"):
            worker = Postman(folder)
            url = f"smtp://127.0.0.1:{server.port}?starttls=never"
            await PostmanTransport(worker, url, SENDER).send(mail(name))
            await worker.leave(at_once=True)
        assert len(server.received) == 2
        assert service.returncode is None
        # None was started beside him: it would work in the folder.
        assert processes.inhabitants(folder / "postman") == []
        second = await asyncio.to_thread(started_again, folder)
        assert (second.returncode, second.stdout) == (1, "")
        assert "Un facteur est déjà en service" in second.stderr
        service.send_signal(signal.SIGTERM)
        assert await service.wait() == 0


async def test_a_worker_without_a_place_for_the_postman_says_so_instead_of_letting_mails_wait(
    folder: Path, settings: Settings
) -> None:
    (folder / "postman").write_text("somebody else's")
    chosen = msgspec.structs.replace(settings, data_dir=folder, smtp_url="smtp://127.0.0.1:1")
    with pytest.raises(ServerRefused) as caught:
        await work(chosen, asyncio.Event())
    assert str(folder / "postman") in str(caught.value)
    assert "CRENEAU_DATA_DIR" in str(caught.value)


def started_again(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [CRENEAU, "postman"],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
