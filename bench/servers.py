"""What is measured, running as in real life: PostgreSQL, Redis and `creneau serve`."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from creneau_infra.postgres.embedded import PostgresAddress

SECONDS_TO_START = 60.0
LOG = Path(__file__).parents[1] / ".creneau" / "bench" / "server.log"
PROGRAM = (str(Path(sys.executable).with_name("creneau")), "serve")


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(
    folder: Path, address: PostgresAddress, redis_url: str | None, *, pool: int = 10
) -> AsyncGenerator[int, None]:
    """Run `creneau serve` in a process of its own, and give its port."""
    port = free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CRENEAU_")},
        "CRENEAU_ENVIRONMENT": "test",
        "CRENEAU_DATA_DIR": str(folder),
        "CRENEAU_POSTGRES_URL": address.owner_url,
        "CRENEAU_POSTGRES_APP_URL": address.app_url,
        "CRENEAU_REDIS_URL": redis_url or "",
        "CRENEAU_PORT": str(port),
        "CRENEAU_POOL_SIZE": str(pool),
        "CRENEAU_LOG_FORMAT": "json",
    }
    with LOG.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, env=environ, stdout=log, stderr=log
        )
        try:
            await _until_it_answers(port, process)
            yield port
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


async def _until_it_answers(port: int, process: asyncio.subprocess.Process) -> None:
    limit = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < limit and process.returncode is None:
        if await _is_ready(port):
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("the server did not start: see .creneau/bench/server.log")


async def _is_ready(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        answer = await reader.readline()
        writer.close()
    except OSError:
        return False
    return b" 200 " in answer
