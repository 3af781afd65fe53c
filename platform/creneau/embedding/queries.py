"""The statements about sites that may show the booking."""

from uuid import UUID

from creneau.database import Transaction


async def origins(tx: Transaction) -> list[str]:
    """Read the sites, by name."""
    rows = await tx.rows(
        "SELECT origin FROM embedding_origin WHERE tenant_id = $1 ORDER BY origin", tx.tenant_id
    )
    return [row["origin"] for row in rows]


async def add(tx: Transaction, origin: str, most: int) -> UUID | None:
    """Add a site; None where it is there already, or there are as many as may be."""
    return await tx.value(
        """
        INSERT INTO embedding_origin (tenant_id, origin)
        SELECT $1, $2
        WHERE (SELECT count(*) FROM embedding_origin WHERE tenant_id = $1) < $3
        ON CONFLICT (tenant_id, origin) DO NOTHING
        RETURNING id
        """,
        tx.tenant_id,
        origin,
        most,
    )


async def remove(tx: Transaction, origin: str) -> UUID | None:
    """Remove a site and give its id; None where it is not there."""
    return await tx.value(
        "DELETE FROM embedding_origin WHERE tenant_id = $1 AND origin = $2 RETURNING id",
        tx.tenant_id,
        origin,
    )
