"""Statements about agents; an agent is a resource of the same id."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from creneau.agents.schemas import Agent, AgentDraft
from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction

COLUMNS = "a.id, a.email, a.first_name, a.last_name, a.locale, a.state"


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """An agent with the hash of the password."""

    agent: Agent
    password_hash: str | None


async def insert_agent(
    tx: Transaction, draft: AgentDraft, password_hash: str | None
) -> UUID | None:
    """Add a checked agent and the resource whose time is taken; None when the e-mail is taken."""
    resource_id = await tx.value(
        "INSERT INTO resource (tenant_id, kind, label) VALUES ($1, 'agent', $2) RETURNING id",
        tx.tenant_id,
        f"{draft.first_name} {draft.last_name}",
    )
    return await tx.value(
        """
        INSERT INTO agent (tenant_id, id, email, first_name, last_name, password_hash, locale, state)
        VALUES ($1, $2, $3, $4, $5, $6::text, $7, CASE WHEN $6::text IS NULL THEN 'invited' ELSE 'active' END)
        ON CONFLICT (tenant_id, email) DO NOTHING
        RETURNING id
        """,
        tx.tenant_id,
        resource_id,
        draft.email,
        draft.first_name,
        draft.last_name,
        password_hash,
        draft.locale,
    )


async def insert_services(tx: Transaction, agent_id: UUID, service_ids: Sequence[UUID]) -> None:
    """Put an agent into services."""
    freed_or_taken(tx)
    await tx.many(
        "INSERT INTO agent_service (tenant_id, agent_id, service_id) VALUES ($1, $2, $3)",
        [(tx.tenant_id, agent_id, service_id) for service_id in service_ids],
    )


async def find(tx: Transaction, agent_id: UUID) -> Agent | None:
    """Read one, removed or not."""
    return await tx.one(
        Agent,
        f"SELECT {COLUMNS} FROM agent a WHERE a.tenant_id = $1 AND a.id = $2",
        tx.tenant_id,
        agent_id,
    )


async def agents(tx: Transaction) -> list[Agent]:
    """Read those who have not been removed, by last name."""
    return await tx.all(
        Agent,
        f"""
        SELECT {COLUMNS} FROM agent a
        WHERE a.tenant_id = $1 AND a.state <> 'removed'
        ORDER BY unaccent(lower(a.last_name)), unaccent(lower(a.first_name)), a.id
        """,
        tx.tenant_id,
    )


async def sign_in(tx: Transaction, email: str) -> SignIn | None:
    """Read the active agent of an e-mail address, with the hash of the password."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}, a.password_hash FROM agent a
        WHERE a.tenant_id = $1 AND a.email = $2 AND a.state = 'active'
        """,
        tx.tenant_id,
        email,
    )
    if not rows:
        return None
    found = dict(rows[0])
    kept = found.pop("password_hash")
    return SignIn(agent=msgspec.convert(found, Agent), password_hash=kept)


async def set_password_hash(tx: Transaction, agent_id: UUID, password_hash: str) -> None:
    """Replace the hash of an agent's password."""
    await tx.execute(
        "UPDATE agent SET password_hash = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        agent_id,
        password_hash,
    )


async def labels(tx: Transaction, resource_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Read what resources are called, agents or others."""
    rows = await tx.rows(
        "SELECT id, label FROM resource WHERE tenant_id = $1 AND id = ANY($2)",
        tx.tenant_id,
        list(resource_ids),
    )
    return {row["id"]: row["label"] for row in rows}
