"""Reading the list of appointments (C-68)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from creneau_infra.clock import now
from msgspec.structs import replace

from creneau.appointments.listing import queries
from creneau.appointments.listing.schemas import Line, Sort, Standing, Wanted
from creneau.database import tenant_transaction

SLOWER: Final = frozenset[Sort]({"person", "agents"})
"""Orders in which the pages that are far down a long list take seconds."""


async def listed(wanted: Wanted, total: int, page: int, most: int) -> Sequence[Line]:
    """Read a page of what is asked for, of which there is so much; behind the last one, the last."""
    last = max(1, -(-total // most))
    offset = (min(page, last) - 1) * most
    async with tenant_transaction() as tx:
        return await queries.page(tx, wanted, now(), total, offset, most)


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


def takes_seconds(wanted: Wanted, page: int, most: int) -> bool:
    """Tell whether a page is so far down that it is sorted with all that stands before it."""
    return wanted.sort in SLOWER and page * most > queries.MANY
