"""Reading the figures, and the follow-ups that they count (S-10)."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau import clock
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.roles import service as roles
from creneau.statistics import service as statistics

from creneau_social.figures import queries, rules
from creneau_social.figures.keeping import queries as keeping
from creneau_social.figures.schemas import Silent, SilentOnes, SilentWanted, Whose

READ = "appointment:read"


async def count_silent(wanted: SilentWanted) -> int:
    """Count the follow-ups without contact that an agent may see (C-04)."""
    ones = await _ones(wanted)
    async with tenant_transaction() as tx:
        await queries.give_room(tx)
        return await queries.count_silent(tx, ones)


async def silent(wanted: SilentWanted, most: int, skipped: int = 0) -> list[Silent]:
    """List the follow-ups without contact that an agent may see (C-04), the longest first as a rule.

    Those of the referents on whose agendas they may look, or of one of them.
    """
    ones = await _ones(wanted)
    async with tenant_transaction() as tx:
        await queries.give_room(tx)
        return await queries.silent(tx, ones, most, skipped)


async def each_silent(
    wanted: SilentWanted, sink: Callable[[Sequence[Silent]], Awaitable[None]], at_once: int
) -> None:
    """Hand all of them to a sink, so many at a time."""
    ones = await _ones(wanted)
    async with tenant_transaction() as tx:
        await queries.give_room(tx)
        await queries.each_silent(tx, ones, sink, at_once)


async def _ones(wanted: SilentWanted) -> SilentOnes:
    visible = {one.id for one in await roles.visible_agents(wanted.agent_id, READ)}
    asked = visible if wanted.referent_id is None else visible & {wanted.referent_id}
    now = clock.now()
    zone = ZoneInfo(current_tenant.get().time_zone)
    return SilentOnes(
        whose=Whose(agent_ids=list(asked), kept=await _kept()),
        known_in=wanted.known_in,
        now=now,
        since=rules.months_before(now, wanted.months, zone),
        order=wanted.order,
    )


async def _kept() -> bool:
    """Count what changed where nobody waits for it; tells whether kept figures are those of now."""
    counted = await statistics.ready()
    async with tenant_transaction() as tx:
        return counted and await keeping.is_filled(tx)


async def referents(agent_id: UUID) -> list[tuple[UUID, str]]:
    """List the agents whose follow-ups somebody may see."""
    return [(one.id, one.display_name) for one in await roles.visible_agents(agent_id, READ)]
