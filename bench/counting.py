"""A year of 500,000 appointments: its list, its statistics, and all of it as a file."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

import msgspec
import scratch
from creneau.appointments.listing import service as listing
from creneau.appointments.listing.schemas import Line, Wanted, Within
from creneau.context import acting_for
from creneau.statistics import service as statistics
from creneau.statistics.schemas import Question
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.migrations import migrate
from creneau_infra.sheets.writing import FORMATS
from creneau_web.backoffice.appointments import HOME as LIST
from creneau_web.backoffice.statistics import HOME as STATISTICS
from creneau_web.lists import BATCH, Export, Sink
from creneau_web.lists.exporting import prepared
from creneau_web.migrations import migration_apps
from http_client import Client
from remembering import administrator, cost
from reporting import table
from year import APPOINTMENTS, year

ASKED = 15
WARM_UP = 3
LINES = 100_000
MOST_MS = 1000
MOST_MIB = 60


class Page(msgspec.Struct, frozen=True):
    """A page, and its statements alone; milliseconds (p50)."""

    name: str
    page_ms: float
    floor_ms: float


class Written(msgspec.Struct, frozen=True):
    """An export of 100,000 lines: how long, and by how much it raised the memory of the process."""

    format: str
    seconds: float
    memory_mib: float
    file_mib: float


class Counting(msgspec.Struct, frozen=True):
    """What lists, statistics and exports cost."""

    appointments: int
    first_count_seconds: float
    pages: list[Page]
    exports: list[Written]

    @property
    def holds(self) -> bool:
        """Tell whether a year's figures are there within a second, and exports keep memory flat."""
        figures = [one for one in self.pages if one.name.startswith("statistics")]
        return all(one.page_ms < MOST_MS for one in figures) and all(
            one.memory_mib < MOST_MIB for one in self.exports
        )


async def measure(address: PostgresAddress, port: int) -> Counting:
    """Make the year, ask for its pages as an administrator does, and take it away in each format."""
    await migrate(address.owner_url, migration_apps())
    made = await year(address)
    async with scratch.connected(address):
        with acting_for(made.tenant):
            secret = await administrator()
            started = time.perf_counter()
            await statistics.refresh()
            first = round(time.perf_counter() - started, 1)
            client = Client(port, f"{made.tenant.slug}.localhost", "")
            client.enter(f"{made.tenant.slug}.localhost", secret)
            pages = [await _page(client, *one) for one in _pages(str(made.agent))]
            client.close()
            exports = [await _written(one) for one in FORMATS]
    return Counting(APPOINTMENTS, first, pages, exports)


def show(found: Counting) -> None:
    """Print what was measured."""
    table(
        f"A year of {found.appointments} appointments (counted the first time in {found.first_count_seconds} s)",
        ("page", "p50 ms", "its statements, ms"),
        [(one.name, one.page_ms, one.floor_ms) for one in found.pages],
    )
    table(
        f"{LINES} lines as a file",
        ("format", "seconds", "memory MiB", "file MiB"),
        [(one.format, one.seconds, one.memory_mib, one.file_mib) for one in found.exports],
    )


def _pages(agent: str) -> list[tuple[str, str, Callable[[], Awaitable[object]]]]:
    everything = Within(everything=True)
    all_of_it = Wanted(within=everything)
    today = datetime.now(UTC).date()
    since, to = today - timedelta(days=182), today + timedelta(days=182)
    question = Question(within=everything, since=since, to=to)

    def listed(wanted: Wanted, page: int = 1) -> Callable[[], Awaitable[object]]:
        return lambda: listing.listed(wanted, APPOINTMENTS, page, 50)

    return [
        ("list, all of it", f"{LIST}?tout=oui", listed(all_of_it)),
        ("list, page 5,000", f"{LIST}?page=5000", listed(all_of_it, 5000)),
        (
            "list, to fill in",
            f"{LIST}?statut=to_fill",
            listed(msgspec.structs.replace(all_of_it, standing="to_fill")),
        ),
        (
            "list, by person",
            f"{LIST}?tri=usager",
            listed(msgspec.structs.replace(all_of_it, sort="person", descending=False)),
        ),
        (
            "list, of one agent",
            f"{LIST}?agent={agent}",
            listed(Wanted(within=everything, agent_id=UUID(agent))),
        ),
        (
            "statistics, a year",
            f"{STATISTICS}?du={since}&au={to}",
            lambda: statistics.statistics(question),
        ),
    ]


async def _page(
    client: Client, name: str, path: str, floor: Callable[[], Awaitable[object]]
) -> Page:
    times: list[float] = []
    alone: list[float] = []
    for _ in range(WARM_UP + ASKED):
        started = time.perf_counter()
        answer = await client.get(path)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status == 200, (path, answer.status)
        started = time.perf_counter()
        await floor()
        alone.append((time.perf_counter() - started) * 1000)
    return Page(name, round(median(times[WARM_UP:]), 1), round(median(alone[WARM_UP:]), 1))


async def _written(wanted: Any) -> Written:
    since = datetime.now(UTC) - timedelta(days=45)
    asked = Wanted(within=Within(everything=True), since=since, to=since + timedelta(days=73))

    async def feed(sink: Sink) -> None:
        async def rows(lines: Sequence[Line]) -> None:
            await sink(lines)

        await listing.each(asked, rows, BATCH)

    export = Export(
        name="bench",
        title="Bench",
        heads=("Début", "Nom", "Motif", "Lieu", "Téléphone"),
        row_of=_cells,
        total=LINES,
        feed=feed,
    )
    (file, lines), spent = await cost(LINES, lambda: prepared(export, wanted))
    with file:
        size = file.seek(0, 2) / 2**20
    assert lines > LINES * 0.9, lines
    return Written(wanted, spent.seconds, spent.memory_mib, round(size, 1))


def _cells(line: Line) -> Sequence[Any]:
    return [
        line.starts_at.replace(tzinfo=None),
        f"{line.first_name} {line.last_name}",
        line.motive_name,
        line.place_name,
        line.phone,
    ]
