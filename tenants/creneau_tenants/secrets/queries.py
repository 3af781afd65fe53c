"""Statements about sealed values, whichever table they stand in."""

from collections.abc import Sequence
from uuid import UUID

from creneau.database import Transaction

from creneau_tenants.secrets.schemas import SealedColumn


async def sealed_values(tx: Transaction, place: SealedColumn) -> Sequence[tuple[UUID, bytes]]:
    """Read and lock a tenant's sealed values of one column."""
    rows = await tx.rows(
        f"""
        SELECT {place.key}, {place.column} FROM {place.table}
        WHERE tenant_id = $1 AND {place.column} IS NOT NULL ORDER BY {place.key} FOR UPDATE
        """,
        tx.tenant_id,
    )
    return [(row[0], row[1]) for row in rows]


async def set_sealed(
    tx: Transaction, place: SealedColumn, values: Sequence[tuple[UUID, bytes]]
) -> None:
    """Put other sealed values in the place of a tenant's own."""
    await tx.many(
        f"UPDATE {place.table} SET {place.column} = $3 WHERE tenant_id = $1 AND {place.key} = $2",
        [(tx.tenant_id, key, sealed) for key, sealed in values],
    )


async def tenant_ids(tx: Transaction) -> Sequence[UUID]:
    """List every tenant, the suspended ones too: their secrets stay theirs."""
    return [row[0] for row in await tx.rows("SELECT id FROM tenant ORDER BY created_at, id")]
