"""The statements by which a list knows how much it holds, and where its pages begin."""

from typing import Final, Literal

from creneau.appointments.listing.queries import BEFORE_AGENT
from creneau.appointments.listing.schemas import OnDay, Part, Sort, Standing
from creneau.database import Transaction
from creneau.statistics.queries.asking import Reading
from creneau.statistics.queries.parts import COUNTED, LIVE
from creneau.statistics.schemas import Only

Thing = Literal["motive", "place", "agent"]

# Where the counts of a kind name a thing, and where the appointments do that are counted as they stand.
_KINDS: Final[dict[Thing, str]] = {"motive": "motive", "place": "place", "agent": "agents"}
_WITHIN: Final[dict[Thing, str]] = {
    "motive": "c.subjects[1]",
    "place": "c.subjects[2]",
    "agent": "c.subjects[3:]",
}
_ALONE: Final[dict[Thing, str]] = {
    "motive": "c.subjects[1]",
    "place": "c.subjects[1]",
    "agent": "c.subjects",
}
_KNOWN: Final = {"within": _WITHIN, **dict.fromkeys(_KINDS.values(), _ALONE)}
_LIVE_IN: Final[dict[Thing, str]] = {
    "motive": "x.motive_id",
    "place": "x.place_id",
    "agent": "x.agents",
}

_BY_NAME: Final = """
    SELECT sum(y.number)::integer AS number, array_agg(DISTINCT y.subject) AS {ids}
    FROM ({counted}) y {joins}
    GROUP BY unaccent(lower({name})) ORDER BY unaccent(lower({name}))
"""
# Each order that has parts: by what thing, and its parts from first to last. A motive stands with those of
# its name; an appointment of several agents with the first of them; what has none comes last.
_PARTS: Final[dict[Sort, tuple[Thing | None, str]]] = {
    "motive": (
        "motive",
        _BY_NAME.format(
            ids="motive_ids",
            name="m.name",
            joins="JOIN motive m ON m.tenant_id = $1 AND m.id = y.subject",
            counted="{counted}",
        ),
    ),
    "service": (
        "motive",
        _BY_NAME.format(
            ids="motive_ids",
            name="s.name",
            joins="JOIN motive m ON m.tenant_id = $1 AND m.id = y.subject"
            " JOIN service s ON s.tenant_id = $1 AND s.id = m.service_id",
            counted="{counted}",
        ),
    ),
    "place": (
        "place",
        _BY_NAME.format(
            ids="place_ids",
            name="p.name",
            joins="JOIN place p ON p.tenant_id = $1 AND p.id = y.subject",
            counted="{counted}",
        ),
    ),
    "agents": (
        "agent",
        """
        WITH agents AS MATERIALIZED (
            SELECT id, row_number() OVER (ORDER BY unaccent(lower(label)), id) AS n FROM resource
            WHERE tenant_id = $1 AND kind = 'agent')
        SELECT sum(y.number)::integer AS number, f.id AS agent_id, f.id IS NULL AS nobody
        FROM (SELECT subject, sum(number) AS number FROM ({counted}) z GROUP BY subject) y
        LEFT JOIN LATERAL (
            SELECT r.id, r.n FROM agents r WHERE r.id = ANY(y.subject) ORDER BY r.n LIMIT 1) f ON true
        GROUP BY f.id, f.n ORDER BY f.n
        """,
    ),
    "status": (
        None,
        """
        SELECT sum(y.number)::integer AS number, y.standing FROM ({counted}) y
        GROUP BY y.standing ORDER BY y.standing
        """,
    ),
}


async def standings(tx: Transaction, reading: Reading, only: Only) -> dict[Standing, int]:
    """Count by status from what was counted, of some things alone where they are named."""
    counted = _counted(reading, only, None, by_month=True)
    found = await tx.rows(
        f"SELECT standing, sum(number)::integer AS number FROM ({counted}) y GROUP BY 1",
        *reading.values,
    )
    return {row["standing"]: row["number"] for row in found}


async def days(
    tx: Transaction, reading: Reading, only: Only, standing: Standing | None
) -> list[OnDay]:
    """Count by the days on which appointments begin, those of one status alone where it is named."""
    counted = _counted(reading, only, None, by_month=False)
    return await tx.all(
        OnDay,
        f"""
        SELECT day::timestamp AT TIME ZONE $2 AS begins, (day + 1)::timestamp AT TIME ZONE $2 AS ends,
            sum(number)::integer AS number
        FROM ({counted}) y {_of_status(reading, only, standing)}
        GROUP BY day
        """,
        *reading.values,
    )


async def parts(
    tx: Transaction, reading: Reading, only: Only, standing: Standing | None, by: Sort
) -> list[Part]:
    """Count by the parts of an order, from its first to its last; `by` is an order that has some."""
    thing, sql = _PARTS[by]
    counted = _counted(reading, only, thing, by_month=True)
    asked = f"SELECT * FROM ({counted}) w {_of_status(reading, only, standing)}"
    return await tx.all(Part, sql.format(counted=asked), *reading.values)


def _of_status(reading: Reading, only: Only, standing: Standing | None) -> str:
    asked = {one for one in (standing, only.part and only.part.standing) if one}
    found = [f"standing = {reading.value(one)}" for one in sorted(asked)]
    return f"WHERE {' AND '.join(found)}" if found else ""


def _counted(reading: Reading, only: Only, by: Thing | None, *, by_month: bool) -> str:
    """Write what is counted of what is named, with the thing that it is counted by, and as it stands today."""
    kind = _kind(reading, only, by)
    known = _KNOWN[kind]
    agents = known["agent"] if reading.question.by_agents else ""
    return f"""
        SELECT c.day, {COUNTED} AS standing, {known[by] if by else "NULL"} AS subject, c.number
        FROM ({reading.counted((kind,), agents, by_month=by_month)}) c
        WHERE true {_limits(reading, only, known)}
        UNION ALL
        SELECT x.day, x.state, {_LIVE_IN[by] if by else "NULL"}, 1 FROM ({LIVE}) x
        WHERE {reading.step}::text <> '' {_limits(reading, only, _LIVE_IN)} {reading.asked("x", "x.agents")}
    """


def _kind(reading: Reading, only: Only, by: Thing | None) -> str:
    """Choose the counts that know whatever is named."""
    part = only.part
    named: dict[Thing, object] = {
        "motive": only.motive or (part and part.motive_ids),
        "place": only.place or (part and part.place_ids),
        "agent": only.agent or (part and (part.agent_id or part.nobody)),
    }
    asked: set[Thing] = {by} if by else set()
    asked |= {thing for thing, one in named.items() if one}
    if len(asked) > 1 or reading.question.by_agents:
        return "within"
    return _KINDS[asked.pop()] if asked else "place"


def _limits(reading: Reading, only: Only, known: dict[Thing, str]) -> str:
    """Limit counts, or appointments, to what is named."""
    found: list[str] = []
    if only.motive:
        found.append(f"{known['motive']} = {reading.value(only.motive)}")
    if only.place:
        found.append(f"{known['place']} = {reading.value(only.place)}")
    if only.agent:
        found.append(f"{reading.value(only.agent)} = ANY({known['agent']})")
    found.extend(_part(reading, only.part, known) if only.part else ())
    return "".join(f" AND {one}" for one in found)


def _part(reading: Reading, part: Part, known: dict[Thing, str]) -> list[str]:
    found: list[str] = []
    if part.motive_ids:
        found.append(f"{known['motive']} = ANY({reading.value(list(part.motive_ids))}::uuid[])")
    if part.place_ids:
        found.append(f"{known['place']} = ANY({reading.value(list(part.place_ids))}::uuid[])")
    if part.nobody:
        found.append(f"cardinality({known['agent']}) = 0")
    if part.agent_id:
        agent = reading.value(part.agent_id)
        found.append(f"{agent} = ANY({known['agent']})")
        found.append(f"NOT {known['agent']} && {BEFORE_AGENT.format(agent=agent)}")
    return found
