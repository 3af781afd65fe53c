"""The statements of resources."""

from collections.abc import Sequence
from uuid import UUID

from creneau.database import Transaction
from creneau.resources.schemas import Resource


async def add(tx: Transaction, kind: str, label: str) -> UUID:
    """Add a resource."""
    return await tx.value(
        "INSERT INTO resource (tenant_id, kind, label) VALUES ($1, $2, $3) RETURNING id",
        tx.tenant_id,
        kind,
        label,
    )


async def of_kinds(tx: Transaction, kinds: Sequence[str]) -> list[Resource]:
    """Read the resources in use of some kinds, by name."""
    return await tx.all(
        Resource,
        """
        SELECT id, kind, label, active FROM resource
        WHERE tenant_id = $1 AND active AND kind = ANY ($2::text[])
        ORDER BY unaccent(lower(label)), id
        """,
        tx.tenant_id,
        list(kinds),
    )
