"""Statements about sectors."""

from collections.abc import Sequence
from uuid import UUID

from creneau.database import Transaction

from creneau_social.sectors.schemas import Duty, Sector, Zone, ZoneDraft

_ZONE = """
    SELECT id, sector_id, town_code, town_name, street, street_plain, first_number, last_number, side
    FROM social.sector_zone WHERE tenant_id = $1
"""


async def sectors(tx: Transaction) -> list[Sector]:
    """Read every sector, by name."""
    return await tx.all(
        Sector,
        """
        SELECT s.id, s.name,
            (SELECT count(*) FROM social.sector_zone z
             WHERE z.tenant_id = $1 AND z.sector_id = s.id) AS zones,
            (SELECT count(*) FROM social.sector_duty d
             WHERE d.tenant_id = $1 AND d.sector_id = s.id) AS duties
        FROM social.sector s WHERE s.tenant_id = $1
        ORDER BY unaccent(lower(s.name)), s.id
        """,
        tx.tenant_id,
    )


async def add_sector(tx: Transaction, name: str) -> UUID | None:
    """Add a sector; None where one is called so."""
    return await tx.value(
        """
        INSERT INTO social.sector (tenant_id, name) VALUES ($1, $2)
        ON CONFLICT (tenant_id, name) DO NOTHING RETURNING id
        """,
        tx.tenant_id,
        name,
    )


async def remove_sector(tx: Transaction, sector_id: UUID) -> bool:
    """Delete a sector with all that it says."""
    sql = "DELETE FROM social.sector WHERE tenant_id = $1 AND id = $2"
    return bool(await tx.execute(sql, tx.tenant_id, sector_id))


async def zones_of_sector(tx: Transaction, sector_id: UUID) -> list[Zone]:
    """Read the zones of a sector, by town and street."""
    sql = _ZONE + " AND sector_id = $2 ORDER BY town_name, street_plain, first_number, id"
    return await tx.all(Zone, sql, tx.tenant_id, sector_id)


async def zones_of_town(tx: Transaction, town_code: str) -> list[Zone]:
    """Read the zones of a town, whatever their sector."""
    return await tx.all(Zone, _ZONE + " AND town_code = $2 ORDER BY id", tx.tenant_id, town_code)


async def add_zone(tx: Transaction, sector_id: UUID, draft: ZoneDraft, street_plain: str) -> bool:
    """Add a zone; False where the sector has it."""
    return bool(
        await tx.execute(
            """
            INSERT INTO social.sector_zone (tenant_id, sector_id, town_code, town_name, street,
                street_plain, first_number, last_number, side)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT DO NOTHING
            """,
            tx.tenant_id,
            sector_id,
            draft.town_code,
            draft.town_name,
            draft.street,
            street_plain,
            draft.first_number,
            draft.last_number,
            draft.side,
        )
    )


async def remove_zone(tx: Transaction, zone_id: UUID) -> UUID | None:
    """Take a zone out, and name its sector."""
    return await tx.value(
        "DELETE FROM social.sector_zone WHERE tenant_id = $1 AND id = $2 RETURNING sector_id",
        tx.tenant_id,
        zone_id,
    )


async def duties_of_sector(tx: Transaction, sector_id: UUID) -> list[Duty]:
    """Read who looks after a sector, organisations first."""
    return await tx.all(
        Duty,
        """
        SELECT d.id, d.sector_id, d.organisation_id, d.agent_id,
            COALESCE(o.name, a.first_name || ' ' || a.last_name) AS name
        FROM social.sector_duty d
        LEFT JOIN organisation o ON o.tenant_id = $1 AND o.id = d.organisation_id
        LEFT JOIN agent a ON a.tenant_id = $1 AND a.id = d.agent_id
        WHERE d.tenant_id = $1 AND d.sector_id = $2
        ORDER BY d.organisation_id IS NULL, name
        """,
        tx.tenant_id,
        sector_id,
    )


async def add_duty(
    tx: Transaction, sector_id: UUID, organisation_id: UUID | None, agent_id: UUID | None
) -> bool:
    """Give a sector to an organisation or an agent; False where they have it."""
    return bool(
        await tx.execute(
            """
            INSERT INTO social.sector_duty (tenant_id, sector_id, organisation_id, agent_id)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """,
            tx.tenant_id,
            sector_id,
            organisation_id,
            agent_id,
        )
    )


async def remove_duty(tx: Transaction, duty_id: UUID) -> UUID | None:
    """Take a sector from whoever has it, and name the sector."""
    return await tx.value(
        "DELETE FROM social.sector_duty WHERE tenant_id = $1 AND id = $2 RETURNING sector_id",
        tx.tenant_id,
        duty_id,
    )


async def organisations_of(tx: Transaction, sector_ids: Sequence[UUID]) -> list[UUID]:
    """Read which organisations look after some sectors."""
    rows = await tx.rows(
        """
        SELECT DISTINCT organisation_id FROM social.sector_duty
        WHERE tenant_id = $1 AND sector_id = ANY ($2::uuid[]) AND organisation_id IS NOT NULL
        """,
        tx.tenant_id,
        list(sector_ids),
    )
    return [row["organisation_id"] for row in rows]


async def agents_of(
    tx: Transaction, sector_ids: Sequence[UUID], organisation_id: UUID
) -> list[UUID]:
    """Read which agents of an organisation look after some sectors."""
    rows = await tx.rows(
        """
        SELECT DISTINCT d.agent_id FROM social.sector_duty d
        JOIN agent a ON a.tenant_id = $1 AND a.id = d.agent_id AND a.state <> 'removed'
        JOIN membership m ON m.tenant_id = $1 AND m.agent_id = d.agent_id
            AND m.organisation_id = $3
        WHERE d.tenant_id = $1 AND d.sector_id = ANY ($2::uuid[])
        """,
        tx.tenant_id,
        list(sector_ids),
        organisation_id,
    )
    return [row["agent_id"] for row in rows]


async def sectors_of_agents(tx: Transaction, agent_ids: Sequence[UUID]) -> list[UUID]:
    """Read which sectors some agents look after."""
    rows = await tx.rows(
        """
        SELECT DISTINCT sector_id FROM social.sector_duty
        WHERE tenant_id = $1 AND agent_id = ANY ($2::uuid[])
        """,
        tx.tenant_id,
        list(agent_ids),
    )
    return [row["sector_id"] for row in rows]


async def same_motives(tx: Transaction, motive_id: UUID) -> list[tuple[UUID, UUID]]:
    """Read the sectorised motives of the same name and service, with their organisations."""
    rows = await tx.rows(
        """
        SELECT o.id, o.organisation_id FROM motive m
        JOIN motive o ON o.tenant_id = $1 AND o.service_id = m.service_id AND o.name = m.name
        WHERE m.tenant_id = $1 AND m.id = $2 AND o.archived_at IS NULL
            AND o.audience = 'everyone' AND o.extra ? 'social.sectorised'
        ORDER BY o.id <> m.id, o.id
        """,
        tx.tenant_id,
        motive_id,
    )
    return [(row["id"], row["organisation_id"]) for row in rows]


async def known_towns(tx: Transaction) -> list[tuple[str, str]]:
    """Read the towns that sectors name."""
    rows = await tx.rows(
        """
        SELECT DISTINCT town_code, town_name FROM social.sector_zone
        WHERE tenant_id = $1 ORDER BY town_name
        """,
        tx.tenant_id,
    )
    return [(row["town_code"], row["town_name"]) for row in rows]
