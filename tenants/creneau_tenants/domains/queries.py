"""Statements about a tenant's addresses."""

from creneau.database import Transaction

from creneau_tenants.domains.schemas import Address, Claim


async def addresses(tx: Transaction, given: str) -> list[Address]:
    """Read the addresses that are served, the primary one first; `given` is the platform's."""
    return await tx.all(
        Address,
        """
        SELECT host, is_primary, host <> $2 AS own FROM domain
        WHERE tenant_id = $1 AND verified_at IS NOT NULL
        ORDER BY is_primary DESC, host
        """,
        tx.tenant_id,
        given,
    )


async def claims(tx: Transaction) -> list[Claim]:
    """Read the addresses that are still to be proven."""
    return await tx.all(
        Claim,
        "SELECT host, secret FROM domain_claim WHERE tenant_id = $1 ORDER BY created_at, host",
        tx.tenant_id,
    )


async def claim(tx: Transaction, host: str) -> Claim | None:
    """Read one address that is still to be proven."""
    return await tx.one(
        Claim,
        "SELECT host, secret FROM domain_claim WHERE tenant_id = $1 AND host = $2",
        tx.tenant_id,
        host,
    )


async def insert_claim(tx: Transaction, host: str, secret: str) -> None:
    """Note an address; one that is noted already keeps its secret."""
    await tx.execute(
        """
        INSERT INTO domain_claim (tenant_id, host, secret) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, host) DO NOTHING
        """,
        tx.tenant_id,
        host,
        secret,
    )


async def drop_claim(tx: Transaction, host: str) -> bool:
    """Forget an address that was noted; False when it was not."""
    gone = await tx.execute(
        "DELETE FROM domain_claim WHERE tenant_id = $1 AND host = $2", tx.tenant_id, host
    )
    return gone == 1


async def serve(tx: Transaction, host: str) -> bool:
    """Serve a proven address; False when it is another tenant's."""
    added = await tx.execute(
        """
        INSERT INTO domain (host, tenant_id, is_primary, verified_at)
        VALUES ($2, $1, false, now())
        ON CONFLICT (host) DO NOTHING
        """,
        tx.tenant_id,
        host,
    )
    return added == 1


async def is_served(tx: Transaction, host: str) -> bool:
    """Tell whether an address is served for this tenant."""
    return await tx.value(
        "SELECT EXISTS (SELECT FROM domain WHERE tenant_id = $1 AND host = $2)", tx.tenant_id, host
    )


async def make_primary(tx: Transaction, host: str) -> None:
    """Have links lead to this address of the tenant's."""
    await tx.execute(
        "UPDATE domain SET is_primary = false WHERE tenant_id = $1 AND is_primary AND host <> $2",
        tx.tenant_id,
        host,
    )
    await tx.execute(
        "UPDATE domain SET is_primary = true WHERE tenant_id = $1 AND host = $2",
        tx.tenant_id,
        host,
    )


async def stop_serving(tx: Transaction, host: str) -> None:
    """Serve an address no more."""
    await tx.execute("DELETE FROM domain WHERE tenant_id = $1 AND host = $2", tx.tenant_id, host)


async def lock(tx: Transaction) -> None:
    """Have two changes of one tenant's addresses wait for each other."""
    await tx.rows(
        "SELECT host FROM domain WHERE tenant_id = $1 ORDER BY host FOR UPDATE", tx.tenant_id
    )
