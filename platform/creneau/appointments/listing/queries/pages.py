"""The statements by which the list is counted, paged and read from end to end.

What is asked for decides which conditions a statement has, so that an index serves each.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

from creneau.appointments.listing.queries import persons
from creneau.appointments.listing.queries.asking import Asked
from creneau.appointments.listing.queries.lines import Stretch, lines
from creneau.appointments.listing.queries.orders import (
    FIRST,
    LAST,
    OPEN,
    ORDERS,
    STANDING,
    WHOLE,
    order,
    turned,
)
from creneau.appointments.listing.schemas import Line, Standing, Wanted
from creneau.database import Transaction

MANY: Final = 5_000
"""So near to the beginning, persons are gone through in their order, and nothing is sorted."""

TOO_MANY: Final = 50_000
"""So many lines take longer to be sorted than half of their persons to be gone through."""


async def counts(tx: Transaction, wanted: Wanted, now: datetime) -> dict[Standing, int]:
    """Count what is asked for by its status."""
    asked = Asked(tx, wanted, now)
    rows = await tx.rows(
        f"SELECT {STANDING} AS standing, count(*) AS number {asked.source} {asked.where} GROUP BY 1",
        *asked.values,
    )
    return {row["standing"]: row["number"] for row in rows}


async def page(
    tx: Transaction, wanted: Wanted, now: datetime, total: int, stretch: Stretch
) -> list[Line]:
    """Read a stretch of the lines in their order; `total` is how many there are.

    What is nearer to the end is read from there, the other way round.
    """
    offset, most = stretch
    if wanted.sort == "person" and total > MANY >= offset:
        found = await persons.named(tx, wanted, now, stretch)
        if len(found) == most:
            return found
    if wanted.sort == "person" and total > TOO_MANY:
        return await persons.page(tx, wanted, now, total, stretch)
    few = total <= MANY
    bare = wanted.sort == "booked"
    behind = total - offset - most
    if 0 < offset > behind:
        asked = Asked(tx, turned(wanted), now, bare=bare)
        rest = Stretch(max(0, behind), min(most, total - offset))
        nulls = FIRST if wanted.sort in OPEN else ""
        return (await lines(tx, asked, rest, nulls, few=few))[::-1]
    nulls = LAST if wanted.sort in OPEN else ""
    return await lines(tx, Asked(tx, wanted, now, bare=bare), stretch, nulls, few=few)


async def each(
    tx: Transaction,
    wanted: Wanted,
    now: datetime,
    sink: Callable[[Sequence[Line]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand every line to a sink, so many at a time, in the order that is asked for."""
    asked = Asked(tx, wanted, now)
    joins, terms = ORDERS[wanted.sort]
    ordered = order(wanted, [*terms, "b.id"], LAST)
    source = f"{asked.source} {joins.format(way='ASC')}"
    sql = f"{WHOLE.format(source=source)} {asked.where} ORDER BY {ordered}"
    await tx.each(Line, sql, *asked.values, sink=sink, at_once=at_once)
