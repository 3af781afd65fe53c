"""Statements about what a new tenant begins with."""

from collections.abc import Sequence
from uuid import UUID

from creneau.database import Transaction


async def insert_role(
    tx: Transaction, code: str, name: str, permissions: Sequence[str]
) -> UUID | None:
    """Add a role of the tenant's own; None when there is one of that code."""
    return await tx.value(
        """
        INSERT INTO role (tenant_id, code, name, permissions) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, code) DO NOTHING
        RETURNING id
        """,
        tx.tenant_id,
        code,
        name,
        list(permissions),
    )


async def role_codes(tx: Transaction) -> set[str]:
    """Read the codes of all roles."""
    rows = await tx.rows("SELECT code FROM role WHERE tenant_id = $1", tx.tenant_id)
    return {row["code"] for row in rows}
