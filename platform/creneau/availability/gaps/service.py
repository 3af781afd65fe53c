"""Noting which openings are booked up, so that a search need not read months of bookings."""

from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.availability.gaps import queries
from creneau.database import tenant_transaction
from creneau.planning.queries.locks import plan_alone


async def note_gaps(tenant_id: UUID | None = None) -> int:
    """Note how long the gaps are that bookings leave in a tenant's openings (C-21).

    Tells how many notes changed. A search may pass over what is noted as too short and never
    offers anything because of it: without this it is slower and finds the same. Bookings do not
    wait for it; changes of the planning do, so that nobody waits in a circle.
    """
    async with tenant_transaction(tenant_id) as tx:
        await plan_alone(tx)
        return await queries.note(tx, clock_now())
