"""One tenant at ten times its share of the interface: what other tenants notice (R-9)."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count

import dataset
import msgspec
import searching
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.settings import Settings
from http_client import Client
from searching import Latency, Search, latency

TIMES = 10
LOUD_CLIENTS = 24
SECONDS = 12.0
PAUSE = 0.05
WARM_UP = 20
TOKENS = 200
SHARE = Settings().tenant_requests_per_minute


class Noise(msgspec.Struct, frozen=True):
    """The quiet tenants' searches before, during and after; `rise` compares their p95."""

    share_per_minute: int
    loud_per_second: float
    loud_statuses: dict[int, int]
    before: Latency
    during: Latency
    after: Latency
    rise_p95: float

    @property
    def holds(self) -> bool:
        """Less than a fifth."""
        return self.rise_p95 < 0.2


class Loud:
    """Programs of one tenant that ask ten times as often as it may, whatever they are told."""

    def __init__(self, port: int, search: Search, number: int) -> None:
        self.clients = [Client(port, search.host, "") for _ in range(LOUD_CLIENTS)]
        self.search, self.number = search, number
        self.statuses: Counter[int] = Counter()
        self.over = False

    async def ask_on(self, one: int) -> None:
        """Ask at fixed moments, without waiting for better times."""
        every = LOUD_CLIENTS / (SHARE / 60 * TIMES)
        due = time.perf_counter() + every * one / LOUD_CLIENTS
        turn = one
        while not self.over:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self.clients[one].become(self.search.host, dataset.token(self.number, turn % TOKENS))
            answer = await self.clients[one].get(self.search.anew(turn))
            self.statuses[answer.status] += 1
            due, turn = due + every, turn + LOUD_CLIENTS


async def measure(address: PostgresAddress, port: int, number: int) -> Noise:
    """Search in quiet tenants, alone, beside the loud one, and alone again."""
    town = await dataset.last_tenant(address, number)
    monday = searching.next_week()
    searches = await searching.prepare(address)
    quiet = [search for search in searches if search.host != town.host]
    before = await _search(port, quiet)
    path = searching.path(town.motive, monday)
    loud = Loud(port, msgspec.structs.replace(quiet[0], host=town.host, path=path), number)
    asking = [asyncio.create_task(loud.ask_on(one)) for one in range(LOUD_CLIENTS)]
    started = time.perf_counter()
    during = await _search(port, quiet)
    seconds = time.perf_counter() - started
    loud.over = True
    await asyncio.gather(*asking)
    after = await _search(port, quiet)
    for client in loud.clients:
        client.close()
    alone = (before.p95 + after.p95) / 2
    return Noise(
        share_per_minute=SHARE,
        loud_per_second=round(loud.statuses.total() / seconds, 1),
        loud_statuses=dict(sorted(loud.statuses.items())),
        before=before,
        during=during,
        after=after,
        rise_p95=round(during.p95 / alone - 1, 3),
    )


async def _search(port: int, searches: Sequence[Search]) -> Latency:
    """Search in the quiet tenants in turn, so that each stays within its own share."""
    times: list[float] = []
    async with Client(port, searches[0].host, searches[0].token) as client:
        end = 0.0
        for number in count():
            search = searches[number % len(searches)]
            client.become(search.host, search.token)
            started = time.perf_counter()
            answer = await client.get(search.anew(number))
            assert answer.status == 200, answer
            times.append(time.perf_counter() - started)
            end = end or started + SECONDS
            if started > end:
                return latency(times[WARM_UP:])
            await asyncio.sleep(PAUSE)
    raise AssertionError
