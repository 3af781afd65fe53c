"""The same search by several clients at once: how many a second, beside as many who ask in SQL."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import msgspec
import searching
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import prepare_connection
from http_client import Client
from searching import Latency, Search, latency
from servers import Served, cpu_seconds

CLIENTS = 8
SECONDS = 6.0
PAUSES = 2
"""Each way is measured so often, in turn, so that neither has the quieter machine."""


class Many(msgspec.Struct, frozen=True):
    """Searches per second, and how long each took; `ratio` is the interface's share of bare SQL.

    `cpu_ms` is the web processes' own time for one search, which other work does not lengthen.
    """

    clients: int
    http: Latency
    sql: Latency
    http_per_second: float
    sql_per_second: float
    ratio_per_second: float
    ratio_p50: float
    cpu_ms: float
    processes: int = 1


Once = Callable[[int, int], Awaitable[None]]


async def measure(address: PostgresAddress, servers: Sequence[Served]) -> Many:
    """Let eight clients search, each in tenants of its turn, first one way and then the other."""
    searches = await searching.prepare(address)
    programs = [
        Client(servers[one % len(servers)].port, searches[0].host, searches[0].token)
        for one in range(CLIENTS)
    ]
    bare: list[Any] = [await asyncpg.connect(address.app_url) for _ in range(CLIENTS)]
    for connection in bare:
        await prepare_connection(connection)
    http: list[float] = []
    sql: list[float] = []
    seconds = [0.0, 0.0]
    busy = sum(cpu_seconds(server.pid) for server in servers)
    for _ in range(PAUSES):
        seconds[0] += await all_at_once(_by_http(programs, searches), http)
        seconds[1] += await all_at_once(_by_sql(bare, searches), sql)
    for program in programs:
        program.close()
    for connection in bare:
        await connection.close()
    cpu = sum(cpu_seconds(server.pid) for server in servers) - busy
    return msgspec.structs.replace(_summary(http, sql, seconds, cpu), processes=len(servers))


def _by_http(programs: list[Client], searches: list[Search]) -> Once:
    async def once(client: int, turn: int) -> None:
        search = searches[(client + turn) % len(searches)]
        programs[client].become(search.host, search.token)
        # A question that nobody asked before: what is measured is the search, not its cache.
        answer = await programs[client].get(search.anew(client + CLIENTS * turn))
        assert answer.status == 200, answer

    return once


def _by_sql(bare: list[Any], searches: list[Search]) -> Once:
    async def once(client: int, turn: int) -> None:
        await searching.ask_database(bare[client], searches[(client + turn) % len(searches)])

    return once


async def all_at_once(
    once: Once, times: list[float], clients: int = CLIENTS, seconds: float = SECONDS
) -> float:
    """Let clients repeat something for some seconds; gives how long it took in all."""
    started = time.perf_counter()

    async def client(number: int) -> None:
        turn = 0
        while time.perf_counter() - started < seconds:
            began = time.perf_counter()
            await once(number, turn)
            times.append(time.perf_counter() - began)
            turn += 1

    await asyncio.gather(*(client(number) for number in range(clients)))
    return time.perf_counter() - started


def _summary(http: list[float], sql: list[float], seconds: list[float], cpu: float) -> Many:
    by_http, by_sql = latency(http), latency(sql)
    rates = len(http) / seconds[0], len(sql) / seconds[1]
    return Many(
        clients=CLIENTS,
        http=by_http,
        sql=by_sql,
        http_per_second=round(rates[0], 1),
        sql_per_second=round(rates[1], 1),
        ratio_per_second=round(rates[0] / rates[1], 2),
        ratio_p50=round(by_http.p50 / by_sql.p50, 2),
        cpu_ms=round(1000 * cpu / len(http), 2),
    )
