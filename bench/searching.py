"""A week of 50 agents: the interface beside the bare SQL, one client, taking turns."""

import random
import re
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from statistics import quantiles
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import dataset
import msgspec
from creneau.availability.schemas import SlotQuery
from creneau.context import Tenant, acting_for
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB, prepare_connection
from creneau_web.api import service
from http_client import Client

SAMPLED_TENANTS = 20
WARM_UP = 40


class Statement(msgspec.Struct, frozen=True):
    """A statement as the service sent it."""

    sql: str
    args: Sequence[object]


class Search(msgspec.Struct, frozen=True):
    """One tenant's week: as the interface is asked, and as the database is."""

    host: str
    path: str
    token: str
    opening: str
    statements: list[Statement]

    def anew(self, number: int) -> str:
        """Ask for the same week from some seconds earlier, when nobody is open: a new question."""
        since = _midnight(next_week()) - timedelta(seconds=number + 1)
        return re.sub(r"from=[^&]*", f"from={since:%Y-%m-%dT%H:%M:%SZ}", self.path)


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds."""

    p50: float
    p95: float
    p99: float
    mean: float


class Searching(msgspec.Struct, frozen=True):
    """What a search costs; the ratios are the interface's time over that of the bare SQL.

    `http` are questions that nobody asked before, `again` the same ones over and over: those may
    be answered from what was found a moment ago.
    """

    samples: int
    slots: int
    bytes: int
    statements: int
    http: Latency
    again: Latency
    sql: Latency
    ratio_p50: float
    ratio_p95: float
    ratio_mean: float


async def measure(address: PostgresAddress, port: int, rounds: int) -> Searching:
    """Ask all ways in turn, over 20 tenants; who goes first changes, so that nobody is always warm."""
    searches = await prepare(address)
    bare: Any = await asyncpg.connect(address.app_url)
    await prepare_connection(bare)
    client = Client(port, searches[0].host, searches[0].token)
    order = random.Random(42)
    times: dict[str, list[float]] = {"http": [], "again": [], "sql": []}
    body = b""
    for number in range(WARM_UP + rounds):
        search = searches[number % len(searches)]
        client.become(search.host, search.token)
        for way in order.sample(sorted(times), len(times)):
            fresh = search.anew(number) if way == "http" else search.path
            started = time.perf_counter()
            if way == "sql":
                await ask_database(bare, search)
            else:
                answer = await client.get(fresh)
                body = answer.body
                assert answer.status == 200, answer
            times[way].append(time.perf_counter() - started)
    await bare.close()
    client.close()
    return _summary({way: taken[WARM_UP:] for way, taken in times.items()}, searches, body)


async def ask_database(connection: Any, search: Search) -> None:
    """Send what the service sends for a search, and read all that comes."""
    await connection.execute(search.opening)
    for statement in search.statements:
        await connection.fetch(statement.sql, *statement.args)
    await connection.execute("COMMIT")


def _summary(times: dict[str, list[float]], searches: list[Search], body: bytes) -> Searching:
    by_http, again, by_sql = (latency(times[way]) for way in ("http", "again", "sql"))
    return Searching(
        samples=len(times["http"]),
        slots=len(msgspec.json.decode(body)["slots"]),
        bytes=len(body),
        statements=len(searches[0].statements),
        http=by_http,
        again=again,
        sql=by_sql,
        ratio_p50=round(by_http.p50 / by_sql.p50, 2),
        ratio_p95=round(by_http.p95 / by_sql.p95, 2),
        ratio_mean=round(by_http.mean / by_sql.mean, 2),
    )


def latency(seconds: list[float]) -> Latency:
    """Sum up some times."""
    cuts = quantiles(seconds, n=100)
    mean = sum(seconds) / len(seconds)
    return Latency(*(round(1000 * value, 2) for value in (cuts[49], cuts[94], cuts[98], mean)))


async def prepare(address: PostgresAddress) -> list[Search]:
    """Look up some tenants, and record what the service asks the database for each."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        rows = await connection.fetch(
            """
            SELECT t.id, t.slug, t.name, m.id AS motive FROM tenant t
            JOIN motive m ON m.tenant_id = t.id AND m.position = 1 ORDER BY t.slug
            """
        )
    finally:
        await connection.close()
    step = len(rows) // SAMPLED_TENANTS
    return [
        await _recorded(address, row, number + 1)
        for number, row in list(enumerate(rows))[: SAMPLED_TENANTS * step : step]
    ]


async def _recorded(address: PostgresAddress, row: Any, number: int) -> Search:
    tenant = Tenant(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        locale="fr",
        time_zone="Europe/Paris",
        public_url="",
    )
    monday = next_week()
    query = SlotQuery(
        motive_id=row["motive"],
        starts_from=_midnight(monday),
        starts_before=_midnight(monday + timedelta(days=7)),
    )
    return Search(
        host=f"{tenant.slug}.localhost",
        path=path(row["motive"], monday),
        token=dataset.token(number),
        opening=f"BEGIN; SET LOCAL creneau.tenant_id = '{tenant.id}'",
        statements=await _statements(address, tenant, number, query),
    )


async def _statements(
    address: PostgresAddress, tenant: Tenant, number: int, query: SlotQuery
) -> list[Statement]:
    """Run the service's own search on a connection that listens, and keep what it sends."""
    heard: list[Statement] = []

    def hear(query: Any) -> None:
        # asyncpg asks for types that it meets for the first time: that is no part of a search.
        if query.args and "typeinfo_tree" not in query.query:
            heard.append(Statement(query.query, query.args))

    async def listen(connection: Any) -> None:
        await prepare_connection(connection)
        connection.add_query_logger(hear)

    DB.pool = await asyncpg.create_pool(
        address.app_url, min_size=1, max_size=1, init=listen, reset=_nothing
    )
    try:
        with acting_for(tenant):
            await service.slots(query, service.Asker(dataset.token(number), _nothing))
    finally:
        await DB.stop_pool()
    return heard


async def _nothing(_: Any) -> None:
    """Leave a connection as it is, as the application's own pool does; let everybody in."""


def next_week() -> date:
    """Name the Monday after next: no notice cuts that week."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=14 - today.weekday())


def path(motive: UUID, monday: date) -> str:
    """Ask for a week."""
    return f"/api/v1/slots?motive={motive}&from={monday}&to={monday + timedelta(days=6)}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock(), ZoneInfo("Europe/Paris")).astimezone(UTC)
