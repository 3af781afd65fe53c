"""Secrets at rest get a new key (T-06)."""

from collections.abc import Sequence
from uuid import UUID

from creneau.database import tenant_transaction
from creneau_infra.postgres.transactions import directory_transaction
from creneau_infra.sealing import rotate

from creneau_tenants.secrets import queries
from creneau_tenants.secrets.schemas import SEALED_COLUMNS, SealedColumn


async def rotate_all(columns: Sequence[SealedColumn] = SEALED_COLUMNS) -> int:
    """Seal every tenant's secrets anew under the newest key, and tell how many there were.

    A tenant's are done together or not at all; run it again after a failure.

    Raises:
        SealBrokenError: A value is sealed under a key that the settings no longer name.
    """
    async with directory_transaction() as tx:
        tenants = await queries.tenant_ids(tx)
    return sum([await _rotate_of(tenant_id, columns) for tenant_id in tenants])


async def _rotate_of(tenant_id: UUID, columns: Sequence[SealedColumn]) -> int:
    done = 0
    async with tenant_transaction(tenant_id) as tx:
        for place in columns:
            values = await queries.sealed_values(tx, place)
            await queries.set_sealed(tx, place, [(key, rotate(sealed)) for key, sealed in values])
            done += len(values)
    return done
