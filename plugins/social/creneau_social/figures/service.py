"""Reading the figures, and the follow-ups that they count (S-10)."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau import clock
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.roles import service as roles

from creneau_social.figures import queries, rules
from creneau_social.figures.schemas import Silent, Whose

READ = "appointment:read"


async def silent(  # noqa: PLR0913, PLR0917 - who asks, what for, and how many
    agent_id: UUID,
    referent_id: UUID | None,
    known_in: Sequence[UUID] | None,
    months: int,
    most: int,
    skipped: int,
) -> list[Silent]:
    """List the follow-ups without contact that an agent may see (C-04), the longest first.

    Those of the referents on whose agendas they may look, or of one of them.
    """
    visible = {one.id for one in await roles.visible_agents(agent_id, READ)}
    asked = visible if referent_id is None else visible & {referent_id}
    now = clock.now()
    since = rules.months_before(now, months, ZoneInfo(current_tenant.get().time_zone))
    async with tenant_transaction() as tx:
        await queries.give_room(tx)
        whose = Whose(agent_ids=list(asked))
        return await queries.silent(tx, whose, known_in, now, since, most, skipped)


async def referents(agent_id: UUID) -> list[tuple[UUID, str]]:
    """List the agents whose follow-ups somebody may see."""
    return [(one.id, one.display_name) for one in await roles.visible_agents(agent_id, READ)]
