"""The parts of `make bench` that measure the booking engine: each prints, keeps, and judges."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import claiming
import dataset
import endurance
import many
import msgspec
import noisy
import ranges
import searching
import storming
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from reporting import table
from searching import Latency
from servers import Served, served

ON_THE_DATA = ("many", "ranges", "claims", "memory", "quota")
PARTS = (*ON_THE_DATA, "growth", "storm")
FEW_TENANTS, MANY_TENANTS, TURNS = 20, 2_000, 3
LEAST_RATE, LEAST_CLAIMS, MOST_MS, MOST_GROWTH = 0.6, 0.3, 50, 1.2
OPERATIONS = 10_000
HEAD = ("p50", "p95", "p99", "mean")


class Data(NamedTuple):
    """What is measured on: where it lies, how it is reached, how many tenants there are."""

    folder: Path
    address: PostgresAddress
    redis_url: str | None
    tenants: int = dataset.TENANTS


async def on_the_data(parts: Sequence[str], data: Data, results: dict[str, Any]) -> bool:
    """Measure what is asked for on the large data; False where something misses its mark."""
    folder, address, redis_url, tenants = data
    well = True
    async with AsyncExitStack() as stack:
        # As many web processes as processors, as an operator would run.
        servers = [
            await stack.enter_async_context(served(folder, address, redis_url))
            for _ in range(min(2, os.cpu_count() or 1))
        ]
        if "many" in parts:
            well &= await _many(address, servers, results)
        if "claims" in parts:
            well &= await _claims(address, servers, results, tenants)
    if "ranges" in parts:
        well &= await _ranges(address, results)
    if "memory" in parts:
        async with served(folder, address, redis_url) as server:
            results["memory"] = kept = await endurance.measure(address, server)
            well &= kept.holds
        table(
            f"Memory of a web process over {kept.requests} requests (MiB, resident)",
            ("first", "at the half", "last", "most", "rise in the last half"),
            [(kept.first, kept.half, kept.last, kept.most, f"{kept.rise:.1%}")],
        )
    if "quota" in parts:
        async with served(folder, address, redis_url, share=None) as server:
            well &= await _quota(address, server, results, tenants)
    return well


async def _many(
    address: PostgresAddress, servers: Sequence[Served], results: dict[str, Any]
) -> bool:
    results["many"] = found = await many.measure(address, servers)
    table(
        f"The same search, {found.clients} clients (rate: {found.ratio_per_second} of bare SQL;"
        f" the web processes work {found.cpu_ms} ms for each)",
        ("ms", *HEAD, "a second"),
        [
            ("interface", *_row(found.http), found.http_per_second),
            ("bare SQL", *_row(found.sql), found.sql_per_second),
        ],
    )
    return found.ratio_per_second >= LEAST_RATE


async def _claims(
    address: PostgresAddress, servers: Sequence[Served], results: dict[str, Any], tenants: int
) -> bool:
    town = await dataset.last_tenant(address, tenants)
    results["claims"] = found = await claiming.measure(address, servers, town, tenants)
    table(
        f"Hold + confirm, {found.clients} clients (rate: {found.ratio_per_second} of bare SQL;"
        f" the web processes work {found.cpu_ms} ms for each)",
        ("ms", *HEAD, "pairs a second"),
        [
            ("interface", *_row(found.http), found.http_per_second),
            ("bare SQL", *_row(found.sql), found.sql_per_second),
        ],
    )
    return found.ratio_per_second >= LEAST_CLAIMS


async def _ranges(address: PostgresAddress, results: dict[str, Any]) -> bool:
    results["ranges"] = found = await ranges.measure(address)
    table(
        f"Long searches in the service ({found.places} places over 6 months; to note what is full"
        f" takes {found.noting_ms} ms)",
        ("ms", *HEAD, "found"),
        [
            ("next available, lightly booked", *_row(found.light), found.light_found),
            ("next available, solid for months", *_row(found.solid), found.solid_found),
            ("the same, not noted yet", *_row(found.not_noted), found.solid_found),
            ("a month of one agent, every 15 min", *_row(found.month), found.month_slots),
            (f"a year of one agent, {found.year_calls} calls", *_row(found.year), found.year_slots),
        ],
    )
    return max(found.light.p50, found.solid.p50) <= MOST_MS


async def _quota(
    address: PostgresAddress, server: Served, results: dict[str, Any], tenants: int
) -> bool:
    results["quota"] = found = await noisy.measure(address, server, tenants)
    table(
        f"R-9: another tenant asks {found.loud_per_second} times a second, ten times its share"
        f" ({found.loud_statuses}); p95 rises by {found.rise_p95:.1%}"
        f" (median of its stretches, each beside its neighbours: {found.median_rise:.1%});"
        f" a refusal costs the web process at most {found.refusal_ms} ms",
        ("the quiet tenant's searches, ms", *HEAD),
        [
            ("before", *_row(found.before)),
            ("during", *_row(found.during)),
            ("after", *_row(found.after)),
        ],
    )
    return found.holds


def _row(latency: Latency) -> tuple[float, ...]:
    return latency.p50, latency.p95, latency.p99, latency.mean


async def growth(
    folder: Path, redis_url: str | None, results: dict[str, Any], samples: int
) -> bool:
    """Measure with few tenants and with a hundred times as many, all of the same size.

    In turn, several times, and the quickest p50 of each counts: a busy machine is so to both.
    """
    few: list[Any] = []
    many: list[Any] = []
    for _ in range(TURNS):
        few.append(await _with(FEW_TENANTS, folder / "few", redis_url, samples // TURNS))
        many.append(await _with(MANY_TENANTS, folder / "great", redis_url, samples // TURNS))
    results["growth"] = {"few": few, "many": many}
    rows = _compared(msgspec.to_builtins(few), msgspec.to_builtins(many))
    table(
        f"Growth: p50 (ms) with {FEW_TENANTS} tenants, and with {MANY_TENANTS}",
        ("what", "few", "many", "times"),
        rows,
    )
    return all(row[3] <= MOST_GROWTH for row in rows)


async def _with(tenants: int, folder: Path, redis_url: str | None, samples: int) -> dict[str, Any]:
    """Measure with so many tenants; their data are made where there are none yet."""
    print(f"\nData: {dataset.shape_of(tenants)} (made once)")
    server = EmbeddedPostgres(_made(folder) / "main")
    found: dict[str, Any] = {}
    try:
        address, found["dataset"] = await dataset.prepare(server, folder, claiming.TOKENS, tenants)
        async with served(folder, address, redis_url) as web:
            found["search"] = await searching.measure(address, web.port, samples)
        await on_the_data(
            ("many", "ranges", "claims"), Data(folder, address, redis_url, tenants), found
        )
    finally:
        server.stop()
    return found


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _compared(few: list[Any], many: list[Any]) -> list[tuple[str, float, float, float]]:
    paths = [
        ("search", "http"), ("many", "http"), ("claims", "http"),
        ("ranges", "light"), ("ranges", "solid"), ("ranges", "month"), ("ranges", "year"),
    ]  # fmt: skip
    rows: list[tuple[str, float, float, float]] = []
    for part, way in paths:
        one, other = (min(turn[part][way]["p50"] for turn in side) for side in (few, many))
        rows.append((f"{part}, {way}", one, other, round(other / one, 2)))
    return rows


async def storm(results: dict[str, Any]) -> bool:
    """R-5, in full numbers, in a database of its own."""
    with tempfile.TemporaryDirectory(prefix="creneau-bench-") as name:
        server = EmbeddedPostgres(_entered_by_servers(name))
        try:
            found = await storming.storm(server.start(), OPERATIONS)
        finally:
            server.stop()
        deadlocks = server.log_path.read_bytes().count(b"deadlock detected")
    results["storm"] = found = msgspec.structs.replace(found, deadlocks=deadlocks)
    broken = msgspec.to_builtins(found.broken)
    table(
        f"R-5: {found.operations} operations by {found.clients} clients in {found.seconds} s,"
        f" all rules checked {found.checks} times: how often each was broken",
        (*broken, "deadlocks"),
        [(*broken.values(), deadlocks)],
    )
    return found.holds


def _entered_by_servers(name: str) -> Path:
    """Open a folder to the servers' own user."""
    folder = Path(name)
    folder.chmod(0o755)
    return folder
