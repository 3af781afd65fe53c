import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from creneau_infra import processes
from creneau_infra.postman.client import Postman

from tests.infra.postman.patient import (
    PatientServer,
    postmen,
)


@pytest.fixture
async def server() -> AsyncGenerator[PatientServer, None]:
    made = PatientServer()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()
    await made.end()


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    made = Path(tempfile.mkdtemp(prefix="creneau-postman-"))
    made.chmod(0o755)
    yield made
    for left in postmen(made):
        processes.end(left, signal.SIGKILL)
    shutil.rmtree(made)


@pytest.fixture
async def postman(folder: Path) -> AsyncGenerator[Postman, None]:
    made = Postman(folder)
    yield made
    await made.leave(at_once=True)
