"""Statements about signing up."""

from collections.abc import Sequence
from datetime import datetime

from creneau.database import Transaction


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


async def is_unverified(tx: Transaction) -> bool:
    """Tell whether the transaction's own tenant signed up, and nobody accepted its invitation."""
    return await tx.value(
        """
        SELECT EXISTS (SELECT FROM sign_up WHERE tenant_id = $1)
            AND NOT EXISTS (SELECT FROM agent WHERE tenant_id = $1 AND state <> 'invited')
        """,
        tx.tenant_id,
    )


async def forget(tx: Transaction, before: datetime) -> bool:
    """Take the transaction's own tenant away, if it was never verified; tells whether it was."""
    return await tx.value("SELECT forget_sign_up($1)", before)
