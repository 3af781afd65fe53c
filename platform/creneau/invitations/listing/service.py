"""Reading the list of invitations (S-11, C-68)."""

from collections.abc import Awaitable, Callable, Sequence

from creneau_infra import clock

from creneau.database import tenant_transaction
from creneau.invitations.listing import queries
from creneau.invitations.listing.schemas import InvitationLine, InvitationsWanted


async def counted(wanted: InvitationsWanted) -> int:
    """Count the invitations that are asked for."""
    async with tenant_transaction() as tx:
        return await queries.count(tx, wanted, clock.now())


async def listed(wanted: InvitationsWanted, most: int, skipped: int = 0) -> list[InvitationLine]:
    """Read a page of them."""
    async with tenant_transaction() as tx:
        return await queries.page(tx, wanted, clock.now(), most, skipped)


async def each(
    wanted: InvitationsWanted,
    sink: Callable[[Sequence[InvitationLine]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand all of them to a sink, so many at a time, as they all were at one moment."""
    async with tenant_transaction() as tx:
        await queries.each(tx, wanted, clock.now(), sink, at_once)
