"""Secrets at rest get a new key (T-06)."""

from collections.abc import Sequence
from uuid import UUID

from creneau.database import tenant_transaction
from creneau.plugins import installed
from creneau_infra.postgres.transactions import directory_transaction
from creneau_infra.sealing import rotate

from creneau_tenants.secrets import queries
from creneau_tenants.secrets.schemas import SEALED_COLUMNS, SealedColumn


def sealed_columns() -> Sequence[SealedColumn]:
    """List where sealed values stand: the house's own columns, and the plugins'."""
    return (*SEALED_COLUMNS, *(SealedColumn(*place) for place in installed().sealed_columns()))


async def rotate_all(columns: Sequence[SealedColumn] | None = None) -> int:
    """Seal every tenant's secrets anew under the newest key, and tell how many there were.

    `columns` None: all of them. A tenant's are done together or not at all; run it again after a failure.

    Raises:
        SealBrokenError: A value is sealed under a key that the settings no longer name.
    """
    async with directory_transaction() as tx:
        tenants = await queries.tenant_ids(tx)
    places = sealed_columns() if columns is None else columns
    return sum([await _rotate_of(tenant_id, places) for tenant_id in tenants])


async def _rotate_of(tenant_id: UUID, columns: Sequence[SealedColumn]) -> int:
    done = 0
    async with tenant_transaction(tenant_id) as tx:
        for place in columns:
            values = await queries.sealed_values(tx, place)
            await queries.set_sealed(tx, place, [(key, rotate(sealed)) for key, sealed in values])
            done += len(values)
    return done
