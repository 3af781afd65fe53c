"""Statements about links, and about what an agent becomes through them."""

from datetime import datetime
from uuid import UUID

from creneau.agents.links.schemas import FoundLink, Purpose
from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction


async def insert(
    tx: Transaction, agent_id: UUID, purpose: Purpose, digest: bytes, expires_at: datetime
) -> None:
    """Keep a link's digest."""
    await tx.execute(
        """
        INSERT INTO agent_link (tenant_id, agent_id, purpose, digest, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        """,
        tx.tenant_id,
        agent_id,
        purpose,
        digest,
        expires_at,
    )


async def by_digest(tx: Transaction, purpose: Purpose, digest: bytes) -> FoundLink | None:
    """Find a link, and let nobody else use it until the transaction is over."""
    return await tx.one(
        FoundLink,
        """
        SELECT id, agent_id, expires_at, used_at FROM agent_link
        WHERE tenant_id = $1 AND purpose = $2 AND digest = $3
        FOR UPDATE
        """,
        tx.tenant_id,
        purpose,
        digest,
    )


async def use_all(tx: Transaction, agent_id: UUID, purpose: Purpose, now: datetime) -> None:
    """Make every link of an agent for a purpose good for nothing more: it was used."""
    await tx.execute(
        """
        UPDATE agent_link SET used_at = $4
        WHERE tenant_id = $1 AND agent_id = $2 AND purpose = $3 AND used_at IS NULL
        """,
        tx.tenant_id,
        agent_id,
        purpose,
        now,
    )


async def expire_all(tx: Transaction, agent_id: UUID, now: datetime) -> None:
    """Let every unused link of an agent expire at once."""
    await tx.execute(
        """
        UPDATE agent_link SET expires_at = $3
        WHERE tenant_id = $1 AND agent_id = $2 AND used_at IS NULL AND expires_at > $3
        """,
        tx.tenant_id,
        agent_id,
        now,
    )


async def set_invited(tx: Transaction, agent_id: UUID, now: datetime) -> bool:
    """Note that an agent who has not joined is invited (again); False if there is no such agent."""
    return bool(
        await tx.execute(
            """
            UPDATE agent SET invited_at = $3
            WHERE tenant_id = $1 AND id = $2 AND state = 'invited'
            """,
            tx.tenant_id,
            agent_id,
            now,
        )
    )


async def invited_at(tx: Transaction, agent_id: UUID) -> datetime | None:
    """Read when an agent who has not joined was invited last (UTC)."""
    return await tx.value(
        "SELECT invited_at FROM agent WHERE tenant_id = $1 AND id = $2 AND state = 'invited'",
        tx.tenant_id,
        agent_id,
    )


async def join(
    tx: Transaction, agent_id: UUID, first_name: str, last_name: str, password_hash: str
) -> None:
    """Make an invited agent an active one, under the name that they gave."""
    await tx.execute(
        """
        UPDATE agent
        SET first_name = $3, last_name = $4, password_hash = $5, state = 'active'
        WHERE tenant_id = $1 AND id = $2 AND state = 'invited'
        """,
        tx.tenant_id,
        agent_id,
        first_name,
        last_name,
        password_hash,
    )


async def name_resource(tx: Transaction, agent_id: UUID, label: str) -> None:
    """Call an agent's resource as the agent is called, also in what searches keep."""
    freed_or_taken(tx)
    await tx.execute(
        "UPDATE resource SET label = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        agent_id,
        label,
    )


async def password_hash(tx: Transaction, agent_id: UUID) -> str | None:
    """Read the hash of an active agent's password."""
    return await tx.value(
        "SELECT password_hash FROM agent WHERE tenant_id = $1 AND id = $2 AND state = 'active'",
        tx.tenant_id,
        agent_id,
    )


async def end_sessions(
    tx: Transaction, agent_id: UUID, now: datetime, *, but: UUID | None = None
) -> int:
    """End an agent's sessions wherever they were opened, but one; tells how many."""
    return await tx.execute(
        """
        UPDATE session SET revoked_at = $3, data = '{}', email = NULL
        WHERE tenant_id = $1 AND agent_id = $2 AND revoked_at IS NULL
            AND id IS DISTINCT FROM $4::uuid
        """,
        tx.tenant_id,
        agent_id,
        now,
        but,
    )
