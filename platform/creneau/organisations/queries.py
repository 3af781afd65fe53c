"""Statements about organisations and services."""

from uuid import UUID

from creneau.database import Transaction
from creneau.organisations.schemas import Organisation, OrganisationDraft, Service

_ORGANISATION = """
    SELECT id, name, phone, email, address, website, opening_hours, time_zone, territory,
           archived_at
    FROM organisation
    WHERE tenant_id = $1
"""


async def insert_organisation(tx: Transaction, draft: OrganisationDraft) -> UUID | None:
    """Add a checked organisation; None when the name is taken."""
    return await tx.value(
        """
        INSERT INTO organisation (tenant_id, name, phone, email, address, website,
                                  opening_hours, time_zone, territory)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (tenant_id, name) DO NOTHING
        RETURNING id
        """,
        tx.tenant_id,
        draft.name,
        draft.phone,
        draft.email,
        draft.address,
        draft.website,
        draft.opening_hours,
        draft.time_zone,
        draft.territory,
    )


async def organisations(tx: Transaction) -> list[Organisation]:
    """Read those that are not archived, by name."""
    sql = _ORGANISATION + " AND archived_at IS NULL ORDER BY unaccent(lower(name)), id"
    return await tx.all(Organisation, sql, tx.tenant_id)


async def find_organisation(tx: Transaction, organisation_id: UUID) -> Organisation | None:
    """Read one, archived or not."""
    return await tx.one(Organisation, _ORGANISATION + " AND id = $2", tx.tenant_id, organisation_id)


async def insert_service(tx: Transaction, name: str, *, secretariat: bool) -> UUID | None:
    """Add a service; None when the name is taken."""
    return await tx.value(
        """
        INSERT INTO service (tenant_id, name, secretariat) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, name) DO NOTHING
        RETURNING id
        """,
        tx.tenant_id,
        name,
        secretariat,
    )


async def services(tx: Transaction) -> list[Service]:
    """Read every service, by name."""
    return await tx.all(
        Service,
        """
        SELECT id, name, secretariat FROM service
        WHERE tenant_id = $1
        ORDER BY unaccent(lower(name)), id
        """,
        tx.tenant_id,
    )


async def missing_organisations(tx: Transaction, ids: list[UUID]) -> set[UUID]:
    """Tell which of these ids are no organisation in use here."""
    rows = await tx.rows(
        "SELECT id FROM organisation WHERE tenant_id = $1 AND id = ANY($2) AND archived_at IS NULL",
        tx.tenant_id,
        ids,
    )
    return set(ids) - {row["id"] for row in rows}


async def missing_services(tx: Transaction, ids: list[UUID]) -> set[UUID]:
    """Tell which of these ids are no service here."""
    rows = await tx.rows(
        "SELECT id FROM service WHERE tenant_id = $1 AND id = ANY($2)", tx.tenant_id, ids
    )
    return set(ids) - {row["id"] for row in rows}
