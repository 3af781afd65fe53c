"""A search for free time as programs ask for it: one transaction, written as it is found."""

from collections.abc import Awaitable, Callable

from creneau.availability.schemas import SlotQuery
from creneau.availability.service import check_range, free_starts, open_motive, slots_of
from creneau.database import Transaction, tenant_transaction
from creneau.places.queries import zones
from creneau_infra.clock import now

from creneau_web.api.writing import slots_written, starts_written


async def slots(query: SlotQuery, admit: Callable[[Transaction], Awaitable[None]]) -> bytes:
    """Find slots and write them as JSON, with their places' offsets (C-20).

    `admit` refuses who may not ask, before anything else is.

    Raises:
        NotFound: There is no such motive.
        RangeRefused: The range is inverted or too long.
    """
    async with tenant_transaction() as tx:
        await admit(tx)
        check_range(query)
        motive = await open_motive(tx, query.motive_id)
        zone_of = await zones(tx)
        if motive.capacity != 1:
            found = await slots_of(tx, motive, query, now())
            return slots_written(found, zone_of)
        starts = await free_starts(tx, motive, query, now())
    return starts_written(starts, motive.duration_minutes * 60, zone_of)
