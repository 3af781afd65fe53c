"""Reading what can be booked, and with whom (C-46, D-09)."""

from uuid import UUID

from creneau_infra import clock

from creneau.database import tenant_transaction
from creneau.offering import queries
from creneau.offering.schemas import Offer, Receiver
from creneau.refusals import NotFound


async def offers(resource_id: UUID | None = None) -> list[Offer]:
    """List what everyone can book at some time still to come: with one resource, or with all."""
    async with tenant_transaction() as tx:
        return await queries.offers(tx, clock.now(), resource_id)


async def receiver(agent_id: UUID) -> Receiver:
    """Read an agent whom everyone can book, now or at other times.

    Raises:
        NotFound: Nobody of that id receives the public here.
    """
    async with tenant_transaction() as tx:
        found = await queries.receiver(tx, agent_id)
    if found is None:
        raise NotFound
    return found
