"""What must hold after any operations (R-5), found by asking the rows and by counting minutes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import msgspec
from creneau.availability.schemas import SlotQuery
from creneau.availability.service import find_slots, next_available
from creneau.database import Transaction, tenant_transaction

CELL_SECONDS = 300


class Town(Protocol):
    """What the check knows of the town: when its agents are there, and when they are not."""

    @property
    def place(self) -> UUID: ...
    @property
    def agents(self) -> list[UUID]: ...
    @property
    def opened(self) -> list[tuple[datetime, datetime]]: ...
    @property
    def absences(self) -> list[tuple[UUID, datetime, datetime]]: ...


class Cut(NamedTuple):
    """How a motive is cut, in cells of five minutes; `needs` agents at once."""

    motive: UUID
    duration: int
    step: int
    before: int = 0
    after: int = 0
    needs: int = 1


class Found(msgspec.Struct, frozen=True):
    """How often each rule was broken; `cells` counts five minutes of an agent."""

    overlaps: int = 0
    orphans: int = 0
    without_time: int = 0
    over_capacity: int = 0
    promises_broken: int = 0
    slots_wrong: int = 0
    cells_wrong: int = 0
    gaps_wrong: int = 0
    firsts_wrong: int = 0

    @property
    def holds(self) -> bool:
        """Nothing was broken."""
        return not any(msgspec.structs.astuple(self))

    def plus(self, other: "Found") -> "Found":
        """Add what another check found."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Found(*(one + two for one, two in pairs))


async def check(
    town: Town,
    ways: Sequence[tuple[UUID, int, int, int, int, int]],
    promised: Mapping[UUID, Any],
    now: datetime,
) -> Found:
    """Look at everything while nobody acts; the first cut is the one of single cells."""
    cuts = [Cut(*way) for way in ways]
    async with tenant_transaction() as tx:
        found = Found(
            overlaps=await tx.value(_OVERLAPS, tx.tenant_id),
            orphans=await tx.value(_ORPHANS, tx.tenant_id),
            without_time=await tx.value(_WITHOUT_TIME, tx.tenant_id),
            over_capacity=await tx.value(_OVER_CAPACITY, tx.tenant_id),
            promises_broken=await _promises_broken(tx, promised),
            gaps_wrong=await tx.value(_GAPS_TOO_SHORT, tx.tenant_id),
        )
        taken = await _taken(tx, town, now)
    opened = _opened(town)
    wrong = [await _slots_wrong(town, cut, opened, taken) for cut in cuts]
    free = await _free_cells(town, cuts[0])
    inside = {(agent, cell) for agent in town.agents for cell in taken[agent] & opened}
    cells = len(town.agents) * len(opened) - len(free) - len(inside)
    firsts = [await _first_wrong(town, cut) for cut in cuts]
    return msgspec.structs.replace(
        found,
        slots_wrong=sum(wrong),
        cells_wrong=abs(cells) + len(free & inside),
        firsts_wrong=sum(firsts),
    )


_OVERLAPS = """
    SELECT count(*) FROM allocation a
    JOIN allocation b ON b.tenant_id = a.tenant_id AND b.resource_id = a.resource_id AND b.id > a.id
        AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at AND b.active AND b.exclusive
    WHERE a.tenant_id = $1 AND a.active AND a.exclusive
"""

# Time that is held or taken for nobody: without a living seat, or held other than its seat is.
_ORPHANS = """
    SELECT count(*) FROM allocation l
    JOIN appointment a ON a.tenant_id = l.tenant_id AND a.id = l.appointment_id
    LEFT JOIN booking b ON b.tenant_id = l.tenant_id AND b.appointment_id = a.id AND b.active
    WHERE l.tenant_id = $1 AND l.active AND (
        a.state <> 'scheduled'
        OR (NOT a.group_session AND (b.id IS NULL
            OR l.held_until IS DISTINCT FROM (CASE WHEN b.state = 'held' THEN b.held_until END)))
        OR (a.group_session AND l.held_until IS NOT NULL))
"""

# A living seat outside of sessions has all the time that its motive needs, buffers included.
_WITHOUT_TIME = """
    SELECT count(*) FROM booking b
    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    WHERE b.tenant_id = $1 AND b.active AND NOT a.group_session AND (
        SELECT count(DISTINCT l.resource_id) FROM allocation l
        WHERE l.tenant_id = b.tenant_id AND l.appointment_id = a.id AND l.active
            AND l.starts_at = a.starts_at - make_interval(mins => m.buffer_before_minutes)
            AND l.ends_at = a.ends_at + make_interval(mins => m.buffer_after_minutes)
    ) < COALESCE((SELECT sum(value::integer) FROM jsonb_each_text(m.requires)), 1)
"""

_OVER_CAPACITY = """
    SELECT count(*) FROM (
        SELECT a.id FROM appointment a
        JOIN booking b ON b.tenant_id = a.tenant_id AND b.appointment_id = a.id AND b.active
        WHERE a.tenant_id = $1
        GROUP BY a.id, a.capacity
        HAVING count(*) > a.capacity OR max(b.seat) > a.capacity OR count(DISTINCT b.seat) < count(*)
    ) full_ones
"""

# What is noted of an opening may never be less than what bookings leave free, unless it is said
# that time was freed. Holds do not count: they may end at any moment, without a write.
_GAPS_TOO_SHORT = """
    SELECT count(*) FROM opening_occurrence o
    WHERE o.tenant_id = $1 AND o.longest_gap < (
        SELECT COALESCE(max(upper(gap) - lower(gap)), interval '0')
        FROM (
            SELECT COALESCE(range_agg(l.period), '{}') AS periods FROM allocation l
            WHERE l.tenant_id = o.tenant_id AND l.resource_id = o.resource_id AND l.active
                AND l.held_until IS NULL AND l.period && o.period
        ) taken, unnest(tstzmultirange(o.period) - taken.periods) AS gap
    ) AND NOT EXISTS (
        SELECT FROM freed_time f
        WHERE f.tenant_id = o.tenant_id AND f.resource_id = o.resource_id
            AND tstzrange(f.starts_at, f.ends_at) && o.period
    )
"""


async def _promises_broken(tx: Transaction, promised: Mapping[UUID, Any]) -> int:
    rows = await tx.rows(
        """
        SELECT b.id, b.state, a.starts_at FROM booking b
        JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
        WHERE b.tenant_id = $1 AND b.id = ANY ($2::uuid[])
        """,
        tx.tenant_id,
        list(promised),
    )
    kept = {row["id"]: (row["state"], row["starts_at"]) for row in rows}
    return sum(
        kept.get(name) != (said.state, said.starts_at.astimezone(UTC))
        for name, said in promised.items()
    )


async def _taken(tx: Transaction, town: Town, now: datetime) -> dict[UUID, set[int]]:
    """Count the cells in which each agent is not free, for whatever reason."""
    rows = await tx.rows(
        """
        SELECT resource_id, starts_at, ends_at FROM allocation
        WHERE tenant_id = $1 AND active AND (held_until IS NULL OR held_until > $2)
        """,
        tx.tenant_id,
        now,
    )
    taken: defaultdict[UUID, set[int]] = defaultdict(set)
    for agent, start, end in (*map(tuple, rows), *town.absences):
        taken[agent] |= set(_cells(start, end))
    return taken


def _cells(start: datetime, end: datetime) -> range:
    return range(int(start.timestamp()) // CELL_SECONDS, int(end.timestamp()) // CELL_SECONDS)


def _opened(town: Town) -> set[int]:
    return {cell for start, end in town.opened for cell in _cells(start, end)}


async def _slots_wrong(
    town: Town, cut: Cut, opened: set[int], taken: Mapping[UUID, set[int]]
) -> int:
    """Compare a search with asking every start of every agent, five minutes by five minutes."""
    expected: defaultdict[int, set[UUID]] = defaultdict(set)
    for start, end in town.opened:
        for at in _cells(start, end)[:: cut.step]:
            own, around = range(at, at + cut.duration), range(at - cut.before, _end(at, cut))
            free = [agent for agent in town.agents if not taken[agent].intersection(around)]
            if opened.issuperset(own) and len(free) >= cut.needs:
                expected[at] |= set(free)
    found = await _search(town, cut)
    return sum(found.get(at) != expected.get(at) for at in {*found, *expected})


def _end(at: int, cut: Cut) -> int:
    return at + cut.duration + cut.after


async def _search(town: Town, cut: Cut) -> dict[int, set[UUID]]:
    moments = [moment for span in town.opened for moment in span]
    query = SlotQuery(
        motive_id=cut.motive,
        starts_from=min(moments).astimezone(UTC),
        starts_before=max(moments).astimezone(UTC) + timedelta(minutes=1),
    )
    return {
        int(slot.starts_at.timestamp()) // CELL_SECONDS: set(slot.resource_ids)
        for slot in await find_slots(query)
    }


async def _first_wrong(town: Town, cut: Cut) -> bool:
    """Compare the first free time with the first of all free times."""
    first = (await next_available(cut.motive, [town.place])).get(town.place)
    said = first and (int(first.starts_at.timestamp()) // CELL_SECONDS, {*first.resource_ids})
    slots = await _search(town, cut)
    if not slots or not said:
        return bool(slots) or bool(said)
    at, agents = said
    return at != min(slots) or not agents <= slots[at]


async def _free_cells(town: Town, cut: Cut) -> set[tuple[UUID, int]]:
    found: Iterable[tuple[int, set[UUID]]] = (await _search(town, cut)).items()
    return {(agent, cell) for cell, agents in found for agent in agents}
