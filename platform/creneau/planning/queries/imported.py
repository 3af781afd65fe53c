"""Statements about absences that were read from a calendar elsewhere, many at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction
from creneau.planning.drafts import Window
from creneau.planning.rules import Occurrence, Span
from creneau.planning.schemas import ReadFrom

_FALLS_ON = """
    SELECT DISTINCT b.id
    FROM absence s
    JOIN absence_occurrence o ON o.tenant_id = $1 AND o.absence_id = s.id AND o.ends_at > $2
    CROSS JOIN LATERAL (
        SELECT l.appointment_id FROM allocation l
        WHERE l.tenant_id = $1 AND l.resource_id = $3 AND l.active
            AND l.starts_at > o.starts_at - interval '48 hours' AND l.starts_at < o.ends_at
        OFFSET 0
    ) l
    CROSS JOIN LATERAL (
        SELECT a.id FROM appointment a
        WHERE a.tenant_id = $1 AND a.id = l.appointment_id AND a.state = 'scheduled'
            AND a.starts_at >= $2 AND a.period && o.period
        OFFSET 0
    ) a
    JOIN booking b ON b.tenant_id = $1 AND b.appointment_id = a.id
        AND b.state IN ('planned', 'waiting')
    WHERE s.tenant_id = $1 AND s.resource_id = $3 AND s.source_id IS NOT NULL
"""


async def stored(tx: Transaction, source_id: UUID) -> dict[Span, UUID]:
    """Read the absences that a calendar made, by their times; both are kept in UTC."""
    rows = await tx.rows(
        """
        SELECT id, (first_day + start_time) AT TIME ZONE 'UTC' AS starts_at,
            (last_day + end_time) AT TIME ZONE 'UTC' AS ends_at
        FROM absence WHERE tenant_id = $1 AND source_id = $2
        """,
        tx.tenant_id,
        source_id,
    )
    return {Span(row["starts_at"], row["ends_at"]): row["id"] for row in rows}


async def add(
    tx: Transaction, source: ReadFrom, windows: Sequence[Window], until: date
) -> dict[Window, UUID]:
    """Add an absence for each window in UTC, written out up to a day; gives their ids."""
    columns = [[getattr(one, name) for one in windows] for name in Window.__struct_fields__]
    rows = await tx.rows(
        """
        INSERT INTO absence (tenant_id, source_id, resource_id, title, time_zone,
            materialised_until, first_day, start_time, last_day, end_time)
        SELECT $1::uuid, $2::uuid, $3::uuid, $4::text, 'UTC', $5::date, u.*
        FROM unnest($6::date[], $7::time[], $8::date[], $9::time[]) AS u
        RETURNING id, first_day, start_time, last_day, end_time
        """,
        tx.tenant_id,
        source.id,
        source.resource_id,
        source.name,
        until,
        *columns,
    )
    return {
        Window(
            first_day=row["first_day"],
            start_time=row["start_time"],
            last_day=row["last_day"],
            end_time=row["end_time"],
        ): row["id"]
        for row in rows
    }


async def write_out(tx: Transaction, found: Mapping[UUID, Collection[Occurrence]]) -> None:
    """Write the occurrences of some absences out."""
    freed_or_taken(tx)
    pairs = [(absence_id, one) for absence_id, some in found.items() for one in some]
    await tx.execute(
        """
        INSERT INTO absence_occurrence
            (tenant_id, absence_id, day, starts_at, ends_at, resource_id)
        SELECT $1::uuid, u.*
        FROM unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::uuid[]) AS u
        """,
        tx.tenant_id,
        [absence_id for absence_id, _one in pairs],
        [one.day for _absence_id, one in pairs],
        [one.starts_at for _absence_id, one in pairs],
        [one.ends_at for _absence_id, one in pairs],
        [one.resource_id for _absence_id, one in pairs],
    )


async def remove(tx: Transaction, ids: Collection[UUID]) -> None:
    """Delete absences with their occurrences."""
    freed_or_taken(tx)
    await tx.execute(
        "DELETE FROM absence WHERE tenant_id = $1 AND id = ANY ($2::uuid[])",
        tx.tenant_id,
        list(ids),
    )


async def falling_on(tx: Transaction, resource_id: UUID, now: datetime) -> set[UUID]:
    """Find the bookings to come of a resource that fall on what a calendar elsewhere says."""
    rows = await tx.rows(_FALLS_ON, tx.tenant_id, now, resource_id)
    return {row["id"] for row in rows}
