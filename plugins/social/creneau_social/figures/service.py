"""Reading the figures, and the follow-ups that they count (S-10)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau import clock
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.roles import service as roles

from creneau_social.figures import queries, rules
from creneau_social.figures.schemas import Silent, SilentWanted, Whose

READ = "appointment:read"


async def count_silent(wanted: SilentWanted) -> int:
    """Count the follow-ups without contact that an agent may see (C-04)."""
    whose, now, since = await _asked(wanted)
    async with tenant_transaction() as tx:
        await queries.give_room(tx)
        return await queries.count_silent(tx, whose, wanted.known_in, now, since)


async def silent(wanted: SilentWanted, most: int, skipped: int = 0) -> list[Silent]:
    """List the follow-ups without contact that an agent may see (C-04), the longest first as a rule.

    Those of the referents on whose agendas they may look, or of one of them.
    """
    whose, now, since = await _asked(wanted)
    async with tenant_transaction() as tx:
        await queries.give_room(tx)
        return await queries.silent(
            tx, whose, wanted.known_in, now, since, wanted.order, most, skipped
        )


async def each_silent(
    wanted: SilentWanted, sink: Callable[[Sequence[Silent]], Awaitable[None]], at_once: int
) -> None:
    """Hand all of them to a sink, so many at a time."""
    whose, now, since = await _asked(wanted)
    async with tenant_transaction() as tx:
        await queries.give_room(tx)
        await queries.each_silent(
            tx, whose, wanted.known_in, now, since, wanted.order, sink, at_once
        )


async def _asked(wanted: SilentWanted) -> tuple[Whose, datetime, datetime]:
    """Give whose follow-ups are meant, now, and since when they are without contact."""
    visible = {one.id for one in await roles.visible_agents(wanted.agent_id, READ)}
    asked = visible if wanted.referent_id is None else visible & {wanted.referent_id}
    now = clock.now()
    zone = ZoneInfo(current_tenant.get().time_zone)
    return Whose(agent_ids=list(asked)), now, rules.months_before(now, wanted.months, zone)


async def referents(agent_id: UUID) -> list[tuple[UUID, str]]:
    """List the agents whose follow-ups somebody may see."""
    return [(one.id, one.display_name) for one in await roles.visible_agents(agent_id, READ)]
