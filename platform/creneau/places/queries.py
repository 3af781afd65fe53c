"""Statements about places."""

from datetime import datetime
from uuid import UUID

from creneau_infra.postgres.errors import REFUSED

from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction
from creneau.places.schemas import Place, PlaceDraft

COLUMNS = """
    p.id, p.organisation_id, p.name, p.address, p.phone, p.access_information,
    o.time_zone, p.latitude, p.longitude, p.archived_at, p.xmin::text AS version
"""

_PLACE = f"""
    SELECT {COLUMNS}
    FROM place p
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
    WHERE p.tenant_id = $1
"""


async def insert_place(tx: Transaction, draft: PlaceDraft) -> UUID | None:
    """Add a checked place; None when the organisation has one of that name."""
    return await tx.value(
        """
        INSERT INTO place (tenant_id, organisation_id, name, address, phone,
                           access_information, latitude, longitude)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant_id, organisation_id, name) DO NOTHING
        RETURNING id
        """,
        tx.tenant_id,
        draft.organisation_id,
        draft.name,
        draft.address,
        draft.phone,
        draft.access_information,
        draft.latitude,
        draft.longitude,
    )


async def places(
    tx: Transaction, organisation_id: UUID | None, *, archived: bool = False
) -> list[Place]:
    """Read the places in use (with `archived`: all), of one organisation or of all, by name."""
    sql = (
        _PLACE
        + """
        AND (p.archived_at IS NULL OR $3) AND ($2::uuid IS NULL OR p.organisation_id = $2)
        ORDER BY unaccent(lower(p.name)), p.id
        """
    )
    return await tx.all(Place, sql, tx.tenant_id, organisation_id, archived)


async def zones(tx: Transaction) -> dict[UUID, str]:
    """Read the time zone of every place, in use or not (C-15)."""
    rows = await tx.rows(
        """
        SELECT p.id, o.time_zone FROM place p
        JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
        WHERE p.tenant_id = $1
        """,
        tx.tenant_id,
    )
    return {row["id"]: row["time_zone"] for row in rows}


async def find(tx: Transaction, place_id: UUID) -> Place | None:
    """Read one, archived or not."""
    return await tx.one(Place, _PLACE + " AND p.id = $2", tx.tenant_id, place_id)


async def update_place(
    tx: Transaction, place_id: UUID, draft: PlaceDraft, version: str
) -> bool | None:
    """Write a checked draft over a place; False: saved since that version, None: name taken."""
    try:
        async with tx.savepoint():
            touched = await tx.execute(
                """
                UPDATE place
                SET name = $4, address = $5, phone = $6, access_information = $7,
                    latitude = $8, longitude = $9
                WHERE tenant_id = $1 AND id = $2 AND xmin::text = $3
                """,
                tx.tenant_id,
                place_id,
                version,
                draft.name,
                draft.address,
                draft.phone,
                draft.access_information,
                draft.latitude,
                draft.longitude,
            )
    except REFUSED as error:
        if getattr(error, "constraint_name", "") != "place_tenant_id_organisation_id_name_key":
            raise
        return None
    return touched == 1


async def archive_place(
    tx: Transaction, place_id: UUID, at: datetime, version: str | None = None
) -> bool:
    """Take a place out of use; False when it is not in use here, or no longer of that version."""
    freed_or_taken(tx)
    touched = await tx.execute(
        """
        UPDATE place SET archived_at = $3
        WHERE tenant_id = $1 AND id = $2 AND archived_at IS NULL
            AND ($4::text IS NULL OR xmin::text = $4)
        """,
        tx.tenant_id,
        place_id,
        at,
        version,
    )
    return touched == 1


async def restore_place(tx: Transaction, place_id: UUID) -> bool:
    """Take a place back into use; False when it is not archived here."""
    freed_or_taken(tx)
    touched = await tx.execute(
        """
        UPDATE place SET archived_at = NULL
        WHERE tenant_id = $1 AND id = $2 AND archived_at IS NOT NULL
        """,
        tx.tenant_id,
        place_id,
    )
    return touched == 1
