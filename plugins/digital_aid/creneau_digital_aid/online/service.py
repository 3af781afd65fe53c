"""Reading what is open to online booking."""

from collections.abc import Sequence
from uuid import UUID

from creneau import clock
from creneau.database import tenant_transaction

from creneau_digital_aid.online import queries
from creneau_digital_aid.online.schemas import MotiveState


async def states(organisation_ids: Sequence[UUID] | None) -> list[MotiveState]:
    """List the motives in use of some organisations, or of all, with both conditions (D-02)."""
    async with tenant_transaction() as tx:
        return await queries.states(tx, clock.now(), organisation_ids)
