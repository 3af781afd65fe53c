"""What persons and agents prefer about messages: read, and changed by themselves (C-80)."""

from collections.abc import Sequence
from uuid import UUID

from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.messages.preferences import queries
from creneau.messages.preferences.schemas import (
    USUAL,
    AgentPreference,
    AgentWish,
    PersonPreference,
)
from creneau.people.service import known


async def of_person(person_id: UUID) -> PersonPreference | None:
    """Read what somebody prefers; None where they never said, and the motive decides."""
    async with tenant_transaction() as tx:
        return await queries.of_person(tx, person_id)


async def choose_of_person(person_id: UUID, wish: PersonPreference, actor: Actor) -> None:
    """Keep what somebody prefers.

    Raises:
        NotFound: There is no such person here.
    """
    async with tenant_transaction() as tx:
        await known(tx, person_id)
        if await queries.of_person(tx, person_id) == wish:
            return
        await queries.keep_of_person(tx, person_id, wish)
        await history.record(tx, actor, "person.preferences_changed", "person", person_id)


async def of_agent(agent_id: UUID) -> AgentPreference:
    """Read what an agent prefers; what is usual where they never said."""
    async with tenant_transaction() as tx:
        found = await queries.of_agents(tx, [agent_id])
    return found[0] if found else USUAL


async def of_agents(agent_ids: Sequence[UUID]) -> dict[UUID, AgentWish]:
    """Read what some agents prefer; whoever never said is missing."""
    async with tenant_transaction() as tx:
        return {wish.agent_id: wish for wish in await queries.of_agents(tx, agent_ids)}


async def watching() -> list[AgentWish]:
    """List the agents who want to know of every agenda within reach."""
    async with tenant_transaction() as tx:
        return await queries.watching(tx)


async def choose_of_agent(agent_id: UUID, wish: AgentPreference) -> None:
    """Keep what an agent prefers."""
    async with tenant_transaction() as tx:
        await queries.keep_of_agent(tx, agent_id, wish)
        actor = Actor("agent", agent_id)
        await history.record(tx, actor, "agent.preferences_changed", "agent", agent_id)
