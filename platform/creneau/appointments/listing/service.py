"""Reading the list of appointments (C-68)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from creneau_infra.clock import now
from msgspec.structs import replace

from creneau.appointments.listing import queries
from creneau.appointments.listing.rules import from_its_day
from creneau.appointments.listing.schemas import Line, OnDay, Sort, Standing, Wanted
from creneau.database import tenant_transaction

SLOWER: Final = frozenset[Sort]({"person", "agents"})
"""Orders in which the pages in the middle of a long list take seconds."""

FAR: Final = 5_000


async def listed(
    wanted: Wanted, total: int, page: int, most: int, days: Sequence[OnDay] = ()
) -> Sequence[Line]:
    """Read a page of what is asked for, of which there is so much; behind the last one, the last.

    `days` say how much there is on each, where that is known: a page that is far down is then read from
    its own day on.
    """
    offset = (min(page, _last(total, most)) - 1) * most
    if days:
        wanted, total, offset = from_its_day(wanted, days, offset)
    async with tenant_transaction() as tx:
        return await queries.page(tx, wanted, now(), total, offset, most)


def is_far_down(wanted: Wanted, total: int, page: int, most: int) -> bool:
    """Tell whether a page is so far from both ends that it is worth knowing which day it is on."""
    before = min(page, _last(total, most)) * most
    return wanted.sort == "start" and FAR < before < total - FAR


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


def takes_seconds(wanted: Wanted, total: int, page: int, most: int) -> bool:
    """Tell whether a page is so far from both ends that it is sorted with all that stands before it."""
    before = min(page * most, total - page * most)
    return wanted.sort in SLOWER and before > queries.MANY
