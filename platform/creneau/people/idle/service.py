"""Files without activity: listed beforehand, and erased one by one (T-11, S-14)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.people import queries as people
from creneau.people.idle import queries
from creneau.people.idle.schemas import Idle, IdleWanted
from creneau.people.service import erase_in

PAGE: Final = 100


async def idle_persons(
    before: datetime, after: UUID | None = None, limit: int = PAGE
) -> list[Idle]:
    """List who was not seen since a moment, by id; `after` is the last one of the page before.

    A responsible person and their relatives are seen together, and listed as one. Two statements at
    most, however many there are.
    """
    async with tenant_transaction() as tx:
        return await queries.idle(tx, before, after, limit)


async def count_idle(wanted: IdleWanted) -> int:
    """Count the files without activity that are asked for."""
    async with tenant_transaction() as tx:
        return await queries.count(tx, wanted)


async def listed_idle(wanted: IdleWanted, limit: int, skipped: int) -> list[Idle]:
    """Read a page of the files without activity that are asked for."""
    async with tenant_transaction() as tx:
        return await queries.page(tx, wanted, limit, skipped)


async def each_idle(
    wanted: IdleWanted, sink: Callable[[Sequence[Idle]], Awaitable[None]], at_once: int
) -> None:
    """Hand every file without activity that is asked for to a sink, so many at a time."""
    async with tenant_transaction() as tx:
        await queries.each(tx, wanted, sink, at_once)


async def erase_idle(person_id: UUID, before: datetime, actor: Actor) -> bool:
    """Erase somebody who was not seen since a moment, with their relatives.

    False where they were seen meanwhile, or are erased already: it bears being done twice.
    """
    async with tenant_transaction() as tx:
        if await people.hold(tx, person_id) is None:
            return False
        if not await queries.is_idle(tx, person_id, before):
            return False
        await erase_in(tx, person_id, actor)
    return True
