"""Reading the list of persons (C-68)."""

from collections.abc import Awaitable, Callable, Sequence

from creneau.database import tenant_transaction
from creneau.people.listing import queries
from creneau.people.listing.schemas import Line, Wanted


async def counted(wanted: Wanted) -> int:
    """Count the persons who are asked for."""
    async with tenant_transaction() as tx:
        return await queries.count(tx, wanted)


async def listed(wanted: Wanted, total: int, page: int, most: int) -> Sequence[Line]:
    """Read a page of what is asked for, of which there is so much; behind the last one, the last."""
    last = max(1, -(-total // most))
    offset = (min(page, last) - 1) * most
    async with tenant_transaction() as tx:
        return await queries.page(tx, wanted, offset, most, few=total <= queries.MANY)


async def each(
    wanted: Wanted, sink: Callable[[Sequence[Line]], Awaitable[None]], at_once: int
) -> None:
    """Hand every line to a sink, so many at a time, as they all were at one moment.

    The transaction stays open as long as the sink takes: it must not wait for anybody.
    """
    async with tenant_transaction() as tx:
        await queries.each(tx, wanted, sink, at_once)
