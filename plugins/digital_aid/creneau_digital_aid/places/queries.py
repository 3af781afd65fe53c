"""The statements of places and of structures' sheets."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from creneau.database import Transaction

from creneau_digital_aid.places.schemas import Place, Sheet, SheetDraft

COLUMNS: Final = """
    p.id, p.name, p.address, p.latitude, p.longitude, p.phone, p.access_information,
    o.id AS organisation_id, o.name AS organisation_name, o.phone AS organisation_phone,
    o.email, o.website, o.opening_hours,
    COALESCE(s.pivot, '') AS pivot, COALESCE(s.services, '{}') AS services,
    COALESCE(s.fees, 'Gratuit') AS fees, COALESCE(s.itinerant, false) AS itinerant,
    COALESCE(s.summary, '') AS summary
"""
IN_USE: Final = """
    place p
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
        AND o.archived_at IS NULL AND p.archived_at IS NULL
    LEFT JOIN digital_aid.sheet s ON s.tenant_id = o.tenant_id AND s.organisation_id = o.id
"""
_WITH_THEIR_CHANGE: Final = f"""
        GREATEST(p.created_at, s.updated_at, of_place.at, of_organisation.at) AS changed_at
    FROM {IN_USE}
    LEFT JOIN LATERAL (
        SELECT h.at FROM history h
        WHERE h.tenant_id = $1 AND h.subject_kind = 'place' AND h.subject_id = p.id
        ORDER BY h.id DESC LIMIT 1
    ) of_place ON true
    LEFT JOIN LATERAL (
        SELECT h.at FROM history h
        WHERE h.tenant_id = $1 AND h.subject_kind = 'organisation' AND h.subject_id = o.id
        ORDER BY h.id DESC LIMIT 1
    ) of_organisation ON true
    WHERE p.tenant_id = $1
"""


def places_with(columns: str) -> str:
    """Say how to read every place in use, with when any of it changed as `changed_at`."""
    return f"SELECT {columns}, {_WITH_THEIR_CHANGE}"


TOLD: Final = ("place", "organisation", "motive", "opening", "agent")
"""The kinds of the history's subjects that the map and the feed show something of."""


BOOKABLE: Final = ("place", "motive", "opening", "agent")
"""Those of them that say what can be booked where."""


LIKE: Final = ("place", "organisation")
"""Those of them that say what a place is like."""


async def latest(tx: Transaction) -> list[tuple[str, UUID]]:
    """Read the last entry of the history about each kind of what the map and the feed show."""
    rows = await tx.rows(
        """
        SELECT kind, last.id FROM unnest($2::text[]) AS kind
        CROSS JOIN LATERAL (
            SELECT h.id FROM history h
            WHERE h.tenant_id = $1 AND h.subject_kind = kind
            ORDER BY h.id DESC LIMIT 1
        ) last
        """,
        tx.tenant_id,
        list(TOLD),
    )
    return sorted((row["kind"], row["id"]) for row in rows)


async def places(tx: Transaction) -> list[Place]:
    """Read every place in use with its structure, by name."""
    return await tx.all(
        Place, f"{places_with(COLUMNS)} ORDER BY unaccent(lower(p.name)), p.id", tx.tenant_id
    )


async def sheets(tx: Transaction, organisation_ids: Sequence[UUID] | None) -> list[Sheet]:
    """Read the sheets of the structures in use, filled in or not, by the structure's name."""
    return await tx.all(
        Sheet,
        """
        SELECT o.id AS organisation_id, o.name AS organisation_name,
            COALESCE(s.pivot, '') AS pivot, COALESCE(s.services, '{}') AS services,
            COALESCE(s.fees, 'Gratuit') AS fees, COALESCE(s.itinerant, false) AS itinerant,
            COALESCE(s.summary, '') AS summary, COALESCE(s.xmin::text, '') AS version
        FROM organisation o
        LEFT JOIN digital_aid.sheet s ON s.tenant_id = o.tenant_id AND s.organisation_id = o.id
        WHERE o.tenant_id = $1 AND o.archived_at IS NULL
            AND ($2::uuid[] IS NULL OR o.id = ANY ($2))
        ORDER BY unaccent(lower(o.name)), o.id
        """,
        tx.tenant_id,
        None if organisation_ids is None else list(organisation_ids),
    )


async def save(tx: Transaction, organisation_id: UUID, draft: SheetDraft, version: str) -> bool:
    """Keep a structure's sheet; False where another version stands there by now."""
    return bool(
        await tx.execute(
            """
            INSERT INTO digital_aid.sheet AS s
                (tenant_id, organisation_id, pivot, services, fees, itinerant, summary)
            SELECT $1, $2, $3, $4, $5, $6, $7
            WHERE $8 <> '' OR NOT EXISTS (
                SELECT FROM digital_aid.sheet WHERE tenant_id = $1 AND organisation_id = $2)
            ON CONFLICT (tenant_id, organisation_id) DO UPDATE
                SET pivot = excluded.pivot, services = excluded.services, fees = excluded.fees,
                    itinerant = excluded.itinerant, summary = excluded.summary,
                    updated_at = now()
                WHERE s.xmin::text = $8
            """,
            tx.tenant_id,
            organisation_id,
            draft.pivot,
            list(draft.services),
            draft.fees,
            draft.itinerant,
            draft.summary,
            version,
        )
    )
