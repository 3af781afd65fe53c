"""Statements about organisations and services."""

from uuid import UUID

from creneau_infra.postgres.errors import REFUSED, STILL_NAMED

from creneau.database import Transaction
from creneau.organisations.schemas import Organisation, OrganisationDraft, Service, ServiceUse

_ORGANISATION = """
    SELECT id, name, phone, email, address, website, opening_hours, time_zone, territory,
           archived_at, xmin::text AS version
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


async def join_creator(tx: Transaction, agent_id: UUID, organisation_id: UUID) -> None:
    """Give an agent, in a new organisation, the role through which they may create one."""
    await tx.execute(
        """
        INSERT INTO membership (tenant_id, agent_id, organisation_id, role_id)
        SELECT $1, $2, $3, r.id
        FROM membership m
        JOIN role r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
        WHERE m.tenant_id = $1 AND m.agent_id = $2
            AND ((r.built_in AND r.code = 'administrator')
                OR 'tenant:organisation:create' = ANY (r.permissions))
        ORDER BY r.built_in DESC, r.id
        LIMIT 1
        """,
        tx.tenant_id,
        agent_id,
        organisation_id,
    )


async def organisations(tx: Transaction) -> list[Organisation]:
    """Read those that are not archived, by name."""
    sql = _ORGANISATION + " AND archived_at IS NULL ORDER BY unaccent(lower(name)), id"
    return await tx.all(Organisation, sql, tx.tenant_id)


async def find_organisation(tx: Transaction, organisation_id: UUID) -> Organisation | None:
    """Read one, archived or not."""
    return await tx.one(Organisation, _ORGANISATION + " AND id = $2", tx.tenant_id, organisation_id)


async def update_organisation(
    tx: Transaction, organisation_id: UUID, draft: OrganisationDraft, version: str
) -> bool | None:
    """Write a checked draft over an organisation; False: saved since that version, None: name taken."""
    try:
        async with tx.savepoint():
            touched = await tx.execute(
                """
                UPDATE organisation
                SET name = $4, phone = $5, email = $6, address = $7, website = $8, opening_hours = $9,
                    time_zone = $10, territory = $11
                WHERE tenant_id = $1 AND id = $2 AND xmin::text = $3
                """,
                tx.tenant_id,
                organisation_id,
                version,
                draft.name,
                draft.phone,
                draft.email,
                draft.address,
                draft.website,
                draft.opening_hours,
                draft.time_zone,
                draft.territory,
            )
    except REFUSED as error:
        if getattr(error, "constraint_name", "") != "organisation_tenant_id_name_key":
            raise
        return None
    return touched == 1


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
        SELECT id, name, secretariat, xmin::text AS version FROM service
        WHERE tenant_id = $1
        ORDER BY unaccent(lower(name)), id
        """,
        tx.tenant_id,
    )


async def find_service(tx: Transaction, service_id: UUID) -> Service | None:
    """Read one service."""
    return await tx.one(
        Service,
        """
        SELECT id, name, secretariat, xmin::text AS version FROM service
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        service_id,
    )


async def update_service(tx: Transaction, service: Service) -> bool | None:
    """Write a service's name and capability; False: saved since its version, None: name taken."""
    try:
        async with tx.savepoint():
            touched = await tx.execute(
                """
                UPDATE service SET name = $4, secretariat = $5
                WHERE tenant_id = $1 AND id = $2 AND xmin::text = $3
                """,
                tx.tenant_id,
                service.id,
                service.version,
                service.name,
                service.secretariat,
            )
    except REFUSED as error:
        if getattr(error, "constraint_name", "") != "service_tenant_id_name_key":
            raise
        return None
    return touched == 1


async def delete_service(tx: Transaction, service_id: UUID) -> bool:
    """Delete a service; False where anything still names it, in use, archived or removed."""
    try:
        async with tx.savepoint():
            await tx.execute(
                "DELETE FROM service WHERE tenant_id = $1 AND id = $2", tx.tenant_id, service_id
            )
    except STILL_NAMED:
        return False
    return True


async def service_uses(tx: Transaction) -> list[ServiceUse]:
    """Count what belongs to each service: agents that are not removed, motives in use."""
    return await tx.all(
        ServiceUse,
        """
        SELECT s.id AS service_id,
            (SELECT count(*) FROM agent_service x
             JOIN agent a ON a.tenant_id = x.tenant_id AND a.id = x.agent_id
             WHERE x.tenant_id = $1 AND x.service_id = s.id AND a.state <> 'removed') AS agents,
            (SELECT count(*) FROM motive m
             WHERE m.tenant_id = $1 AND m.service_id = s.id AND m.archived_at IS NULL) AS motives
        FROM service s WHERE s.tenant_id = $1
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
