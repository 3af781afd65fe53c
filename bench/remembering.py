"""A long history: how long sealing and verifying it take, in how much memory, and a page of it."""

import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import scratch
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, acting_for
from creneau.history.sealing.service import seal_all, verify
from creneau.organisations import service as organisations
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.tokens import new_token
from creneau_web.auth import service as auth
from http_client import Client
from reporting import table

PAGE = "/administration/historique"
PAGES = 50
WARM_UP = 5
AnyFound = TypeVar("AnyFound")
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


class Cost(msgspec.Struct, frozen=True):
    """How long something took, and by how much it raised the memory of the process (MiB)."""

    seconds: float
    rows_per_second: int
    memory_mib: float


class Remembering(msgspec.Struct, frozen=True):
    """One tenant's history over a year; pages in milliseconds (p50), the deep one at nine tenths."""

    rows: int
    sealing: Cost
    verifying: Cost
    sealed: int
    waiting: int
    wrong: int
    first_page_ms: float
    deep_page_ms: float
    deep_of_one_agent_ms: float

    @property
    def holds(self) -> bool:
        """Tell whether all was sealed, and nothing found wrong."""
        return not self.waiting and not self.wrong and self.sealed >= self.rows


async def measure(address: PostgresAddress, port: int, rows: int) -> Remembering:
    """Write a year's entries, seal them as the worker does, verify them as the doctor does."""
    town = await scratch.found(address, 5, 0)
    async with scratch.connected(address):
        with acting_for(town.tenant):
            secret = await administrator()
            deep = await _write(address, town, rows)
            _done, sealing = await cost(rows, lambda: seal_all(town.tenant.id))
            verdict, verifying = await cost(rows, lambda: verify(town.tenant.id))
    client = Client(port, town.host, "")
    client.enter(town.host, secret)
    one = f"{PAGE}?qui={town.agents[0]}&avant={deep}"
    pages = [await _page(client, path) for path in (PAGE, f"{PAGE}?avant={deep}", one)]
    client.close()
    return Remembering(
        rows, sealing, verifying, verdict.sealed, verdict.waiting, verdict.wrong, *pages
    )


def show(found: Remembering) -> None:
    """Print what was measured."""
    table(
        f"A history of {found.rows} entries ({found.waiting} not sealed, {found.wrong} wrong)",
        ("", "seconds", "rows a second", "memory MiB"),
        [
            (name, one.seconds, one.rows_per_second, one.memory_mib)
            for name, one in (("sealing", found.sealing), ("verifying", found.verifying))
        ],
    )
    table(
        f"GET {PAGE}, one client",
        ("page", "p50 ms"),
        [
            ("the first", found.first_page_ms),
            ("at nine tenths", found.deep_page_ms),
            ("at nine tenths, of one agent", found.deep_of_one_agent_ms),
        ],
    )


async def administrator() -> str:
    organisation = (await organisations.organisations())[0].id
    service = (await organisations.services())[0].id
    draft = AgentDraft(
        email="alice@exemple.fr",
        first_name="Alice",
        last_name="Martin",
        service_ids=(service,),
        memberships=((organisation, "administrator"),),
        # Nobody types it: with one, she has joined.
        password=new_token(),
    )
    _session, secret = await auth.open_session(await agents.create_agent(draft, SYSTEM))
    return secret


async def _write(address: PostgresAddress, town: scratch.Town, rows: int) -> UUID:
    """Write entries evenly over the year until now, and give the id of one of nine tenths ago."""
    connection: Any = await asyncpg.connect(address.superuser_url, command_timeout=None)
    try:
        await connection.execute(
            _WRITE, town.tenant.id, town.agents, town.motive, rows, timeout=None
        )
        await connection.execute("VACUUM ANALYZE history")
        return await connection.fetchval(_DEEP, town.tenant.id, rows // 10)
    finally:
        await connection.close()


async def cost(rows: int, work: Callable[[], Awaitable[AnyFound]]) -> tuple[AnyFound, Cost]:
    _forget_peak()
    before, started = _peak(), time.perf_counter()
    found = await work()
    seconds = time.perf_counter() - started
    return found, Cost(
        seconds=round(seconds, 2),
        rows_per_second=round(rows / seconds),
        memory_mib=round(_peak() - before, 1),
    )


def _forget_peak() -> None:
    # Linux keeps the highest mark of a process, and begins anew when told so.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    found = PEAK.search(Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


async def _page(client: Client, path: str) -> float:
    times: list[float] = []
    for _ in range(WARM_UP + PAGES):
        started = time.perf_counter()
        answer = await client.get(path)
        times.append((time.perf_counter() - started) * 1000)
        # Fifty lines, or it is another page that was measured.
        assert answer.status == 200, answer.status
        assert answer.body.count(b"<tr>") > PAGES, path
    return round(median(times[WARM_UP:]), 1)


# Four in five are of appointments, which agents, persons and programs changed; the rest are settings.
_WRITE = """
    INSERT INTO history
        (tenant_id, id, at, actor_kind, actor_id, subject_kind, subject_id, action, details)
    SELECT $1, uuidv7(e.ago), now() + e.ago,
        CASE WHEN n % 3 = 0 THEN 'agent' WHEN n % 3 = 1 THEN 'person' ELSE 'api' END,
        CASE WHEN n % 3 = 0 THEN ($2::uuid[])[1 + n / 3 % cardinality($2::uuid[])]
            ELSE gen_random_uuid() END,
        CASE WHEN n % 5 = 0 THEN 'motive' ELSE 'booking' END,
        CASE WHEN n % 5 = 0 THEN $3::uuid ELSE gen_random_uuid() END,
        CASE WHEN n % 5 = 0 THEN 'motive.updated' ELSE 'booking.confirmed' END,
        CASE WHEN n % 5 = 0 THEN '{"changed": ["name", "duration_minutes"]}' ELSE '{}' END::jsonb
    FROM (
        SELECT n, -interval '365 days' * (1 - n / ($4::float8 + 1)) AS ago
        FROM generate_series(1, $4::bigint) AS n
    ) AS e
    ORDER BY n
"""
_DEEP = "SELECT id FROM history WHERE tenant_id = $1 ORDER BY id OFFSET $2 LIMIT 1"
