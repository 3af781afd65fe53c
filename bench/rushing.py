"""A rush: one week of 50 agents, asked by everybody at once, through two web processes.

The clients share the machine with what they measure, and take their part of its processors: so the
same clients ask servers that have the same bytes in their hands (`bare.py`), in the same run.
"""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, cast

import bare
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
SECONDS_BARE = 4.0
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


class Crowd(msgspec.Struct, frozen=True):
    """Whom to ask, and what."""

    ports: list[int]
    requests: list[bytes]


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
    week = path(town.motive, next_week())
    packed, plain = (_requests(town, week, packed=packed) for packed in (True, False))
    async with AsyncExitStack() as stack:
        ports = [
            await stack.enter_async_context(serving(folder, address, redis_url))
            for _ in range(PROCESSES)
        ]
        bodies = [await _kept(folder, ports[0], asked[0]) for asked in (packed, plain)]
        booking = partial(_book, town, ports[0], week)
        found = [
            await _rush("packed (gzip)", Crowd(ports, packed)),
            await _rush("packed, and bookings", Crowd(ports, packed), booking),
            await _rush("as it is", Crowd(ports, plain)),
        ]
    return found + [
        await _beside(f"{name}, {kind} only", kind, body, asked)
        for name, body, asked in zip(("packed", "as it is"), bodies, (packed, plain), strict=True)
        for kind in (bare.HTTP, bare.WRITES)
    ]


async def _kept(folder: Path, port: int, request: bytes) -> Path:
    """Keep the body of an answer as the crowd gets it, for servers that have nothing else."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b""
    # What is asked once is not yet a crowd's: only from the third time on it is answered at once.
    for _ in range(3):
        writer.write(request)
        body = await reader.readexactly(_length(await reader.readuntil(b"\r\n\r\n")))
    writer.close()
    kept = folder / f"{len(body)}.body"
    kept.write_bytes(body)
    return kept


async def _beside(name: str, kind: str, body: Path, requests: list[bytes]) -> Rush:
    async with bare.serving(kind, body, PROCESSES) as ports:
        return await _rush(name, Crowd(ports, requests), _waiting)


async def _waiting() -> int:
    return await asyncio.sleep(SECONDS_BARE, 0)


async def _rush(
    name: str, crowd: Crowd, meanwhile: Callable[[], Awaitable[int]] | None = None
) -> Rush:
    tally = Tally()
    askers = [
        await _asker(crowd, number, tally) for number in range(CONNECTIONS * len(crowd.ports))
    ]
    await asyncio.sleep(WARM_UP)
    tally.counts = True
    started, spent = time.perf_counter(), _processor_seconds()
    booked = await (meanwhile() if meanwhile else asyncio.sleep(SECONDS, 0))
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


async def _asker(crowd: Crowd, number: int, tally: Tally) -> Asker:
    # Each begins with another token, so that none is asked for too much.
    turn = number % len(crowd.requests)
    turned = crowd.requests[turn:] + crowd.requests[:turn]
    port = crowd.ports[number % len(crowd.ports)]
    loop = asyncio.get_running_loop()
    return (await loop.create_connection(lambda: Asker(turned, tally), "127.0.0.1", port))[1]


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
