"""The use cases of prescriptions."""

from uuid import UUID

import msgspec
from creneau.database import tenant_transaction
from creneau.refusals import NotFound
from creneau.roles import service as roles

from creneau_digital_aid import queries
from creneau_digital_aid.schemas import PrescribedBooking

PER_PAGE = 50
MOST_PAGES = 1_000_000


class PrescribedPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the list; pages count from 1."""

    bookings: list[PrescribedBooking]
    page: int
    pages: int


async def prescribed(agent_id: UUID, page: int) -> PrescribedPage:
    """List the prescribed bookings on the agendas that the agent may see (C-04), latest first.

    Raises:
        NotFound: There is no such page.
    """
    if page > MOST_PAGES:
        raise NotFound
    visible = await roles.visible_agents(agent_id, "prescription:read")
    async with tenant_transaction() as tx:
        found = await queries.prescribed(
            tx, [agent.id for agent in visible], PER_PAGE, (page - 1) * PER_PAGE
        )
    if not found and page > 1:
        raise NotFound
    pages = -(-found[0].total // PER_PAGE) if found else 1
    return PrescribedPage(bookings=found, page=page, pages=pages)
