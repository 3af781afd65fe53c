"""The use cases: the one place that opens a transaction."""

from creneau.database import tenant_transaction

from creneau_choir import queries
from creneau_choir.queries import Counted


async def counted() -> list[Counted]:
    """Count the voices of the tenant."""
    async with tenant_transaction() as tx:
        return await queries.counted(tx)
