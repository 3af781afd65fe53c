"""Statements about what can be shared."""

from creneau.database import Transaction
from creneau.sharing.schemas import Shared


async def ending_in(tx: Transaction, ending: str) -> Shared | None:
    """Find what has an identifier that ends in these ten hexadecimal digits.

    A tenant has some hundred of these rows at most, and forty random bits tell them apart.
    """
    return await tx.one(
        Shared,
        """
        SELECT kind, id FROM (
            SELECT 'motive' AS kind, id FROM motive WHERE tenant_id = $1
            UNION ALL SELECT 'place', id FROM place WHERE tenant_id = $1
            UNION ALL SELECT 'organisation', id FROM organisation WHERE tenant_id = $1
            UNION ALL SELECT 'service', id FROM service WHERE tenant_id = $1
            UNION ALL SELECT 'agent', id FROM agent WHERE tenant_id = $1 AND state <> 'removed'
        ) shared
        WHERE right(id::text, 10) = $2
        ORDER BY kind, id
        LIMIT 1
        """,
        tx.tenant_id,
        ending,
    )
