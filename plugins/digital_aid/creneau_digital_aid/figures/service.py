"""Reading the figures."""

from datetime import datetime
from uuid import UUID

from creneau.database import tenant_transaction
from creneau.roles import service as roles

from creneau_digital_aid.figures import queries
from creneau_digital_aid.figures.schemas import Count


async def counts(agent_id: UUID, starts_from: datetime, starts_before: datetime) -> list[Count]:
    """Count the bookings on the agendas that the agent may see (C-04), in a period (UTC)."""
    visible = await roles.visible_agents(agent_id, "prescription:read")
    async with tenant_transaction() as tx:
        return await queries.counts(tx, [agent.id for agent in visible], starts_from, starts_before)
