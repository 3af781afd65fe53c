"""Reading what is open to online booking."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from creneau import clock
from creneau.database import tenant_transaction
from creneau.roles import service as roles

from creneau_digital_aid.online import queries
from creneau_digital_aid.online.schemas import MotiveState

NAMED: Final = 3


async def states(
    organisation_ids: Sequence[UUID] | None, agent_id: UUID | None = None
) -> list[MotiveState]:
    """List the motives in use of some organisations, or of all, with both conditions (D-02).

    With an agent, the second is asked of their own openings and sessions.
    """
    async with tenant_transaction() as tx:
        return await queries.states(tx, clock.now(), organisation_ids, agent_id)


async def administrators(organisation_ids: Sequence[UUID]) -> list[str]:
    """Name some of those who administer organisations, by last name: whom an adviser can ask."""
    role = next(role for role in await roles.roles() if role.code == "administrator")
    names = [
        holder.name
        for holder in await roles.holders(role.id)
        if holder.organisation_id in organisation_ids
    ]
    return list(dict.fromkeys(names))[:NAMED]
