"""Roles: what an agent may do, and whose agendas are within reach (C-04)."""

from collections.abc import Collection
from uuid import UUID

from creneau.agents.schemas import Agent
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.plugins import installed
from creneau.refusals import NotAllowed, NotFound
from creneau.roles import own, queries
from creneau.roles.rules import Rights, granted
from creneau.roles.schemas import BUILT_IN, Holder, Role, RoleDraft


async def ensure_built_in_roles(tx: Transaction) -> None:
    """Add the roles administrator, agent and secretary where they are missing."""
    await queries.insert_built_in(tx, BUILT_IN)


async def roles() -> list[Role]:
    """List every role, the built-in ones first."""
    async with tenant_transaction() as tx:
        return await queries.roles(tx)


async def role(role_id: UUID) -> Role:
    """Read one role.

    Raises:
        NotFound: There is no such role here.
    """
    async with tenant_transaction() as tx:
        found = await queries.role(tx, role_id)
    if found is None:
        raise NotFound
    return found


async def holders(role_id: UUID) -> list[Holder]:
    """List who holds a role, by last name."""
    async with tenant_transaction() as tx:
        return await queries.holders(tx, role_id)


async def create_role(draft: RoleDraft, actor: Actor) -> UUID:
    """Add a role of the tenant's own (T-08).

    Raises:
        InvalidInput: The name cannot be used or is taken, or a right does not exist.
    """
    clean = own.checked_role(draft)
    async with tenant_transaction() as tx:
        return await own.create(tx, clean, actor)


async def update_role(
    role_id: UUID, draft: RoleDraft, version: str, rights: Rights, actor: Actor
) -> Role:
    """Change a role for all who hold it, and give it as it was; `rights` are the actor's (T-08).

    Raises:
        NotFound: There is no such role here.
        RoleBuiltIn: It is one of the three.
        InvalidInput: A field cannot be used, or the role would give what the actor lacks.
        ChangedMeanwhile: Somebody else saved it since `version`.
    """
    clean = own.checked_role(draft)
    async with tenant_transaction() as tx:
        return await own.update(tx, role_id, clean, version, rights, actor)


async def delete_role(role_id: UUID, actor: Actor, *, version: str | None = None) -> None:
    """Delete a role of the tenant's own that nobody holds.

    Raises:
        NotFound: There is no such role here.
        RoleBuiltIn: It is one of the three.
        ChangedMeanwhile: Somebody else saved it since `version`; None: whatever it is.
        RoleHeld: Somebody holds it.
    """
    async with tenant_transaction() as tx:
        await own.delete(tx, role_id, actor, version)


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
