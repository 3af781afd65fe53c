"""Statements about what persons and agents prefer."""

from collections.abc import Sequence
from uuid import UUID

from creneau.database import Transaction
from creneau.messages.preferences.schemas import AgentPreference, AgentWish, PersonPreference


async def of_person(tx: Transaction, person_id: UUID) -> PersonPreference | None:
    """Read what somebody prefers; None where they never said."""
    return await tx.one(
        PersonPreference,
        "SELECT by_email, by_sms FROM person_preference WHERE tenant_id = $1 AND person_id = $2",
        tx.tenant_id,
        person_id,
    )


async def keep_of_person(tx: Transaction, person_id: UUID, wish: PersonPreference) -> None:
    """Keep what somebody prefers."""
    await tx.execute(
        """
        INSERT INTO person_preference (tenant_id, person_id, by_email, by_sms)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, person_id)
        DO UPDATE SET by_email = $3, by_sms = $4, changed_at = now()
        """,
        tx.tenant_id,
        person_id,
        wish.by_email,
        wish.by_sms,
    )


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Let the motive decide again."""
    await tx.execute(
        "DELETE FROM person_preference WHERE tenant_id = $1 AND person_id = $2",
        tx.tenant_id,
        person_id,
    )


async def of_agents(tx: Transaction, agent_ids: Sequence[UUID]) -> list[AgentWish]:
    """Read what some agents prefer; whoever never said is missing."""
    return await tx.all(
        AgentWish,
        """
        SELECT agent_id, scope, taken, moved, cancelled FROM agent_preference
        WHERE tenant_id = $1 AND agent_id = ANY($2)
        """,
        tx.tenant_id,
        list(agent_ids),
    )


async def watching(tx: Transaction) -> list[AgentWish]:
    """Read the preferences of the agents who want to know of every agenda within reach."""
    return await tx.all(
        AgentWish,
        """
        SELECT p.agent_id, p.scope, p.taken, p.moved, p.cancelled
        FROM agent_preference p
        JOIN agent a ON a.tenant_id = p.tenant_id AND a.id = p.agent_id AND a.state = 'active'
        WHERE p.tenant_id = $1 AND p.scope = 'reach'
        ORDER BY p.agent_id
        """,
        tx.tenant_id,
    )


async def keep_of_agent(tx: Transaction, agent_id: UUID, wish: AgentPreference) -> None:
    """Keep what an agent prefers."""
    await tx.execute(
        """
        INSERT INTO agent_preference (tenant_id, agent_id, scope, taken, moved, cancelled)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, agent_id)
        DO UPDATE SET scope = $3, taken = $4, moved = $5, cancelled = $6, changed_at = now()
        """,
        tx.tenant_id,
        agent_id,
        wish.scope,
        wish.taken,
        wish.moved,
        wish.cancelled,
    )
