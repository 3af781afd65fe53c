"""Searches over long times: the first slot of 155 places, a month and a year of one agent."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
from creneau.availability import service as availability
from creneau.availability.gaps.service import note_gaps
from creneau.availability.schemas import SlotQuery
from creneau.availability.service import LONGEST_SEARCH
from creneau.context import acting_for
from creneau_infra.postgres.embedded import PostgresAddress
from scratch import connected
from searching import Latency, latency
from wide import Wide, wide

ROUNDS = 60
YEAR = timedelta(days=365)


class Ranges(msgspec.Struct, frozen=True):
    """Milliseconds in the service, without HTTP; the numbers of what was found.

    `not_noted` is `solid` before the worker has noted what is full, which takes it `noting_ms`.
    """

    places: int
    light: Latency
    light_found: int
    solid: Latency
    solid_found: int
    not_noted: Latency
    noting_ms: float
    month: Latency
    month_slots: int
    year: Latency
    year_slots: int
    year_calls: int


async def measure(address: PostgresAddress, rounds: int = ROUNDS) -> Ranges:
    """Ask for each in turn, past the cache of searches: each question differs by a millisecond."""
    town = await wide(address)
    await _quarter_hours(address, town)
    async with connected(address):
        with acting_for(town.tenant):
            light, light_found = await _timed(lambda n: _next(town, town.light, n), rounds)
            await _forget_gaps(address, town)
            not_noted, _ = await _timed(lambda n: _next(town, town.solid, n), rounds // 3)
            noting = time.perf_counter()
            await note_gaps()
            noting = time.perf_counter() - noting
            await _vacuum(address)
            solid, solid_found = await _timed(lambda n: _next(town, town.solid, n), rounds)
            month, month_slots = await _timed(lambda n: _span(town, timedelta(days=31), n), rounds)
            year, year_slots = await _timed(lambda n: _span(town, YEAR, n), rounds // 3)
    return Ranges(
        places=len(town.places),
        light=light,
        light_found=light_found,
        solid=solid,
        solid_found=solid_found,
        not_noted=not_noted,
        noting_ms=round(1000 * noting, 1),
        month=month,
        month_slots=month_slots,
        year=year,
        year_slots=year_slots,
        year_calls=-(-YEAR // LONGEST_SEARCH),
    )


async def _timed(ask: Callable[[int], Awaitable[int]], rounds: int) -> tuple[Latency, int]:
    times: list[float] = []
    found = 0
    for number in range(rounds + 3):
        started = time.perf_counter()
        found = await ask(number)
        times.append(time.perf_counter() - started)
    return latency(times[3:]), found


async def _next(town: Wide, motive: Any, number: int) -> int:
    begin = datetime.now(UTC) + timedelta(milliseconds=number)
    found = await availability.next_available(motive, town.places, starts_from=begin)
    return len(found)


async def _span(town: Wide, length: timedelta, number: int) -> int:
    """Search one agent's time, in calls of 62 days at most."""
    begin = _midnight(datetime.now(UTC).date() + timedelta(days=1))
    begin += timedelta(milliseconds=number)
    end, found = begin + length, 0
    while begin < end:
        until = min(begin + LONGEST_SEARCH, end)
        query = SlotQuery(
            motive_id=town.quarters,
            starts_from=begin,
            starts_before=until,
            resource_ids=(town.agent,),
        )
        found += len(await availability.find_slots(query))
        begin = until
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock(), ZoneInfo("Europe/Paris")).astimezone(UTC)


async def _forget_gaps(address: PostgresAddress, town: Wide) -> None:
    """Take out what was noted, as it is after a day on which all was booked."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        sql = "UPDATE opening_occurrence SET longest_gap = NULL WHERE tenant_id = $1"
        await connection.execute(sql, town.tenant.id)
    finally:
        await connection.close()
    await _vacuum(address)


async def _vacuum(address: PostgresAddress) -> None:
    """Do what autovacuum does within minutes of so many changes."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        await connection.execute("VACUUM opening_occurrence")
    finally:
        await connection.close()


async def _quarter_hours(address: PostgresAddress, town: Wide) -> None:
    """Make sure that the data are there for a grid of a quarter of an hour."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        step = await connection.fetchval(
            "SELECT step_minutes FROM motive WHERE id = $1", town.quarters
        )
    finally:
        await connection.close()
    assert step == 15, step
