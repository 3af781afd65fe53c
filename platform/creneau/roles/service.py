"""Roles: what an agent may do, and whose agendas are within reach (C-04)."""

from collections.abc import Collection
from uuid import UUID

from creneau.agents.schemas import Agent
from creneau.database import Transaction, tenant_transaction
from creneau.plugins import installed
from creneau.refusals import NotAllowed
from creneau.roles import queries
from creneau.roles.rules import Rights, granted
from creneau.roles.schemas import BUILT_IN, Role


async def ensure_built_in_roles(tx: Transaction) -> None:
    """Add the roles administrator, agent and secretary where they are missing."""
    await queries.insert_built_in(tx, BUILT_IN)


async def roles() -> list[Role]:
    """List every role, the built-in ones first."""
    async with tenant_transaction() as tx:
        return await queries.roles(tx)


async def rights_of(agent_id: UUID) -> Rights:
    """Tell all that an agent may do; a removed or unknown agent may nothing."""
    async with tenant_transaction() as tx:
        return await _rights(tx, agent_id)


async def visible_agents(agent_id: UUID, code: str) -> list[Agent]:
    """List the agents whose agendas the right `code` opens to an agent (C-04), by last name."""
    async with tenant_transaction() as tx:
        rights = await _rights(tx, agent_id)
        return await queries.visible_agents(tx, agent_id, rights.reach(code))


async def require_reach(agent_id: UUID, code: str, resource_ids: Collection[UUID]) -> None:
    """Refuse when none of these agents' agendas is within reach of the right `code` (C-04).

    Raises:
        NotAllowed: None of them is.
    """
    visible = {agent.id for agent in await visible_agents(agent_id, code)}
    if visible.isdisjoint(resource_ids):
        raise NotAllowed


async def _rights(tx: Transaction, agent_id: UUID) -> Rights:
    held = await queries.held(tx, agent_id)
    team = await queries.team(tx, agent_id)
    return Rights(
        agent_id=agent_id,
        service_ids=team.service_ids,
        secretariat=team.secretariat,
        granted=granted(held, installed().permissions()),
    )
