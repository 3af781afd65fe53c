"""The statements of the list of persons.

A page is found by ids first, in the order of an index, and only its own lines are read whole. By name
that is the word by which a person is found (`creneau.people.finding`): who is erased has none.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from creneau.database import Transaction
from creneau.people.finding.queries import COLUMNS, KNOWN, KNOWN_ONES
from creneau.people.listing.schemas import Line, Sort, Wanted

MANY: Final = 5_000
"""So few persons are sorted at once; of more, an index is gone through."""

_WORD: Final = "w.tenant_id = $1 AND w.word >= 'a:' AND w.word < 'b:'"
_WHOLE: Final = f"""
    SELECT {COLUMNS}, p.created_at
    FROM {{source}}
    LEFT JOIN person r ON r.tenant_id = p.tenant_id AND r.id = p.responsible_id
"""
_WALK: Final = f"person_word w JOIN person p ON {_WORD} AND p.id = w.person_id"
_FOLLOWED: Final = """
    SELECT f.person_id FROM referent f
    JOIN agent a ON a.tenant_id = f.tenant_id AND a.id = f.agent_id AND a.state <> 'removed'
    WHERE f.tenant_id = $1
"""
# What each order is by; whoever has no letter in their name, or no birth date, comes last, whichever way
# it goes.
_ORDERS: Final[dict[Sort, tuple[str, str]]] = {
    "name": (f"LEFT JOIN person_word w ON {_WORD} AND w.person_id = p.id", "w.word"),
    "birth": ("", "p.birth_date"),
    "created": ("", "p.created_at"),
}
_MISSING: Final[frozenset[Sort]] = frozenset({"name", "birth"})
"""The orders in which some have no key."""


class _Asked:
    """The conditions of a question, with the values that they name by their numbers."""

    def __init__(
        self, tx: Transaction, wanted: Wanted, *, one_by_one: bool = False, born: bool = False
    ) -> None:
        self.values: list[Any] = [tx.tenant_id]
        found = [
            "p.tenant_id = $1 AND p.erased_at IS NULL",
            *(["p.birth_date IS NOT NULL"] if born else []),
            *self._reach(wanted, one_by_one=one_by_one),
            *self._following(wanted),
            *self._times(wanted),
        ]
        self.where = "WHERE " + "\n AND ".join(found)

    def value(self, value: object) -> str:
        """Keep a value, and give the number by which the statement names it."""
        self.values.append(value)
        return f"${len(self.values)}"

    def _reach(self, wanted: Wanted, *, one_by_one: bool) -> Iterator[str]:
        if wanted.within.organisation_ids is not None:
            place = self.value(list(wanted.within.organisation_ids))
            # Of a page near the beginning one after the other is asked; of many, all at once.
            yield (
                KNOWN.format(person="p.id", place=place)
                if one_by_one
                else f"p.id IN ({KNOWN_ONES.format(place=place)})"
            )
        if wanted.organisation_id:
            yield f"""
                p.id IN (SELECT o.person_id FROM person_organisation o WHERE o.tenant_id = $1
                    AND o.organisation_id = {self.value(wanted.organisation_id)})
            """

    def _following(self, wanted: Wanted) -> Iterator[str]:
        if wanted.referent_id:
            yield f"p.id IN ({_FOLLOWED} AND f.agent_id = {self.value(wanted.referent_id)})"
        if wanted.unfollowed:
            yield f"NOT EXISTS ({_FOLLOWED} AND f.person_id = p.id)"

    def _times(self, wanted: Wanted) -> Iterator[str]:
        if wanted.since:
            yield f"p.created_at >= {self.value(wanted.since)}"
        if wanted.to:
            yield f"p.created_at < {self.value(wanted.to)}"


async def count(tx: Transaction, wanted: Wanted) -> int:
    """Count the persons who are asked for."""
    within = wanted.within.organisation_ids
    if within is not None and wanted == Wanted(
        within=wanted.within, sort=wanted.sort, descending=wanted.descending
    ):
        # Nobody who is erased is known to anybody: their files need not be asked.
        known = KNOWN_ONES.format(place="$2")
        sql = f"SELECT count(*) FROM (SELECT DISTINCT person_id FROM ({known}) k) d"
        return await tx.value(sql, tx.tenant_id, list(within))
    asked = _Asked(tx, wanted)
    return await tx.value(f"SELECT count(*) FROM person p {asked.where}", *asked.values)


async def page(
    tx: Transaction, wanted: Wanted, offset: int, most: int, *, few: bool
) -> Sequence[Line]:
    """Read so many lines from a place in the order on; `few`: so few that they may be sorted."""
    part = _Part(offset, most)
    if wanted.sort in _MISSING and not few:
        lines = await _page(tx, wanted, part, walked=True, keyed=True)
        if len(lines) == most:
            return lines
    return await _page(tx, wanted, part, walked=not few, keyed=False)


class _Part(NamedTuple):
    offset: int
    most: int


async def _page(
    tx: Transaction, wanted: Wanted, part: _Part, *, walked: bool, keyed: bool
) -> list[Line]:
    """Read a page; `keyed`: of those alone who have what it is sorted by, along its index."""
    born = keyed and wanted.sort == "birth"
    asked = _Asked(tx, wanted, one_by_one=walked and part.offset < MANY, born=born)
    join, key = _ORDERS[wanted.sort]
    source = _WALK if keyed and wanted.sort == "name" else f"person p {join}"
    nulls = wanted.sort in _MISSING and not keyed
    offset, most = (asked.value(number) for number in part)
    found = f"""
        SELECT p.id, {key} AS key FROM {source} {asked.where}
        ORDER BY {_order(wanted, key, "p.id", nulls=nulls)}
        LIMIT {most}::bigint OFFSET {offset}::bigint
    """
    whole = _WHOLE.format(source="found JOIN person p ON p.tenant_id = $1 AND p.id = found.id")
    order = _order(wanted, "found.key", "p.id", nulls=nulls)
    await tx.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    sql = f"WITH found AS MATERIALIZED ({found}) {whole} ORDER BY {order}"
    return await tx.all(Line, sql, *asked.values)


async def each(
    tx: Transaction,
    wanted: Wanted,
    sink: Callable[[Sequence[Line]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand every line to a sink, so many at a time, in the order that is asked for."""
    asked = _Asked(tx, wanted)
    join, key = _ORDERS[wanted.sort]
    whole = _WHOLE.format(source=f"person p {join}")
    order = _order(wanted, key, "p.id", nulls=wanted.sort in _MISSING)
    sql = f"{whole} {asked.where} ORDER BY {order}"
    await tx.each(Line, sql, *asked.values, sink=sink, at_once=at_once)


def _order(wanted: Wanted, key: str, last: str, *, nulls: bool) -> str:
    """Write an order; an id ends it, so that no line stands on two pages."""
    way = "DESC" if wanted.descending else "ASC"
    return f"{key} {way}{' NULLS LAST' if nulls else ''}, {last} {way}"
