"""One tenant at ten times its share of the interface: what other tenants notice (R-9).

The loud programs and the quiet one share the processors with the server that is measured, and one
machine is never the same twice: so short quiet and loud stretches take turns, each loud one is
compared with the quiet ones on its two sides, and all of them together are judged.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count
from statistics import median

import dataset
import msgspec
import searching
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.settings import Settings
from http_client import Client
from searching import Latency, Search, latency
from servers import Served, cpu_seconds

TIMES = 10
LOUD_CLIENTS = 24
ROUNDS = 20
SECONDS = 2.5
BURST = 2.0
"""Seconds until the loud one has spent what it saved in a quiet stretch; from then on it is let in
as often as its share says, as it is when it goes on for hours. Nothing is measured before.
"""
PAUSE = 0.02
TOKENS = 200
SHARE = Settings().tenant_requests_per_minute


class Noise(msgspec.Struct, frozen=True):
    """The quiet tenants' searches before, during and after; `rise_p95` compares all of their p95.

    `median_rise` is that of the loud stretches, each beside its two neighbours. `refusal_ms` is what the web process
    works for one request that is refused, at most: the loud stretches' work beyond the quiet ones',
    less that of the requests that were let in, each as costly as a quiet one's.
    """

    share_per_minute: int
    loud_per_second: float
    loud_statuses: dict[int, int]
    refusal_ms: float
    before: Latency
    during: Latency
    after: Latency
    median_rise: float
    rise_p95: float

    @property
    def holds(self) -> bool:
        """Less than a fifth."""
        return self.rise_p95 < 0.2


class Stretch(msgspec.Struct):
    """How long each search of the quiet tenants took, in seconds, and what the server worked."""

    times: list[float] = []
    seconds: float = 0.0
    worked: float = 0.0


class Loud:
    """Programs of one tenant that ask ten times as often as it may, whatever they are told."""

    def __init__(self, port: int, search: Search, number: int) -> None:
        self.clients = [Client(port, search.host, "") for _ in range(LOUD_CLIENTS)]
        self.search, self.number = search, number
        self.statuses: Counter[int] = Counter()
        self.turns = count()
        self.measured = self.over = False

    async def ask_on(self, one: int) -> None:
        """Ask at fixed moments, without waiting for better times."""
        every = LOUD_CLIENTS / (SHARE / 60 * TIMES)
        due = time.perf_counter() + every * one / LOUD_CLIENTS
        while not self.over:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            turn = next(self.turns)
            self.clients[one].become(self.search.host, dataset.token(self.number, turn % TOKENS))
            answer = await self.clients[one].get(self.search.anew(turn))
            self.statuses[answer.status] += self.measured
            due += every


async def measure(address: PostgresAddress, server: Served, number: int) -> Noise:
    """Search in quiet tenants, in turn alone and beside the loud one."""
    town = await dataset.last_tenant(address, number)
    monday = searching.next_week()
    searches = await searching.prepare(address)
    quiet = [search for search in searches if search.host != town.host]
    path = searching.path(town.motive, monday)
    loud = Loud(server.port, msgspec.structs.replace(quiet[0], host=town.host, path=path), number)
    turns = count()
    await _search(server, quiet, turns)
    alone, beside = [await _search(server, quiet, turns)], list[Stretch]()
    for _ in range(ROUNDS):
        beside.append(await _beside(loud, server, quiet, turns))
        alone.append(await _search(server, quiet, turns))
    for client in loud.clients:
        client.close()
    return _summary(loud, alone, beside)


async def _beside(
    loud: Loud, server: Served, quiet: Sequence[Search], turns: "count[int]"
) -> Stretch:
    loud.over = False
    asking = [asyncio.create_task(loud.ask_on(one)) for one in range(LOUD_CLIENTS)]
    await _search(server, quiet, turns, BURST)
    loud.measured = True
    found = await _search(server, quiet, turns)
    loud.measured, loud.over = False, True
    await asyncio.gather(*asking)
    return found


def _summary(loud: Loud, alone: list[Stretch], beside: list[Stretch]) -> Noise:
    before, during, after = _together(alone[:-1]), _together(beside), _together(alone[1:])
    around = _together(alone)
    refused, let_in = loud.statuses[429], loud.statuses[200]
    one = sum(stretch.worked for stretch in alone) / sum(len(stretch.times) for stretch in alone)
    searched = sum(len(stretch.times) for stretch in beside) + let_in
    more = sum(stretch.worked for stretch in beside) - one * searched
    return Noise(
        share_per_minute=SHARE,
        loud_per_second=round(
            loud.statuses.total() / sum(stretch.seconds for stretch in beside), 1
        ),
        loud_statuses=dict(sorted(loud.statuses.items())),
        refusal_ms=round(1000 * more / max(1, refused), 2),
        before=before,
        during=during,
        after=after,
        median_rise=round(
            median(
                _together([one]).p95 / _together(alone[at : at + 2]).p95 - 1
                for at, one in enumerate(beside)
            ),
            3,
        ),
        rise_p95=round(during.p95 / around.p95 - 1, 3),
    )


def _together(stretches: Sequence[Stretch]) -> Latency:
    return latency([seconds for stretch in stretches for seconds in stretch.times])


async def _search(
    server: Served, searches: Sequence[Search], turns: "count[int]", seconds: float = SECONDS
) -> Stretch:
    """Search in the quiet tenants in turn, so that each stays within its own share."""
    times: list[float] = []
    async with Client(server.port, searches[0].host, searches[0].token) as client:
        begun, worked = time.perf_counter(), cpu_seconds(server.pid)
        started = begun
        while started < begun + seconds:
            number = next(turns)
            search = searches[number % len(searches)]
            client.become(search.host, search.token)
            started = time.perf_counter()
            answer = await client.get(search.anew(number))
            assert answer.status == 200, answer
            times.append(time.perf_counter() - started)
            await asyncio.sleep(PAUSE)
        passed = time.perf_counter() - begun
        return Stretch(times, passed, cpu_seconds(server.pid) - worked)
