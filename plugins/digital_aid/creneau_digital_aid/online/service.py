"""Reading what is open to online booking."""

from collections.abc import Sequence
from uuid import UUID

from creneau import clock
from creneau.database import tenant_transaction

from creneau_digital_aid.online import queries
from creneau_digital_aid.online.schemas import MotiveState


async def states(
    organisation_ids: Sequence[UUID] | None, agent_id: UUID | None = None
) -> list[MotiveState]:
    """List the motives in use of some organisations, or of all, with both conditions (D-02).

    With an agent, the second is asked of their own openings and sessions.
    """
    async with tenant_transaction() as tx:
        return await queries.states(tx, clock.now(), organisation_ids, agent_id)
