"""What is measured, running as in real life: PostgreSQL, Redis and `creneau serve`."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import readiness
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
    with LOG.open("ab") as log, readiness.listening() as manager:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, env={**environ, **manager.environ}, stdout=log, stderr=log
        )
        try:
            await _until_it_answers(manager, process)
            yield Served(port, process.pid)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


async def _until_it_answers(
    manager: readiness.Manager, process: asyncio.subprocess.Process
) -> None:
    told, ended = asyncio.ensure_future(manager.told()), asyncio.ensure_future(process.wait())
    await asyncio.wait({told, ended}, timeout=SECONDS_TO_START, return_when=asyncio.FIRST_COMPLETED)
    ready = told.done()
    for waiting in (told, ended):
        waiting.cancel()
    if not ready:
        raise RuntimeError("the server did not start: see .creneau/bench/server.log")


def cpu_seconds(pid: int) -> float:
    """Tell how long a process has kept a processor busy: a busy machine does not change that."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
