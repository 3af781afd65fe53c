"""Statements about signing up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction

from creneau_tenants.signing_up.schemas import Awaited


async def taken(tx: Transaction, slugs: Sequence[str], hosts: Sequence[str]) -> set[str]:
    """Tell which of some addresses somebody has; `hosts` stand in the order of `slugs`."""
    rows = await tx.rows(
        """
        SELECT asked.slug FROM unnest($1::text[], $2::text[]) AS asked (slug, host)
        WHERE EXISTS (SELECT FROM tenant t WHERE t.slug = asked.slug)
            OR EXISTS (SELECT FROM domain d WHERE d.host = asked.host)
        """,
        list(slugs),
        list(hosts),
    )
    return {row["slug"] for row in rows}


async def insert(tx: Transaction, kind: str, terms: str) -> None:
    """Note that the transaction's own tenant signed up by itself."""
    await tx.execute(
        "INSERT INTO sign_up (tenant_id, kind, terms) VALUES ($1, $2, $3)",
        tx.tenant_id,
        kind,
        terms,
    )


async def awaited(tx: Transaction) -> Awaited | None:
    """Read who is awaited by a tenant that signed up; None once somebody has come."""
    return await tx.one(
        Awaited,
        """
        SELECT a.id AS agent_id, a.email FROM sign_up s
        JOIN agent a ON a.tenant_id = s.tenant_id AND a.state = 'invited'
        WHERE s.tenant_id = $1
            AND NOT EXISTS (SELECT FROM agent o WHERE o.tenant_id = $1 AND o.state <> 'invited')
        ORDER BY a.created_at, a.id
        """,
        tx.tenant_id,
    )


async def correct_email(tx: Transaction, agent_id: UUID, email: str) -> None:
    """Write another address for somebody who is still awaited."""
    await tx.execute(
        "UPDATE agent SET email = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'invited'",
        tx.tenant_id,
        agent_id,
        email,
    )


async def forget(tx: Transaction, before: datetime) -> bool:
    """Take the transaction's own tenant away, if it was never verified; tells whether it was.

    Somebody who was invited again since `before` still has time.
    """
    return await tx.value(
        """
        SELECT CASE
            WHEN EXISTS (SELECT FROM agent WHERE tenant_id = $1 AND invited_at >= $2) THEN false
            ELSE forget_sign_up($2)
        END
        """,
        tx.tenant_id,
        before,
    )
