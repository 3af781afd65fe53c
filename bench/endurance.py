"""The memory of a web process over twenty thousand requests, once it has warmed up."""

import asyncio
from pathlib import Path

import msgspec
import searching
from creneau_infra.postgres.embedded import PostgresAddress
from http_client import Client
from many import CLIENTS
from searching import Search
from servers import Served

REQUESTS = 20_000
WARM_UP = 4_000
SAMPLES = 40
MOST_MIB = 200
FLAT = 0.01


class Memory(msgspec.Struct, frozen=True):
    """MiB of resident memory, sampled evenly; `rise` compares the last sample with the half's."""

    requests: int
    first: float
    half: float
    last: float
    most: float
    rise: float
    samples: list[float]

    @property
    def holds(self) -> bool:
        """At most 200 MiB, and flat over the last half."""
        return self.most <= MOST_MIB and self.rise < FLAT


async def measure(address: PostgresAddress, server: Served, requests: int = REQUESTS) -> Memory:
    """Ask for searches, lists and pages in turn, by eight clients."""
    searches = await searching.prepare(address)
    clients = [Client(server.port, searches[0].host, "") for _ in range(CLIENTS)]
    await _ask_all(clients, searches, 0, WARM_UP // CLIENTS)
    first, samples = _resident(server.pid), list[float]()
    each = -(-requests // SAMPLES // CLIENTS)
    for batch in range(SAMPLES):
        await _ask_all(clients, searches, WARM_UP // CLIENTS + batch * each, each)
        samples.append(_resident(server.pid))
    for client in clients:
        client.close()
    half = samples[SAMPLES // 2 - 1]
    return Memory(
        requests=each * CLIENTS * SAMPLES,
        first=first,
        half=half,
        last=samples[-1],
        most=max(samples),
        rise=round(samples[-1] / half - 1, 4),
        samples=samples,
    )


async def _ask_all(clients: list[Client], searches: list[Search], first: int, number: int) -> None:
    turns = range(first, first + number)
    await asyncio.gather(
        *(_ask(client, searches, turns, one) for one, client in enumerate(clients))
    )


async def _ask(client: Client, searches: list[Search], turns: range, number: int) -> None:
    for turn in turns:
        search = searches[(turn + number) % len(searches)]
        client.become(search.host, search.token)
        path, status = (
            (search.anew(turn), 200),
            ("/api/v1/motives", 200),
            (search.path, 200),
            ("/", 200),
            (f"/nowhere/{turn}", 404),
            ("/agents/connexion", 200),
        )[turn % 6]
        answer = await client.get(path)
        assert answer.status == status, answer


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return round(kilobytes / 1024, 1)
