"""Hold and confirm on free times: how many pairs a second, beside the same inserts in bare SQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import dataset
import msgspec
import searching
from creneau_infra.postgres.embedded import PostgresAddress
from dataset import LargeTown
from http_client import Client
from many import CLIENTS, all_at_once
from racing import PERSON
from searching import Latency, latency
from servers import Served, cpu_seconds

SECONDS = 5.0
PAUSES = 2
TOKENS = 200
EIGHT_WEEKS = timedelta(days=56)
Free = tuple[str, str, str]


class Claiming(msgspec.Struct, frozen=True):
    """Pairs of a hold and its confirmation; `ratio` is the interface's share of bare SQL.

    `cpu_ms` is the web processes' own time for one pair, which other work does not lengthen.
    """

    clients: int
    http: Latency
    sql: Latency
    http_per_second: float
    sql_per_second: float
    ratio_per_second: float
    cpu_ms: float


async def measure(
    address: PostgresAddress, servers: Sequence[Served], town: LargeTown, number: int
) -> Claiming:
    """Let eight clients book one free time after the other, first one way and then the other."""
    # A run that was broken off left its bookings behind.
    await dataset.clear_away(address, town)
    programs = [
        Client(servers[one % len(servers)].port, town.host, dataset.token(number, one))
        for one in range(CLIENTS)
    ]
    free = await _free(programs[0], town)
    bare: list[Any] = [await asyncpg.connect(address.app_url) for _ in range(CLIENTS)]
    http: list[float] = []
    sql: list[float] = []
    seconds = [0.0, 0.0]

    async def by_http(client: int, turn: int) -> None:
        # One token in turn: each has a limit of its own.
        programs[client].become(town.host, dataset.token(number, (client + 8 * turn) % TOKENS))
        await _by_http(programs[client], town, free.pop())

    async def by_sql(client: int, turn: int) -> None:
        del turn
        await _by_sql(bare[client], town, free.pop())

    busy = sum(cpu_seconds(server.pid) for server in servers)
    for _ in range(PAUSES):
        seconds[0] += await all_at_once(by_http, http, seconds=SECONDS)
        seconds[1] += await all_at_once(by_sql, sql, seconds=SECONDS)
    cpu = sum(cpu_seconds(server.pid) for server in servers) - busy
    for program in programs:
        program.close()
    for connection in bare:
        await connection.close()
    await dataset.clear_away(address, town)
    rates = len(http) / seconds[0], len(sql) / seconds[1]
    return Claiming(
        clients=CLIENTS,
        http=latency(http),
        sql=latency(sql),
        http_per_second=round(rates[0], 1),
        sql_per_second=round(rates[1], 1),
        ratio_per_second=round(rates[0] / rates[1], 2),
        cpu_ms=round(1000 * cpu / len(http), 2),
    )


async def _free(program: Client, town: LargeTown) -> list[Free]:
    """List free times of one agent each; nobody else wants any of them."""
    found: list[Free] = []
    first = searching.next_week()
    path = f"/api/v1/slots?motive={town.motive}&from={first}&to={first + EIGHT_WEEKS}"
    answer = await program.get(path)
    assert answer.status == 200, answer
    for slot in answer.json()["slots"]:
        found += [(slot["start"], slot["place"], agent) for agent in slot["resources"]]
    return found


async def _by_http(program: Client, town: LargeTown, free: Free) -> None:
    start, place, agent = free
    wish = {"motive": str(town.motive), "start": start, "place": place, "agent": agent}
    held = await program.post("/api/v1/holds", wish)
    assert held.status == 201, held
    sent = {"hold": held.json()["id"], "person": PERSON}
    booked = await program.post("/api/v1/bookings", sent)
    assert booked.status == 201, booked


async def _by_sql(connection: Any, town: LargeTown, free: Free) -> None:
    start, place, agent = free
    tenant = town.tenant.id
    opening = f"BEGIN; SET LOCAL creneau.tenant_id = '{tenant}'"
    await connection.execute(opening)
    appointment = await connection.fetchval(
        _APPOINTMENT, tenant, town.motive, UUID(place), datetime.fromisoformat(start)
    )
    await connection.execute(_ALLOCATION, tenant, appointment, UUID(agent))
    booking = await connection.fetchval(_HELD, tenant, appointment)
    await connection.execute(_HISTORY, tenant, booking, "booking.held")
    await connection.execute("COMMIT")
    await connection.execute(opening)
    person = await connection.fetchval(_PERSON, tenant, *_person())
    await connection.execute(_CONFIRM, tenant, booking, person)
    await connection.execute(_KEEP, tenant, appointment)
    await connection.execute(_HISTORY, tenant, booking, "booking.confirmed")
    await connection.execute(_OUTBOX, tenant, f"booking.confirmed:{booking}:0")
    await connection.execute("COMMIT")


def _person() -> Sequence[str]:
    return PERSON["first_name"], PERSON["last_name"], PERSON["email"]


_APPOINTMENT = """
    INSERT INTO appointment (tenant_id, motive_id, place_id, starts_at, ends_at)
    VALUES ($1, $2, $3, $4::timestamptz, $4::timestamptz + interval '30 minutes') RETURNING id
"""
_ALLOCATION = """
    INSERT INTO allocation (tenant_id, appointment_id, resource_id, starts_at, ends_at, held_until)
    SELECT $1, $2, $3, starts_at, ends_at, now() + interval '10 minutes' FROM appointment
    WHERE tenant_id = $1 AND id = $2
"""
_HELD = """
    INSERT INTO booking (tenant_id, appointment_id, seat, state, held_until, held_by, source)
    VALUES ($1, $2, 1, 'held', now() + interval '10 minutes', 'x', 'api') RETURNING id
"""
_HISTORY = """
    INSERT INTO history (tenant_id, actor_kind, action, subject_kind, subject_id)
    VALUES ($1, 'api', $3, 'booking', $2)
"""
_PERSON = """
    INSERT INTO person (tenant_id, first_name, last_name, email) VALUES ($1, $2, $3, $4)
    RETURNING id
"""
_CONFIRM = """
    UPDATE booking SET state = 'planned', person_id = $3, confirmed_at = now(), held_until = NULL
    WHERE tenant_id = $1 AND id = $2
"""
_KEEP = """
    UPDATE allocation SET held_until = NULL WHERE tenant_id = $1 AND appointment_id = $2
"""
_OUTBOX = """
    INSERT INTO outbox (tenant_id, kind, idempotency_key) VALUES ($1, 'booking.confirmed', $2)
"""
