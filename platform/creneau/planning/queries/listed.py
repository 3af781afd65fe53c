"""Statements about openings and absences as lists show them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.planning.listed import Away, Opened
from creneau.planning.rules import Span
from creneau.planning.schemas import Overlap


async def openings(
    tx: Transaction, resource_ids: Sequence[UUID], now: datetime, opening_id: UUID | None = None
) -> list[Opened]:
    """Read the openings of some resources, or one of them; those that take place next first."""
    return await tx.all(
        Opened,
        """
        SELECT s.id, s.title, s.resource_id, s.place_id, p.name AS place_name,
            z.time_zone, s.first_day, s.start_time, s.end_time, s.recurrence,
            next.starts_at AS next_at, next.ends_at AS next_ends_at,
            ARRAY(
                SELECT m.name FROM opening_motive om
                JOIN motive m ON m.tenant_id = $1 AND m.id = om.motive_id
                WHERE om.tenant_id = $1 AND om.opening_id = s.id
                ORDER BY unaccent(lower(m.name)), m.id
            ) AS motive_names
        FROM opening s
        JOIN place p ON p.tenant_id = $1 AND p.id = s.place_id
        JOIN organisation z ON z.tenant_id = $1 AND z.id = p.organisation_id
        LEFT JOIN LATERAL (
            SELECT o.starts_at, o.ends_at FROM opening_occurrence o
            WHERE o.tenant_id = $1 AND o.opening_id = s.id AND o.ends_at > $3
            ORDER BY o.starts_at LIMIT 1
        ) next ON true
        WHERE s.tenant_id = $1 AND s.resource_id = ANY ($2::uuid[])
            AND ($4::uuid IS NULL OR s.id = $4)
        ORDER BY next.starts_at NULLS LAST, s.first_day DESC, s.id
        """,
        tx.tenant_id,
        list(resource_ids),
        now,
        opening_id,
    )


async def absences(
    tx: Transaction, resource_ids: Sequence[UUID], now: datetime, absence_id: UUID | None = None
) -> list[Away]:
    """Read the absences of some resources, or one of them; those that come next first.

    What a calendar elsewhere said about days gone by is left out: it is nobody's to look after.
    """
    return await tx.all(
        Away,
        """
        SELECT s.id, s.title, s.resource_id, s.first_day, s.start_time, s.last_day, s.end_time,
            s.time_zone, s.recurrence, s.source_id IS NOT NULL AS imported,
            next.starts_at AS next_at, next.ends_at AS next_ends_at
        FROM absence s
        LEFT JOIN LATERAL (
            SELECT o.starts_at, o.ends_at FROM absence_occurrence o
            WHERE o.tenant_id = $1 AND o.absence_id = s.id AND o.ends_at > $3
            ORDER BY o.starts_at LIMIT 1
        ) next ON true
        WHERE s.tenant_id = $1 AND s.resource_id = ANY ($2::uuid[])
            AND (s.source_id IS NULL OR next.starts_at IS NOT NULL)
            AND ($4::uuid IS NULL OR s.id = $4)
        ORDER BY next.starts_at NULLS LAST, s.first_day DESC, s.id
        """,
        tx.tenant_id,
        list(resource_ids),
        now,
        absence_id,
    )


async def resource_of(tx: Transaction, table: str, series_id: UUID) -> UUID | None:
    """Tell whose opening or absence (`table`) it is; None: there is none here."""
    return await tx.value(
        f"SELECT resource_id FROM {table} WHERE tenant_id = $1 AND id = $2", tx.tenant_id, series_id
    )


async def is_imported(tx: Transaction, absence_id: UUID) -> bool:
    """Tell whether an absence follows a calendar elsewhere."""
    return bool(
        await tx.value(
            "SELECT source_id IS NOT NULL FROM absence WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            absence_id,
        )
    )


async def overlapping(
    tx: Transaction, resource_id: UUID, times: Sequence[Span], besides: UUID | None
) -> list[Overlap]:
    """Find the openings of a resource, but for one, that take place at some of these times (C-13)."""
    return await tx.all(
        Overlap,
        """
        SELECT o.opening_id, s.title, min(GREATEST(own.starts_at, o.starts_at)) AS starts_at,
            count(DISTINCT o.id) AS times
        FROM unnest($3::timestamptz[], $4::timestamptz[]) AS own (starts_at, ends_at)
        CROSS JOIN LATERAL (
            SELECT o.id, o.opening_id, o.starts_at FROM opening_occurrence o
            WHERE o.tenant_id = $1 AND o.resource_id = $2
                AND o.starts_at > own.starts_at - interval '25 hours'
                AND o.starts_at < own.ends_at AND o.ends_at > own.starts_at
                AND o.opening_id IS DISTINCT FROM $5::uuid
            OFFSET 0
        ) o
        JOIN opening s ON s.tenant_id = $1 AND s.id = o.opening_id
        GROUP BY o.opening_id, s.title
        ORDER BY 3, 1
        """,
        tx.tenant_id,
        resource_id,
        [one.starts_at for one in times],
        [one.ends_at for one in times],
        besides,
    )
