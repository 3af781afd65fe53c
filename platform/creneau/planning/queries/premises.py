"""Statements about what of a planning belongs to a place or an organisation."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.planning.schemas import SeriesRef


class OpeningDay(msgspec.Struct, frozen=True, kw_only=True):
    """An opening, and one of the days that it means."""

    opening_id: UUID
    day: date


async def openings_ahead(tx: Transaction, place_id: UUID, now: datetime) -> list[OpeningDay]:
    """Find the openings of a place that are not over, with their next day."""
    return await tx.all(
        OpeningDay,
        """
        SELECT s.id AS opening_id, min(o.day) AS day
        FROM opening s
        JOIN opening_occurrence o ON o.tenant_id = $1 AND o.opening_id = s.id
        WHERE s.tenant_id = $1 AND s.place_id = $2 AND o.ends_at > $3
            AND o.day >= ($3::timestamptz)::date - 1
        GROUP BY s.id ORDER BY s.id
        """,
        tx.tenant_id,
        place_id,
        now,
    )


async def moved_there(tx: Transaction, place_id: UUID, now: datetime) -> list[OpeningDay]:
    """Find the occurrences of other openings that were moved to a place, from its today on."""
    return await tx.all(
        OpeningDay,
        """
        SELECT c.opening_id, c.day
        FROM occurrence_change c
        JOIN opening s ON s.tenant_id = $1 AND s.id = c.opening_id
        JOIN place p ON p.tenant_id = $1 AND p.id = $2
        JOIN organisation o ON o.tenant_id = $1 AND o.id = p.organisation_id
        WHERE c.tenant_id = $1 AND c.place_id = $2 AND s.place_id <> $2
            AND c.first_day >= ($3::timestamptz AT TIME ZONE o.time_zone)::date
        ORDER BY c.opening_id, c.day
        """,
        tx.tenant_id,
        place_id,
        now,
    )


async def resources_of(tx: Transaction, organisation_id: UUID) -> list[UUID]:
    """Name the resources with openings at an organisation's places."""
    rows = await tx.rows(
        """
        SELECT DISTINCT s.resource_id
        FROM opening s JOIN place p ON p.tenant_id = $1 AND p.id = s.place_id
        WHERE s.tenant_id = $1 AND p.organisation_id = $2
        """,
        tx.tenant_id,
        organisation_id,
    )
    return [row["resource_id"] for row in rows]


async def follow_zone(
    tx: Transaction, organisation_id: UUID, old: str, new: str
) -> Sequence[SeriesRef]:
    """Let an organisation's closures keep their local times in another zone.

    Names every series whose occurrences are in other moments now.
    """
    return await tx.all(
        SeriesRef,
        """
        WITH moved AS (
            UPDATE closure_series c SET time_zone = $4
            WHERE c.tenant_id = $1 AND c.time_zone = $3 AND (c.organisation_id = $2
                OR c.place_id IN (SELECT id FROM place WHERE tenant_id = $1 AND organisation_id = $2))
            RETURNING c.id
        )
        SELECT 'closure' AS kind, id FROM moved
        UNION ALL
        SELECT 'opening', s.id
        FROM opening s JOIN place p ON p.tenant_id = $1 AND p.id = s.place_id
        WHERE s.tenant_id = $1 AND p.organisation_id = $2
        ORDER BY 1, 2
        """,
        tx.tenant_id,
        organisation_id,
        old,
        new,
    )
