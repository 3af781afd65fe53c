"""The statements of the list of group sessions: a page is found by ids first (C-68)."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from creneau.appointments.listing.queries import OF_AGENTS
from creneau.appointments.sessions.queries import SESSION, TAKEN
from creneau.appointments.sessions.schemas import Session, Sort, Wanted
from creneau.database import Transaction

_FROM: Final = """
    FROM appointment a
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
"""
_ORDERS: Final[dict[Sort, tuple[str, ...]]] = {
    "start": ("a.starts_at",),
    "name": ("unaccent(lower(COALESCE(NULLIF(a.title, ''), m.name)))", "a.starts_at"),
    "place": ("unaccent(lower(p.name))", "a.starts_at"),
}
_OPEN: Final = "a.state = 'scheduled' AND (a.capacity IS NULL OR a.capacity > {taken})"
_FULL: Final = "a.state = 'scheduled' AND a.capacity <= {taken}"


class _Asked:
    """The conditions of a question, with the values that they name by their numbers."""

    def __init__(self, tx: Transaction, wanted: Wanted, now: datetime) -> None:
        self.values: list[Any] = [tx.tenant_id]
        found = [
            "a.tenant_id = $1 AND a.group_session AND a.state <> 'expired'",
            *self._reach(wanted),
            *self._times(wanted, now),
            *self._things(wanted),
        ]
        self.where = "\n AND ".join(found)

    def value(self, value: object) -> str:
        """Keep a value, and give the number by which the statement names it."""
        self.values.append(value)
        return f"${len(self.values)}"

    def _reach(self, wanted: Wanted) -> Iterator[str]:
        within = wanted.within
        if not within.everything:
            agents = OF_AGENTS.format(agents=self.value(list(within.agent_ids)))
            houses = self.value(list(within.organisation_ids))
            yield f"(p.organisation_id = ANY({houses}::uuid[]) OR {agents})"

    def _times(self, wanted: Wanted, now: datetime) -> Iterator[str]:
        if wanted.since:
            yield f"a.starts_at >= {self.value(wanted.since)}"
        if wanted.before:
            yield f"a.starts_at < {self.value(wanted.before)}"
        if wanted.over is True:
            yield f"a.ends_at <= {self.value(now)}"
        if wanted.over is False:
            # What has not ended began 25 hours ago at most: the first condition names the index.
            moment = self.value(now)
            yield f"a.starts_at > {moment}::timestamptz - interval '25 hours' AND a.ends_at > {moment}"

    def _things(self, wanted: Wanted) -> Iterator[str]:
        if wanted.agent_id:
            yield OF_AGENTS.format(agents=self.value([wanted.agent_id]))
        if wanted.motive_id:
            yield f"a.motive_id = {self.value(wanted.motive_id)}"
        if wanted.place_id:
            yield f"a.place_id = {self.value(wanted.place_id)}"
        if wanted.standing == "cancelled":
            yield "a.state = 'cancelled'"
        elif wanted.standing:
            yield (_OPEN if wanted.standing == "open" else _FULL).format(taken=TAKEN)


async def count(tx: Transaction, wanted: Wanted, now: datetime) -> int:
    """Count the sessions that are asked for."""
    asked = _Asked(tx, wanted, now)
    return await tx.value(f"SELECT count(*) {_FROM} WHERE {asked.where}", *asked.values)


async def page(
    tx: Transaction, wanted: Wanted, now: datetime, offset: int, most: int
) -> list[Session]:
    """Read so many sessions from a place in the order on."""
    asked = _Asked(tx, wanted, now)
    order = _order(wanted)
    part = f"LIMIT {asked.value(most)}::bigint OFFSET {asked.value(offset)}::bigint"
    found = f"SELECT a.id {_FROM} WHERE {asked.where} ORDER BY {order} {part}"
    return await tx.all(Session, f"{SESSION} AND a.id IN ({found}) ORDER BY {order}", *asked.values)


async def each(
    tx: Transaction,
    wanted: Wanted,
    now: datetime,
    sink: Callable[[Sequence[Session]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand every session to a sink, so many at a time, in the order that is asked for."""
    asked = _Asked(tx, wanted, now)
    sql = f"{SESSION} AND {asked.where} ORDER BY {_order(wanted)}"
    await tx.each(Session, sql, *asked.values, sink=sink, at_once=at_once)


def _order(wanted: Wanted) -> str:
    """Write an order; an id ends it, so that no session stands on two pages."""
    way = "DESC" if wanted.descending else "ASC"
    return ", ".join(f"{term} {way}" for term in (*_ORDERS[wanted.sort], "a.id"))
