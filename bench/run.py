"""Measure: `make bench`, or `make bench ARGS="search race"` for some parts only."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import counting
import dataset
import delivering
import engine
import feeding
import finding
import killing
import msgspec
import papers
import racing
import refusing
import remembering
import rushing
import scratch
import searching
import uvloop
from creneau_infra import logs
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from creneau_infra.redis.server import EmbeddedRedis
from reporting import keep, machine, measured, table
from seating import last_seats, two_resources
from servers import serving

FOLDER = Path(__file__).parents[1] / ".creneau" / "bench"
PARTS = (
    "search",
    "rush",
    "race",
    "control",
    "kill",
    "deliver",
    "papers",
    "history",
    "persons",
    "lists",
    "feed",
    *engine.PARTS,
)
MOST_OF_BARE_SQL = 2.0
CONFIRM_ROUNDS = 5
"""All with one token: more would meet the interface's own limit."""


def main() -> int:
    """Measure what was asked for; the exit code tells whether what must hold holds."""
    asked = _arguments()
    FOLDER.mkdir(parents=True, exist_ok=True)
    logs.configure("warning", "console")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return 0 if runner.run(_run(asked)) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=(*PARTS, []), help="which parts; all by default"
    )
    parser.add_argument("--samples", type=int, default=1000, help="searches of each kind")
    parser.add_argument("--clients", type=int, default=200, help="clients of a race")
    parser.add_argument("--rounds", type=int, default=20, help="rounds of a race")
    parser.add_argument("--bookings", type=int, default=1000, help="bookings while all fails")
    parser.add_argument("--kills", type=int, default=8, help="how often PostgreSQL is killed")
    parser.add_argument("--rows", type=int, default=1_000_000, help="entries of a history")
    parser.add_argument("--persons", type=int, default=200_000, help="persons of one tenant")
    return parser.parse_args()


async def _run(asked: argparse.Namespace) -> bool:
    parts: list[str] = asked.parts or [*PARTS]
    # Whoever ends us ends the servers that we started, too.
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    results: dict[str, Any] = {"machine": machine()}
    well = True
    if {"search", "race", *engine.ON_THE_DATA} & set(parts):
        well &= await _on_the_large_data(asked, parts, results)
    if "rush" in parts:
        well &= await rushing.run(results)
    if "papers" in parts:
        await papers.run(results)
    for name, measure in _on_their_own().items():
        if name in parts:
            well &= await measure(asked, results)
    if "storm" in parts:
        well &= await engine.storm(results)
    keep(results)
    print("\nWritten to bench/results/latest.json")
    return well


def _on_their_own() -> Mapping[
    str, Callable[[argparse.Namespace, dict[str, Any]], Awaitable[bool]]
]:
    return {
        "control": _control,
        "kill": _kills,
        "history": _history,
        "persons": _persons,
        "lists": _lists,
        "feed": _feed,
        "deliver": _deliver,
        "growth": _growth,
    }


async def _on_the_large_data(
    asked: argparse.Namespace, parts: list[str], results: dict[str, Any]
) -> bool:
    server = EmbeddedPostgres(FOLDER / "main")
    well = True
    print("Data: 200 tenants, 50 agents each, 1.4 million appointments (made once, some minutes)")
    with _redis() as redis_url:
        try:
            address, made = await dataset.prepare(server, FOLDER, asked.clients)
            results["dataset"] = made
            async with serving(FOLDER, address, redis_url) as port:
                if "search" in parts:
                    well &= await _search(asked, address, port, results)
                if "race" in parts:
                    well &= await _races(asked, server, address, port, results)
            well &= await engine.on_the_data(
                parts, engine.Data(FOLDER, address, redis_url), results
            )
        finally:
            server.stop()
    return well


async def _growth(asked: argparse.Namespace, results: dict[str, Any]) -> bool:
    with _redis() as redis_url:
        return await engine.growth(FOLDER, redis_url, results, asked.samples)


async def _search(
    asked: argparse.Namespace, address: PostgresAddress, port: int, results: dict[str, Any]
) -> bool:
    found = await searching.measure(address, port, asked.samples)
    results["search"] = measured(found)
    table(
        f"GET /api/v1/slots, 50 agents, one week ({found.slots} slots, {found.bytes // 1024} kB)",
        ("one client, ms", "p50", "p95", "p99", "mean"),
        [
            (name, one.p50, one.p95, one.p99, one.mean)
            for name, one in (
                ("interface", found.http),
                ("bare SQL", found.sql),
                ("interface, asked again", found.again),
            )
        ]
        + [
            (
                "ratio of the first two",
                found.ratio_p50,
                found.ratio_p95,
                "",
                found.ratio_mean,
            )
        ],
    )
    refused = await refusing.measure(address, port)
    results["refusals"] = measured(refused)
    table(
        "What cannot be searched, refused with a code (slowest of 20)",
        ("request", "code", "ms"),
        [(name, refused.codes[name], slowest) for name, slowest in refused.slowest_ms.items()],
    )
    return found.ratio_p50 <= MOST_OF_BARE_SQL and refused.holds


async def _races(
    asked: argparse.Namespace,
    server: EmbeddedPostgres,
    address: PostgresAddress,
    port: int,
    results: dict[str, Any],
) -> bool:
    logged = server.log_path.stat().st_size
    town = await dataset.last_tenant(address)
    tokens = [dataset.token(dataset.TENANTS, number) for number in range(asked.clients)]
    on = await racing.ground(port, town.host, str(town.motive), _weeks(town), tokens)
    races = [
        await racing.book(on, asked.rounds),
        await racing.hold(on, asked.rounds),
        await racing.move(on, asked.rounds),
        await racing.confirm(on, CONFIRM_ROUNDS),
        await racing.last_seat(on, await last_seats(address, town, asked.rounds)),
        await two_resources(address, town, asked.clients, asked.rounds),
    ]
    for client in on.clients:
        client.close()
    await dataset.clear_away(address, town)
    deadlocks = server.log_path.read_bytes()[logged:].count(b"deadlock detected")
    results["race"] = measured({"races": races, "deadlocks": deadlocks})
    _show_races(f"R-1: one winner in each round; deadlocks in PostgreSQL's log: {deadlocks}", races)
    return all(race.holds and race.p99_ms < 1000 for race in races) and not deadlocks


def _weeks(town: dataset.LargeTown) -> str:
    first = searching.next_week()
    last = first + timedelta(days=27)
    return f"/api/v1/slots?motive={town.motive}&from={first}&to={last}"


def _show_races(title: str, races: list[racing.Race]) -> None:
    table(
        title,
        ("race", "clients", "rounds", "winners", "server errors", "p50 ms", "p99 ms"),
        [
            (
                race.name,
                race.clients,
                race.rounds,
                sum(race.winners),
                race.server_errors,
                race.p50_ms,
                race.p99_ms,
            )
            for race in races
        ],
    )


async def _control(asked: argparse.Namespace, results: dict[str, Any]) -> bool:
    """R-2: without the constraint there is more than one winner, so that R-1 can fail."""
    async with _scratch() as (_server, address, port):
        town = await scratch.found(address, 5, asked.clients)
        await racing.take_guard_out(address)
        path = f"/api/v1/slots?motive={town.motive}&{scratch.window(27)}"
        on = await racing.ground(port, town.host, str(town.motive), path, town.tokens)
        race = await racing.book(on, 5)
        for client in on.clients:
            client.close()
    results["control"] = measured(race)
    _show_races("R-2: the same without the exclusion constraint (more than one winner)", [race])
    return max(race.winners) > 1


async def _kills(asked: argparse.Namespace, results: dict[str, Any]) -> bool:
    async with _scratch() as (server, address, port):
        town = await scratch.found(address, 20, 20)
        found = await killing.kill_again_and_again(server, address, port, town, asked.kills)
    results["kill"] = measured(found)
    shown = msgspec.to_builtins(found)
    table(
        "R-3: PostgreSQL killed under load, programs retry with their keys",
        ("kills", "clients", "acknowledged", "lost", "twice", "overlaps", "unpromised", "retries"),
        [tuple(shown[name] for name in found.__struct_fields__[:-1])],
    )
    print(f"  statuses: {found.statuses}")
    return found.holds


async def _history(asked: argparse.Namespace, results: dict[str, Any]) -> bool:
    async with _scratch() as (_server, address, port):
        found = await remembering.measure(address, port, asked.rows)
    results["history"] = measured(found)
    remembering.show(found)
    return found.holds


async def _persons(asked: argparse.Namespace, results: dict[str, Any]) -> bool:
    async with _scratch() as (_server, address, _port):
        found = await finding.measure(address, asked.persons, min(asked.samples, 200))
    results["persons"] = measured(found)
    finding.show(found)
    return found.holds


async def _lists(_asked: argparse.Namespace, results: dict[str, Any]) -> bool:
    """Measure a year's list, statistics and exports (C-68, C-69)."""
    async with _scratch() as (_server, address, port):
        found = await counting.measure(address, port)
    results["lists"] = measured(found)
    counting.show(found)
    return found.holds


async def _feed(_asked: argparse.Namespace, results: dict[str, Any]) -> bool:
    """Measure the open feed of a network of digital advisers (D-09)."""
    with tempfile.TemporaryDirectory(prefix="creneau-bench-") as name, _redis() as redis_url:
        folder = _entered_by_servers(name)
        server = EmbeddedPostgres(folder)
        try:
            address = server.start()
            found = await feeding.measure(address, lambda: serving(folder, address, redis_url))
        finally:
            server.stop()
    results["feed"] = measured(found)
    feeding.show(found)
    return found.holds


async def _deliver(asked: argparse.Namespace, results: dict[str, Any]) -> bool:
    with tempfile.TemporaryDirectory(prefix="creneau-bench-") as name:
        found = await delivering.measure(_entered_by_servers(name), asked.bookings)
    results["deliver"] = measured(found)
    table(
        "Mails in quiet times, from the commit to the server's word",
        ("Redis", "messages", "a second", "delay p50 ms", "p95 ms"),
        [
            (one.redis, one.messages, one.messages_per_second, one.delay_p50_ms, one.delay_p95_ms)
            for one in found.quiet
        ],
    )
    shown = msgspec.to_builtins(found.troubled)
    names = found.troubled.__struct_fields__[:-1]
    table(
        "R-4: Redis, the worker and the mail server fail while people book",
        [name.replace("_", " ") for name in names],
        [tuple(shown[name] for name in names)],
    )
    print(f"  troubles: {found.troubled.troubles}")
    return found.troubled.holds


@asynccontextmanager
async def _scratch() -> AsyncGenerator[tuple[EmbeddedPostgres, PostgresAddress, int], None]:
    with tempfile.TemporaryDirectory(prefix="creneau-bench-") as name, _redis() as redis_url:
        folder = _entered_by_servers(name)
        server = EmbeddedPostgres(folder)
        try:
            address = server.start()
            async with serving(folder, address, redis_url) as port:
                yield server, address, port
        finally:
            server.stop()


def _entered_by_servers(name: str) -> Path:
    """Open a folder to the servers' own user."""
    folder = Path(name)
    folder.chmod(0o755)
    return folder


@contextmanager
def _redis() -> Generator[str | None, None, None]:
    server = EmbeddedRedis(FOLDER)
    try:
        yield server.start()
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
