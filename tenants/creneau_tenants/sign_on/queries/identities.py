"""Statements about who an agent is at a provider."""

from datetime import datetime
from uuid import UUID

from creneau.database import Transaction

from creneau_tenants.sign_on.schemas import OwnIdentity


async def agent_of(tx: Transaction, provider_id: UUID, subject: str) -> UUID | None:
    """Find whom an identity is linked to."""
    return await tx.value(
        "SELECT agent_id FROM external_identity WHERE tenant_id = $1 AND provider_id = $2 AND subject = $3",
        tx.tenant_id,
        provider_id,
        subject,
    )


async def use_identity(tx: Transaction, provider_id: UUID, subject: str, now: datetime) -> None:
    """Note that somebody came in by an identity."""
    await tx.execute(
        "UPDATE external_identity SET used_at = $4 WHERE tenant_id = $1 AND provider_id = $2 AND subject = $3",
        tx.tenant_id,
        provider_id,
        subject,
        now,
    )


async def link(tx: Transaction, provider_id: UUID, subject: str, agent_id: UUID) -> bool:
    """Link an identity to an agent; False when either is linked otherwise."""
    return bool(
        await tx.execute(
            """
            INSERT INTO external_identity (tenant_id, provider_id, subject, agent_id)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """,
            tx.tenant_id,
            provider_id,
            subject,
            agent_id,
        )
    )


async def unlink(tx: Transaction, provider_id: UUID, agent_id: UUID) -> bool:
    """Part an agent from their identity at a provider."""
    return bool(
        await tx.execute(
            "DELETE FROM external_identity WHERE tenant_id = $1 AND provider_id = $2 AND agent_id = $3",
            tx.tenant_id,
            provider_id,
            agent_id,
        )
    )


async def activate(tx: Transaction, agent_id: UUID) -> bool:
    """Let an invited agent in."""
    return bool(
        await tx.execute(
            "UPDATE agent SET state = 'active' WHERE tenant_id = $1 AND id = $2 AND state = 'invited'",
            tx.tenant_id,
            agent_id,
        )
    )


async def email_known(tx: Transaction, email: str) -> bool:
    """Tell whether an agent has this address, removed or not."""
    return bool(
        await tx.value(
            "SELECT true FROM agent WHERE tenant_id = $1 AND email = $2", tx.tenant_id, email
        )
    )


async def own_identities(tx: Transaction, agent_id: UUID) -> list[OwnIdentity]:
    """Read an agent's identities, and the providers where they could have one."""
    return await tx.all(
        OwnIdentity,
        """
        SELECT p.id AS provider_id, p.label, e.id, e.created_at, e.used_at
        FROM identity_provider p
        LEFT JOIN external_identity e
            ON e.tenant_id = p.tenant_id AND e.provider_id = p.id AND e.agent_id = $2
        WHERE p.tenant_id = $1 AND ((p.enabled AND p.for_agents) OR e.id IS NOT NULL)
        ORDER BY unaccent(lower(p.label)), p.id
        """,
        tx.tenant_id,
        agent_id,
    )


async def has_another_way(tx: Transaction, provider_id: UUID, agent_id: UUID) -> bool:
    """Tell whether an agent comes in without one provider: by another, or by a password."""
    return bool(
        await tx.value(
            """
            SELECT EXISTS (
                SELECT FROM external_identity e JOIN identity_provider p
                    ON p.tenant_id = e.tenant_id AND p.id = e.provider_id
                WHERE e.tenant_id = $1 AND e.agent_id = $3 AND p.id <> $2 AND p.enabled
            ) OR (
                EXISTS (SELECT FROM agent WHERE tenant_id = $1 AND id = $3
                    AND password_hash IS NOT NULL)
                AND NOT EXISTS (SELECT FROM identity_provider
                    WHERE tenant_id = $1 AND enabled AND sole)
            )
            """,
            tx.tenant_id,
            provider_id,
            agent_id,
        )
    )
