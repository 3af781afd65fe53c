"""Reading the list of appointments (C-68)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from creneau_infra.clock import now
from msgspec.structs import replace

from creneau.appointments.listing import queries
from creneau.appointments.listing.rules import on_its_days, slices
from creneau.appointments.listing.schemas import Line, OnDay, Part, Sort, Standing, Wanted
from creneau.database import tenant_transaction

IN_PARTS: Final = frozenset[Sort]({"motive", "service", "place", "agents", "status"})
"""Orders whose parts are counted: of a long list only those that a page shows are read."""

FAR: Final = 5_000
LONG: Final = 1_000
"""Of a longer part only the days are read that a page is on: its own order may hold much of other parts."""

DaysOf = Callable[[Wanted], Awaitable[Sequence[OnDay]]]
"""Tells how much of what is asked for there is on each day; nothing where that is not known."""


async def listed(
    wanted: Wanted, total: int, page: int, most: int, days: Sequence[OnDay] = ()
) -> Sequence[Line]:
    """Read a page of what is asked for, of which there is so much; behind the last one, the last.

    `days` say how much there is on each, where that is known: a page that is far down is then read from
    its own days alone.
    """
    return await _read(wanted, total, (min(page, _last(total, most)) - 1) * most, most, days)


async def listed_in_parts(
    wanted: Wanted, parts: Sequence[Part], page: int, most: int, days_of: DaysOf
) -> Sequence[Line]:
    """Read a page of what is asked for, whose parts are known; behind the last one, the last.

    Within a part lines stand by their time: so of one that is long the page's own days alone are read.
    """
    total = sum(part.number for part in parts)
    offset = (min(page, _last(total, most)) - 1) * most
    found: list[Line] = []
    for part, skipped, number in slices(parts, offset, most):
        alone = replace(wanted, sort="start", part=part)
        days = await days_of(alone) if part.number > LONG else ()
        found.extend(await _read(alone, part.number, skipped, number, days))
    return found


async def _read(
    wanted: Wanted, total: int, offset: int, most: int, days: Sequence[OnDay]
) -> Sequence[Line]:
    if days:
        wanted, total, offset = on_its_days(wanted, days, offset, most)
    async with tenant_transaction() as tx:
        return await queries.page(tx, wanted, now(), total, queries.Stretch(offset, most))


def is_far_down(wanted: Wanted, total: int, page: int, most: int) -> bool:
    """Tell whether a page is so far from both ends that it is worth knowing which day it is on."""
    before = min(page, _last(total, most)) * most
    return wanted.sort == "start" and FAR < before < total - FAR


def is_long_in_parts(wanted: Wanted, total: int) -> bool:
    """Tell whether there is so much in an order with parts that it is worth knowing these."""
    return wanted.sort in IN_PARTS and total > FAR


def _last(total: int, most: int) -> int:
    return max(1, -(-total // most))


async def counted(wanted: Wanted) -> Mapping[Standing, int]:
    """Count what is asked for by status, whatever status is asked."""
    async with tenant_transaction() as tx:
        return await queries.counts(tx, replace(wanted, standing=None), now())


async def each(
    wanted: Wanted, sink: Callable[[Sequence[Line]], Awaitable[None]], at_once: int
) -> None:
    """Hand every line to a sink, so many at a time, as they all were at one moment.

    The transaction stays open as long as the sink takes: it must not wait for anybody.
    """
    async with tenant_transaction() as tx:
        await queries.each(tx, wanted, now(), sink, at_once)
