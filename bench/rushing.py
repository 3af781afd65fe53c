"""A rush: one week of 50 agents, asked by everybody at once, through two web processes.

The clients share the machine with what they measure, and take their part of its processors.
"""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import msgspec
import scratch
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from creneau_infra.redis.server import EmbeddedRedis
from http_client import Client
from reporting import table
from searching import next_week, path
from servers import serving

EXPECTED = 5_000
"""Searches each second; answers are packed, as browsers and most programs ask for them."""
PROCESSES = 2
CONNECTIONS = 32
"""To each process."""
SECONDS = 8.0
WARM_UP = 2.0
TOKENS = 100
AGENTS = 50
BOOKINGS_EACH_SECOND = 5


class Rush(msgspec.Struct, frozen=True, kw_only=True):
    """How many searches a second were answered, and how long they took (ms)."""

    name: str
    per_second: float
    p50: float
    p99: float
    microseconds_each: float
    """Of processors, clients included: what two idle cores allow does not depend on who else works."""
    bytes_each: int
    bookings: int
    refused: int


class Asker(asyncio.Protocol):
    """A connection that asks again as soon as it is answered; costs as little as it can."""

    def __init__(self, requests: Sequence[bytes], tally: "Tally") -> None:
        self._requests = requests
        self._tally = tally
        self._turn = 0
        self._left = 0
        self._head = b""
        self._asked_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own is none by inheritance.
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        assert self._transport is not None
        self._turn = (self._turn + 1) % len(self._requests)
        self._asked_at = time.perf_counter()
        self._transport.write(self._requests[self._turn])

    def data_received(self, data: bytes) -> None:
        if not self._left:
            self._head += data
            end = self._head.find(b"\r\n\r\n") + 4
            if end < 4:
                return
            length = _length(self._head)
            self._tally.note(self._head[9:12] == b"200", length, self._asked_at)
            self._left = length - (len(self._head) - end)
            self._head = b""
        else:
            self._left -= len(data)
        if not self._left:
            self._ask()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def _length(head: bytes) -> int:
    at = head.index(b"content-length: ") + len(b"content-length: ")
    return int(head[at : head.index(b"\r\n", at)])


class Tally:
    """What was answered since the count began."""

    def __init__(self) -> None:
        self.counts = False
        self.seconds: list[float] = []
        self.refused = 0
        self.bytes_each = 0

    def note(self, well: bool, length: int, asked_at: float) -> None:  # noqa: FBT001 - a status
        if self.counts:
            self.refused += not well
            self.bytes_each = min(self.bytes_each or length, length)
            self.seconds.append(time.perf_counter() - asked_at)


async def run(results: dict[str, Any]) -> bool:
    """Measure on a database of its own, print and keep the figures; tell whether they hold."""
    with tempfile.TemporaryDirectory(prefix="creneau-bench-") as name:
        folder = _entered_by_servers(name)
        server, redis = EmbeddedPostgres(folder), EmbeddedRedis(folder)
        try:
            found = await measure(server.start(), folder, redis.start())
        finally:
            redis.stop()
            server.stop()
    results["rush"] = {"processes": PROCESSES, "rushes": found}
    table(
        f"A rush: one week of {AGENTS} agents, {PROCESSES} web processes, clients on the same machine",
        ("answers", *Rush.__struct_fields__[1:]),
        [tuple(msgspec.to_builtins(one).values()) for one in found],
    )
    packed = found[0]
    return packed.per_second >= EXPECTED and not packed.refused


def _entered_by_servers(name: str) -> Path:
    """Open a folder to the servers' own user."""
    folder = Path(name)
    folder.chmod(0o755)
    return folder


async def measure(address: PostgresAddress, folder: Path, redis_url: str | None) -> list[Rush]:
    """Ask without and with bookings in between, with whole answers and with packed ones."""
    town = await scratch.found(address, AGENTS, TOKENS)
    async with AsyncExitStack() as stack:
        ports = [
            await stack.enter_async_context(serving(folder, address, redis_url))
            for _ in range(PROCESSES)
        ]
        week = path(town.motive, next_week())
        return [
            await _rush("packed (gzip)", town, ports, week, packed=True),
            await _rush("packed, and bookings", town, ports, week, packed=True, books=True),
            await _rush("as it is", town, ports, week),
        ]


async def _rush(  # noqa: PLR0913 - what is different each time
    name: str,
    town: scratch.Town,
    ports: Sequence[int],
    week: str,
    *,
    packed: bool = False,
    books: bool = False,
) -> Rush:
    tally, requests = Tally(), _requests(town, week, packed=packed)
    loop = asyncio.get_running_loop()
    askers: list[Asker] = []
    for number in range(CONNECTIONS * len(ports)):
        # Each begins with another token, so that none is asked for too much.
        turned = requests[number % len(requests) :] + requests[: number % len(requests)]
        made = await loop.create_connection(
            lambda turned=turned: Asker(turned, tally), "127.0.0.1", ports[number % len(ports)]
        )
        askers.append(made[1])
    await asyncio.sleep(WARM_UP)
    tally.counts = True
    started, spent = time.perf_counter(), _processor_seconds()
    booked = await _book(town, ports[0], week) if books else await asyncio.sleep(SECONDS, 0)
    lasted, spent = time.perf_counter() - started, _processor_seconds() - spent
    tally.counts = False
    for asker in askers:
        asker.close()
    taken = sorted(tally.seconds)
    return Rush(
        name=name,
        per_second=round(len(taken) / lasted, 0),
        p50=round(1000 * taken[len(taken) // 2], 2),
        p99=round(1000 * taken[len(taken) * 99 // 100], 2),
        microseconds_each=round(1e6 * spent / len(taken)),
        bytes_each=tally.bytes_each,
        bookings=booked,
        refused=tally.refused,
    )


def _processor_seconds() -> float:
    """Add up what this process and the servers that it started have spent."""
    own = str(os.getpid())
    spent = sum(os.times()[:2])
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(") ")[2].split()
            if fields[1] == own:
                spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def _requests(town: scratch.Town, week: str, *, packed: bool) -> list[bytes]:
    accept = "accept-encoding: gzip\r\n" if packed else ""
    return [
        f"GET {week} HTTP/1.1\r\nhost: {town.host}\r\nauthorization: Bearer {token}\r\n{accept}\r\n".encode()
        for token in town.tokens
    ]


async def _book(town: scratch.Town, port: int, week: str) -> int:
    """Book a free time again and again for some seconds; each corrects every kept answer."""
    booked = 0
    async with Client(port, town.host, town.tokens[0]) as client:
        free: list[Any] = (await client.get(week)).json()["slots"]
        ends = time.perf_counter() + SECONDS
        while time.perf_counter() < ends:
            slot = free[booked % len(free)]
            person = {"first_name": "Jeanne", "last_name": "Dupont", "phone": "0123456789"}
            sent = {"motive": str(town.motive), "start": slot["start"], "person": person}
            booked += (await client.post("/api/v1/bookings", sent)).status == 201
            await asyncio.sleep(1 / BOOKINGS_EACH_SECOND)
    return booked
