"""A year of 500,000 appointments: its list, its statistics, and all of it as a file."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import scratch
from creneau.appointments.listing import service as listing
from creneau.appointments.listing.schemas import Line, Sort, Wanted, Within
from creneau.context import acting_for
from creneau.database import tenant_transaction
from creneau.plugins import installed
from creneau.statistics import service as statistics
from creneau.statistics.schemas import Question
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.migrations import migrate
from creneau_infra.sheets.writing import FORMATS, Format
from creneau_web.backoffice.appointments import HOME as LIST
from creneau_web.backoffice.statistics import HOME as STATISTICS
from creneau_web.lists import BATCH, Export, Sink
from creneau_web.lists.exporting import prepared
from creneau_web.migrations import migration_apps
from http_client import Client
from remembering import administrator, cost
from reporting import table
from year import APPOINTMENTS, Year, year

# Pages that are furthest from both ends. Where they are found by what is counted, their statements alone are
# those of the whole sorted at once.
MIDDLES: tuple[tuple[str, str, Sort], ...] = (
    ("motive", "motif", "motive"),
    ("service", "service", "service"),
    ("place", "lieu", "place"),
    ("agents", "agents", "agents"),
    ("status", "statut", "status"),
    ("person", "usager", "person"),
    ("when it was booked", "pris", "booked"),
)
ASKED = 15
LEAST = 3
PATIENCE = 3.0
"""Seconds for a page, and for its statements: what is slow is asked for less often, but `LEAST` times."""

WARM_UP = 3
PIECES = 12
LINES = 100_000
MOST_MS = 1000
MOST_MIB = 60


class Timed(msgspec.Struct, frozen=True):
    """How long something takes (p50, milliseconds), and of how many times that is."""

    ms: float
    times: int


class Page(msgspec.Struct, frozen=True):
    """A page, and its statements alone, each asked for in turn."""

    name: str
    page: Timed
    floor: Timed


class Written(msgspec.Struct, frozen=True):
    """An export of 100,000 lines: how long, and the memory of the process before, at most and after."""

    format: str
    seconds: float
    before_mib: float
    peak_mib: float
    after_mib: float
    file_mib: float

    @property
    def raised_mib(self) -> float:
        """Give by how much it raised the memory."""
        return self.peak_mib - self.before_mib


class Counting(msgspec.Struct, frozen=True):
    """What lists, statistics and exports cost."""

    appointments: int
    first_reader_ms: float
    first_count_seconds: float
    first_fill_seconds: float
    pages: list[Page]
    exports: list[Written]

    @property
    def holds(self) -> bool:
        """Tell whether a year's figures are there within a second, and exports keep memory flat."""
        figures = [one for one in self.pages if one.name.startswith("statistics")]
        return all(one.page.ms < MOST_MS for one in figures) and all(
            one.raised_mib < MOST_MIB for one in self.exports
        )


async def measure(address: PostgresAddress, port: int) -> Counting:
    """Make the year, ask for its pages as an administrator does, and take it away in each format."""
    await migrate(address.owner_url, migration_apps())
    made = await year(address)
    async with scratch.connected(address):
        with acting_for(made.tenant):
            secret = await administrator()
            first_reader = await _first_reader()
            started = time.perf_counter()
            await statistics.refresh()
            first = round(time.perf_counter() - started, 1)
            filled = await _filled()
            client = Client(port, f"{made.tenant.slug}.localhost", "")
            client.enter(f"{made.tenant.slug}.localhost", secret)
            pages = [await _page(client, *one) for one in _pages(made)]
            client.close()
            asked = await _hundred_thousand()
            exports = [await _written(one, asked) for one in FORMATS]
    return Counting(APPOINTMENTS, first_reader, first, filled, pages, exports)


def show(found: Counting) -> None:
    """Print what was measured."""
    table(
        f"A year of {found.appointments} appointments (counted the first time in {found.first_count_seconds} s;"
        f" whoever reads before that waits {found.first_reader_ms} ms; a vertical's own kept figures are filled in"
        f" in {found.first_fill_seconds} s)",
        ("page", "p50 ms", "of", "its statements, ms", "of"),
        [
            (one.name, one.page.ms, one.page.times, one.floor.ms, one.floor.times)
            for one in found.pages
        ],
    )
    table(
        f"{LINES} lines as a file",
        ("format", "seconds", "before MiB", "peak MiB", "after MiB", "file MiB"),
        [
            (one.format, one.seconds, one.before_mib, one.peak_mib, one.after_mib, one.file_mib)
            for one in found.exports
        ],
    )


async def _filled() -> float:
    """Have the worker's own way fill in what verticals keep (S-10), and tell how many seconds that took."""
    started = time.perf_counter()
    for _name, work in installed().daily_work():
        if work.code == "social.figures":
            # One piece of work ends in time, and the next goes on where it was left off.
            for _ in range(PIECES):
                await work.do()
    return round(time.perf_counter() - started, 1)


async def _first_reader() -> float:
    """Ask for the figures of a year before any is counted: they are said to be incomplete."""
    today = datetime.now(UTC).date()
    year_long = timedelta(days=182)
    asked = Question(within=Within(everything=True), since=today - year_long, to=today + year_long)
    started = time.perf_counter()
    found = await statistics.statistics(asked)
    assert not found.complete
    return round((time.perf_counter() - started) * 1000, 1)


def _pages(made: Year) -> list[tuple[str, str, Callable[[], Awaitable[object]]]]:
    everything = Within(everything=True)
    all_of_it = Wanted(within=everything)
    today = datetime.now(UTC).date()
    since, to = today - timedelta(days=182), today + timedelta(days=182)
    question = Question(within=everything, since=since, to=to)
    of_service = msgspec.structs.replace(question, service_id=made.service)

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
            f"{LIST}?agent={made.agent}",
            listed(Wanted(within=everything, agent_id=made.agent)),
        ),
        (
            "list, by agents",
            f"{LIST}?tri=agents",
            listed(msgspec.structs.replace(all_of_it, sort="agents", descending=False)),
        ),
        (
            "list, by motive, the last first",
            f"{LIST}?tri=-motif",
            listed(msgspec.structs.replace(all_of_it, sort="motive")),
        ),
        *(_in_the_middle(*one) for one in MIDDLES),
        (
            "list, of one service",
            f"{LIST}?service={made.service}",
            listed(Wanted(within=everything, service_id=made.service)),
        ),
        (
            "statistics, a year, with follow-ups of the territory",
            f"{STATISTICS}?du={since}&au={to}",
            lambda: statistics.statistics(question),
        ),
        (
            "statistics, a year of one service",
            f"{STATISTICS}?du={since}&au={to}&service={made.service}",
            lambda: statistics.statistics(of_service),
        ),
    ]


def _in_the_middle(
    name: str, column: str, sort: Sort
) -> tuple[str, str, Callable[[], Awaitable[object]]]:
    """Ask for the page furthest from both ends; its statements know nothing of what is counted."""
    wanted = Wanted(within=Within(everything=True), sort=sort, descending=False)
    middle = APPOINTMENTS // 50 // 2
    return (
        f"list, by {name}, page {middle:,}",
        f"{LIST}?tri={column}&page={middle}",
        lambda: listing.listed(wanted, APPOINTMENTS, middle, 50),
    )


async def _page(
    client: Client, name: str, path: str, floor: Callable[[], Awaitable[object]]
) -> Page:
    async def page() -> None:
        answer = await client.get(path)
        assert answer.status == 200, (path, answer.status)

    asked, alone = _Times(page), _Times(floor)
    while asked.wanted or alone.wanted:
        for one in (asked, alone):
            if one.wanted:
                await one.take()
    return Page(name, asked.timed, alone.timed)


class _Times:
    """How long each time took; the first ones warm up, one alone of what is slow."""

    def __init__(self, work: Callable[[], Awaitable[object]]) -> None:
        self._work = work
        self._taken: list[float] = []

    @property
    def wanted(self) -> bool:
        slow = sum(self._taken) > PATIENCE
        return len(self._taken) < (1 + LEAST if slow else WARM_UP + ASKED)

    async def take(self) -> None:
        started = time.perf_counter()
        await self._work()
        self._taken.append(time.perf_counter() - started)

    @property
    def timed(self) -> Timed:
        warm = self._taken[min(WARM_UP, len(self._taken) - LEAST) :]
        return Timed(round(median(warm) * 1000, 1), len(warm))


async def _hundred_thousand() -> Wanted:
    """Ask for the first 100,000 appointments, whenever they are."""
    async with tenant_transaction() as tx:
        to = await tx.value(
            "SELECT starts_at FROM appointment WHERE tenant_id = $1 ORDER BY starts_at LIMIT 1 OFFSET $2",
            tx.tenant_id,
            LINES,
        )
    return Wanted(within=Within(everything=True), to=to)


async def _written(wanted: Format, asked: Wanted) -> Written:
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
    before = _memory("VmRSS")
    (file, lines), spent = await cost(LINES, lambda: prepared(export, wanted))
    peak = _memory("VmHWM")
    with file:
        size = file.seek(0, 2) / 2**20
    # Appointments that begin at the same moment as the last one are in or out together.
    assert LINES * 0.99 < lines <= LINES, lines
    return Written(wanted, spent.seconds, before, peak, _memory("VmRSS"), round(size, 1))


def _memory(mark: str) -> float:
    """Read a mark of this process's memory, in MiB."""
    found = re.search(rf"{mark}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return round(int(found[1]) / 1024, 1)


def _cells(line: Line) -> Sequence[Any]:
    return [
        line.starts_at.replace(tzinfo=None),
        f"{line.first_name} {line.last_name}",
        line.motive_name,
        line.place_name,
        line.phone,
    ]
