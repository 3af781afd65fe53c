"""The use cases of prescriptions."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from creneau.database import tenant_transaction
from creneau.roles import service as roles

from creneau_digital_aid import queries
from creneau_digital_aid.schemas import PrescribedBooking, PrescribedWanted

READ = "prescription:read"


async def count_prescribed(wanted: PrescribedWanted) -> int:
    """Count the prescribed bookings on the agendas that the agent who asks may see (C-04)."""
    agendas = await _agendas(wanted.agent_id)
    async with tenant_transaction() as tx:
        return await queries.count_prescribed(tx, agendas, wanted)


async def prescribed(
    wanted: PrescribedWanted, limit: int, skipped: int = 0
) -> list[PrescribedBooking]:
    """List a page of them, the latest first as a rule."""
    agendas = await _agendas(wanted.agent_id)
    async with tenant_transaction() as tx:
        return await queries.prescribed(tx, agendas, wanted, limit, skipped)


async def each_prescribed(
    wanted: PrescribedWanted,
    sink: Callable[[Sequence[PrescribedBooking]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand all of them to a sink, so many at a time."""
    agendas = await _agendas(wanted.agent_id)
    async with tenant_transaction() as tx:
        await queries.each_prescribed(tx, agendas, wanted, sink, at_once)


async def _agendas(agent_id: UUID) -> list[UUID]:
    return [agent.id for agent in await roles.visible_agents(agent_id, READ)]
