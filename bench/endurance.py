"""The memory of a web process over twenty thousand requests."""

import asyncio
from pathlib import Path
from statistics import mean

import msgspec
import searching
from creneau_infra.postgres.embedded import PostgresAddress
from http_client import Client
from many import CLIENTS
from searching import Search
from servers import Served

REQUESTS = 20_000
SAMPLES = 40
MOST_MIB = 200
FLAT = 0.02


class Memory(msgspec.Struct, frozen=True):
    """MiB of resident memory, sampled evenly; `rise` compares the third quarter and the fourth."""

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
        return self.most <= MOST_MIB and self.rise <= FLAT


async def measure(address: PostgresAddress, server: Served, requests: int = REQUESTS) -> Memory:
    """Ask for searches, lists and pages in turn, by eight clients."""
    searches = await searching.prepare(address)
    clients = [Client(server.port, searches[0].host, "") for _ in range(CLIENTS)]
    samples: list[float] = []
    each = requests // SAMPLES // CLIENTS
    for batch in range(SAMPLES):
        await asyncio.gather(
            *(
                _ask(client, searches, range(batch * each, (batch + 1) * each), number)
                for number, client in enumerate(clients)
            )
        )
        samples.append(_resident(server.pid))
    for client in clients:
        client.close()
    half, quarter = samples[SAMPLES // 2 :], SAMPLES // 4
    return Memory(
        requests=each * CLIENTS * SAMPLES,
        first=samples[0],
        half=half[0],
        last=samples[-1],
        most=max(samples),
        rise=round(mean(half[quarter:]) / mean(half[:quarter]) - 1, 4),
        samples=samples,
    )


async def _ask(client: Client, searches: list[Search], turns: range, number: int) -> None:
    for turn in turns:
        search = searches[(turn + number) % len(searches)]
        client.become(search.host, search.token)
        path = (search.anew(turn), "/api/v1/motives", search.path, "/")[turn % 4]
        answer = await client.get(path)
        assert answer.status == 200, answer


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return round(kilobytes / 1024, 1)
