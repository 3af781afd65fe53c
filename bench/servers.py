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
from typing import NamedTuple

from creneau_infra.postgres.embedded import PostgresAddress

SECONDS_TO_START = 60.0
LOG = Path(__file__).parents[1] / ".creneau" / "bench" / "server.log"
NO_LIMIT = 10_000_000
PROGRAM = (str(Path(sys.executable).with_name("creneau")), "serve")


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served(NamedTuple):
    """A server that runs: where it answers, and its process."""

    port: int
    pid: int


@asynccontextmanager
async def serving(
    folder: Path, address: PostgresAddress, redis_url: str | None, *, pool: int = 10
) -> AsyncGenerator[int, None]:
    """Run `creneau serve` in a process of its own, and give its port."""
    async with served(folder, address, redis_url, pool=pool) as server:
        yield server.port


@asynccontextmanager
async def served(
    folder: Path,
    address: PostgresAddress,
    redis_url: str | None,
    *,
    pool: int = 10,
    share: int | None = NO_LIMIT,
) -> AsyncGenerator[Served, None]:
    """Run `creneau serve`; `share` is what each tenant may ask a minute, None for the default."""
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
        "CRENEAU_TENANT_REQUESTS_PER_MINUTE": "" if share is None else str(share),
    }
    with LOG.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, env=environ, stdout=log, stderr=log
        )
        try:
            await _until_it_answers(port, process)
            yield Served(port, process.pid)
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


def cpu_seconds(pid: int) -> float:
    """Tell how long a process has kept a processor busy: a busy machine does not change that."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
