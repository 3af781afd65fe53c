"""The statements of the list of appointments.

What is asked for decides which conditions a statement has, so that an index serves each; a page is
found by ids first, and only its own lines are read whole.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from creneau.appointments.listing.schemas import Line, Part, Sort, Standing, Wanted, Within
from creneau.database import Transaction

STANDING: Final = """
    CASE WHEN b.state <> 'planned' THEN b.state WHEN a.ends_at <= $2 THEN 'to_fill' ELSE 'upcoming' END
"""

_FROM: Final = """
    FROM booking b
    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
"""

# Its last claim is one of theirs: active, or what it was when the time was freed. The last condition
# says nothing more, but names the two indexes that there are.
OF_AGENTS: Final = """
    EXISTS (
        SELECT FROM allocation l
        WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.resource_id = ANY({agents}::uuid[])
            AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at
            AND (l.active OR a.state <> 'scheduled')
            AND (l.active OR (NOT l.active AND l.held_until IS NULL)))
"""

# Looked up one by one: of a line's one or two agents no plan makes a look through all of them.
_AGENTS: Final = """
    LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT r.label ORDER BY r.label) AS labels
        FROM allocation l
        CROSS JOIN LATERAL (
            SELECT label FROM resource WHERE tenant_id = $1 AND id = l.resource_id OFFSET 0) r
        WHERE l.tenant_id = $1 AND l.appointment_id = a.id
            AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at
            AND (l.active OR a.state <> 'scheduled')
    ) g ON true
"""

# Places in an order, worked out once for each thing and not for each line. Where there is a page, the
# database may go through the things in that order and stop: their indexes end with the time.
_RANKED: Final = "JOIN (SELECT {id}, dense_rank() OVER (ORDER BY unaccent(lower({name}))) AS n FROM {source} ORDER BY n {{way}}) k ON k.id = {of}"
# Of very many lines agents are read together, and not one by one; the first by name is what counts.
_ALL_AGENTS: Final = """
    LEFT JOIN (
        SELECT l.appointment_id, min(r.n) AS n FROM allocation l
        JOIN appointment x ON x.tenant_id = $1 AND x.id = l.appointment_id
            AND l.starts_at <= x.starts_at AND l.ends_at >= x.ends_at
            AND (l.active OR x.state <> 'scheduled')
        JOIN (
            SELECT id, row_number() OVER (ORDER BY unaccent(lower(label)), id) AS n FROM resource
            WHERE tenant_id = $1 AND kind = 'agent') r ON r.id = l.resource_id
        WHERE l.tenant_id = $1
        GROUP BY l.appointment_id
    ) k ON k.appointment_id = a.id
"""
BEFORE_AGENT: Final = """
    ARRAY(SELECT r.id FROM resource r JOIN resource o ON o.tenant_id = $1 AND o.id = {agent}
        WHERE r.tenant_id = $1 AND r.kind = 'agent'
            AND (unaccent(lower(r.label)), r.id) < (unaccent(lower(o.label)), o.id))
"""
_ANY_AGENT: Final = """
    ARRAY(SELECT id FROM resource WHERE tenant_id = $1 AND kind = 'agent')
"""
MANY: Final = 5_000
_LAST, _FIRST = " NULLS LAST", " NULLS FIRST"

# The word by which a person is found by name (`creneau.people.finding`), compared as bytes.
_WORD: Final = """
    person_word w ON w.tenant_id = $1 AND w.person_id = b.person_id AND w.word >= 'a:' AND w.word < 'b:'
"""
# What a page near the beginning of a long list goes through, in its order: no line is sorted that is
# not shown. Who has no name comes at the end, and is not met here.
_WALKS: Final[dict[Sort, str]] = {"person": f"JOIN {_WORD}"}
# In these orders some lines have nothing to be sorted by: they come last, either way round.
_OPEN: Final = frozenset[Sort]({"person", "agents"})

_WHOLE: Final = f"""
    SELECT b.id, a.starts_at, a.ends_at, o.time_zone, {STANDING} AS standing,
        m.name AS motive_name, m.colour, s.name AS service_name, p.name AS place_name,
        b.person_id, COALESCE(n.first_name, '') AS first_name, COALESCE(n.last_name, '') AS last_name,
        COALESCE(n.phone, '') AS phone, COALESCE(n.email, '') AS email,
        COALESCE(g.labels, ARRAY[]::text[]) AS agents, b.source,
        COALESCE(b.confirmed_at, b.created_at) AS booked_at
    {{source}}
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    JOIN service s ON s.tenant_id = m.tenant_id AND s.id = m.service_id
    JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
    LEFT JOIN person n ON n.tenant_id = b.tenant_id AND n.id = b.person_id
    {_AGENTS}
"""

# What each order needs beside the appointment itself, and how it reads.
_ORDERS: Final[dict[Sort, tuple[str, tuple[str, ...]]]] = {
    "start": ("", ("a.starts_at",)),
    "booked": ("", ("COALESCE(b.confirmed_at, b.created_at)",)),
    "status": ("", (STANDING, "a.starts_at")),
    "person": (f"LEFT JOIN {_WORD}", ("w.word", "b.person_id", "a.starts_at")),
    "motive": (
        _RANKED.format(
            id="id", name="name", source="motive WHERE tenant_id = $1", of="a.motive_id"
        ),
        ("k.n", "a.starts_at"),
    ),
    "service": (
        _RANKED.format(
            id="m.id",
            name="s.name",
            source="motive m JOIN service s ON s.tenant_id = m.tenant_id AND s.id = m.service_id"
            " WHERE m.tenant_id = $1",
            of="a.motive_id",
        ),
        ("k.n", "a.starts_at"),
    ),
    "place": (
        _RANKED.format(id="id", name="name", source="place WHERE tenant_id = $1", of="a.place_id"),
        ("k.n", "a.starts_at"),
    ),
    "agents": (_ALL_AGENTS, ("k.n", "a.starts_at")),
}


class Asked:
    """The conditions of a question, with the values that they name by their numbers."""

    def __init__(self, tx: Transaction, wanted: Wanted, now: datetime) -> None:
        self.values: list[Any] = [tx.tenant_id, now]
        found = [
            "b.tenant_id = $1 AND a.tenant_id = $1 AND b.state NOT IN ('held', 'expired')",
            *self._reach(wanted.within),
            *self._times(wanted),
            *self._things(wanted),
            *self._status(wanted.standing),
            *(self._part(wanted.part) if wanted.part else ()),
        ]
        self.where = "WHERE " + "\n AND ".join(found)

    def value(self, value: object) -> str:
        """Keep a value, and give the number by which the statement names it."""
        self.values.append(value)
        return f"${len(self.values)}"

    def _reach(self, within: Within) -> Sequence[str]:
        if within.everything:
            return ()
        agents = OF_AGENTS.format(agents=self.value(list(within.agent_ids)))
        if not within.organisation_ids:
            return (agents,)
        return (f"({self._at(list(within.organisation_ids))} OR {agents})",)

    def _at(self, organisation_ids: list[UUID]) -> str:
        organisations = self.value(organisation_ids)
        places = (
            f"SELECT id FROM place WHERE tenant_id = $1 AND organisation_id = ANY({organisations})"
        )
        return f"a.place_id IN ({places})"

    def _times(self, wanted: Wanted) -> list[str]:
        since = [f"a.starts_at >= {self.value(wanted.since)}"] if wanted.since else []
        return [*since, f"a.starts_at < {self.value(wanted.to)}"] if wanted.to else since

    def _things(self, wanted: Wanted) -> list[str]:
        found: list[str] = []
        if wanted.agent_id:
            agent = self.value([wanted.agent_id])
            found.append(OF_AGENTS.format(agents=agent))
        if wanted.organisation_id:
            found.append(self._at([wanted.organisation_id]))
        if wanted.service_id:
            service = self.value(wanted.service_id)
            motives = f"SELECT id FROM motive WHERE tenant_id = $1 AND service_id = {service}"
            found.append(f"a.motive_id IN ({motives})")
        for column, value in (
            ("a.motive_id", wanted.motive_id),
            ("a.place_id", wanted.place_id),
            ("b.person_id", wanted.person_id),
            ("b.source", wanted.source),
        ):
            if value:
                found.append(f"{column} = {self.value(value)}")
        return found

    def _part(self, part: Part) -> list[str]:
        found = list(self._status(part.standing))
        for column, ids in (("a.motive_id", part.motive_ids), ("a.place_id", part.place_ids)):
            if ids:
                found.append(f"{column} = ANY({self.value(list(ids))}::uuid[])")
        if part.nobody:
            found.append(f"NOT {OF_AGENTS.format(agents=_ANY_AGENT)}")
        if part.agent_id:
            agent = self.value(part.agent_id)
            before = BEFORE_AGENT.format(agent=agent)
            found.extend(
                (
                    OF_AGENTS.format(agents=f"ARRAY[{agent}]"),
                    f"NOT {OF_AGENTS.format(agents=before)}",
                )
            )
        return found

    def _status(self, standing: Standing | None) -> Sequence[str]:
        if standing is None:
            return ()
        # When it begins says nothing more, an appointment being 25 hours long at most: an index is by that.
        if standing == "to_fill":
            return ("b.state = 'planned' AND a.ends_at <= $2 AND a.starts_at < $2",)
        if standing == "upcoming":
            since = "$2::timestamptz - interval '25 hours'"
            return (f"b.state = 'planned' AND a.ends_at > $2 AND a.starts_at >= {since}",)
        return (f"b.state = {self.value(standing)}",)


async def counts(tx: Transaction, wanted: Wanted, now: datetime) -> dict[Standing, int]:
    """Count what is asked for by its status."""
    asked = Asked(tx, wanted, now)
    rows = await tx.rows(
        f"SELECT {STANDING} AS standing, count(*) AS number {_FROM} {asked.where} GROUP BY 1",
        *asked.values,
    )
    return {row["standing"]: row["number"] for row in rows}


async def page(  # noqa: PLR0913, PLR0917 - what is asked, and which part of it
    tx: Transaction, wanted: Wanted, now: datetime, total: int, offset: int, most: int
) -> list[Line]:
    """Read so many lines from a place in the order on; `total` is how many there are.

    What is nearer to the end is read from there, the other way round.
    """
    behind = total - offset - most
    if 0 < offset > behind:
        part = (max(0, behind), min(most, total - offset))
        return (await _from_the_end(tx, wanted, now, part))[::-1]
    walk = _WALKS.get(wanted.sort)
    if walk and total > MANY >= offset:
        lines = await _page(tx, wanted, now, walk, "", (offset, most))
        if len(lines) == most:
            return lines
    nulls = _LAST if wanted.sort in _OPEN else ""
    return await _page(tx, wanted, now, _ORDERS[wanted.sort][0], nulls, (offset, most))


async def _from_the_end(
    tx: Transaction, wanted: Wanted, now: datetime, part: tuple[int, int]
) -> list[Line]:
    turned = replace(wanted, descending=not wanted.descending)
    # What comes last comes first from the end.
    nulls = _FIRST if wanted.sort in _OPEN else ""
    return await _page(tx, turned, now, _ORDERS[wanted.sort][0], nulls, part)


async def _page(  # noqa: PLR0913, PLR0917 - what is asked, how it is ordered, and which part of it
    tx: Transaction, wanted: Wanted, now: datetime, joins: str, nulls: str, part: tuple[int, int]
) -> list[Line]:
    asked = Asked(tx, wanted, now)
    offset, most = part
    terms = [*_ORDERS[wanted.sort][1], "b.id"]
    joins = joins.format(way="DESC" if wanted.descending else "ASC")
    keys = ", ".join(f"{term} AS key{n}" for n, term in enumerate(terms))
    found = f"""
        SELECT {keys} {_FROM} {joins} {asked.where}
        ORDER BY {_order(wanted, terms, nulls)} LIMIT {asked.value(most)} OFFSET {asked.value(offset)}
    """
    source = f"""
        FROM found JOIN booking b ON b.tenant_id = $1 AND b.id = found.key{len(terms) - 1}
        JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    """
    order = _order(wanted, [f"found.key{n}" for n in range(len(terms))], nulls)
    sql = f"WITH found AS ({found}) {_WHOLE.format(source=source)} ORDER BY {order}"
    return await tx.all(Line, sql, *asked.values)


async def each(
    tx: Transaction,
    wanted: Wanted,
    now: datetime,
    sink: Callable[[Sequence[Line]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand every line to a sink, so many at a time, in the order that is asked for."""
    asked = Asked(tx, wanted, now)
    joins, terms = _ORDERS[wanted.sort]
    order = _order(wanted, [*terms, "b.id"], _LAST)
    source = f"{_FROM} {joins.format(way='ASC')}"
    sql = f"{_WHOLE.format(source=source)} {asked.where} ORDER BY {order}"
    await tx.each(Line, sql, *asked.values, sink=sink, at_once=at_once)


def _order(wanted: Wanted, terms: Sequence[str], nulls: str) -> str:
    """Write an order; an id ends each, so that no line stands on two pages."""
    way = "DESC" if wanted.descending else "ASC"
    return ", ".join(f"{term} {way}{nulls}" for term in terms)
