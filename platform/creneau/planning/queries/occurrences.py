"""Statements about occurrences: what of a series is written out, in UTC."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction
from creneau.planning.queries.series import TABLES
from creneau.planning.rules import Occurrence
from creneau.planning.schemas import Kind, Overlap, Planned, SeriesRef

_READ: Final[Mapping[Kind, str]] = {
    "opening": """
        SELECT id, day, starts_at, ends_at, resource_id, place_id, NULL::uuid AS organisation_id,
            '' AS label, '' AS closure_kind
        FROM opening_occurrence WHERE tenant_id = $1 AND opening_id = $2
    """,
    "absence": """
        SELECT id, day, starts_at, ends_at, resource_id, NULL::uuid AS place_id,
            NULL::uuid AS organisation_id, '' AS label, '' AS closure_kind
        FROM absence_occurrence WHERE tenant_id = $1 AND absence_id = $2
    """,
    "closure": """
        SELECT id, day, starts_at, ends_at, NULL::uuid AS resource_id, place_id, organisation_id,
            label, kind AS closure_kind
        FROM closure WHERE tenant_id = $1 AND series_id = $2
    """,
}
_OF_CALENDAR: Final = """
    SELECT id, day, starts_at, ends_at, NULL::uuid AS resource_id, place_id, organisation_id,
        label, kind AS closure_kind
    FROM closure
    WHERE tenant_id = $1 AND organisation_id = $2 AND series_id IS NULL AND day IS NOT NULL
"""
_HOLD: Final[Mapping[Kind, str]] = {
    "opening": "opening_occurrence",
    "absence": "absence_occurrence",
    "closure": "closure",
}
_ADD: Final[Mapping[Kind, str]] = {
    "opening": """
        INSERT INTO opening_occurrence
            (tenant_id, opening_id, day, starts_at, ends_at, resource_id, place_id)
        SELECT $1::uuid, $2::uuid, u.* FROM unnest($3::date[], $4::timestamptz[], $5::timestamptz[], $6::uuid[],
            $7::uuid[]) AS u
    """,
    "absence": """
        INSERT INTO absence_occurrence
            (tenant_id, absence_id, day, starts_at, ends_at, resource_id)
        SELECT $1::uuid, $2::uuid, u.* FROM unnest($3::date[], $4::timestamptz[], $5::timestamptz[], $6::uuid[]) AS u
    """,
    "closure": """
        INSERT INTO closure (tenant_id, series_id, day, starts_at, ends_at, place_id,
            organisation_id, label, kind)
        SELECT $1::uuid, $2::uuid, u.* FROM unnest($3::date[], $4::timestamptz[], $5::timestamptz[], $6::uuid[],
            $7::uuid[], $8::text[], $9::text[]) AS u
    """,
}
_COLUMNS: Final[Mapping[Kind, Sequence[str]]] = {
    "opening": ("day", "starts_at", "ends_at", "resource_id", "place_id"),
    "absence": ("day", "starts_at", "ends_at", "resource_id"),
    "closure": (
        "day",
        "starts_at",
        "ends_at",
        "place_id",
        "organisation_id",
        "label",
        "closure_kind",
    ),
}


async def stored(tx: Transaction, ref: SeriesRef) -> dict[Occurrence, UUID]:
    """Read what of a series is written out, with the ids."""
    rows = await tx.rows(_READ[ref.kind], tx.tenant_id, ref.id)
    return {Occurrence(*tuple(row)[1:]): row["id"] for row in rows}


async def stored_holidays(tx: Transaction, organisation_id: UUID) -> dict[Occurrence, UUID]:
    """Read the closures that an organisation's calendar of public holidays made."""
    rows = await tx.rows(_OF_CALENDAR, tx.tenant_id, organisation_id)
    return {Occurrence(*tuple(row)[1:]): row["id"] for row in rows}


async def remove(tx: Transaction, kind: Kind, ids: Collection[UUID]) -> None:
    """Delete occurrences."""
    freed_or_taken(tx)
    await tx.execute(
        f"DELETE FROM {_HOLD[kind]} WHERE tenant_id = $1 AND id = ANY ($2::uuid[])",
        tx.tenant_id,
        list(ids),
    )


async def add(
    tx: Transaction, kind: Kind, series_id: UUID | None, found: Collection[Occurrence]
) -> None:
    """Write occurrences out; those of a calendar of holidays have no series."""
    freed_or_taken(tx)
    columns = [[getattr(one, name) for one in found] for name in _COLUMNS[kind]]
    await tx.execute(_ADD[kind], tx.tenant_id, series_id, *columns)


async def written_until(tx: Transaction, ref: SeriesRef, until: date) -> None:
    """Note the day up to which a series is written out."""
    await tx.execute(
        f"UPDATE {TABLES[ref.kind]} SET materialised_until = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        ref.id,
        until,
    )


async def overlaps(tx: Transaction, opening_ids: Sequence[UUID], now: datetime) -> list[Overlap]:
    """Find the other openings of the same resource that take place at the same time (C-13)."""
    return await tx.all(
        Overlap,
        """
        SELECT other.opening_id, s.title, min(GREATEST(own.starts_at, other.starts_at)) AS starts_at,
            count(DISTINCT other.id) AS times
        FROM opening_occurrence own
        JOIN opening_occurrence other ON other.tenant_id = $1
            AND other.resource_id = own.resource_id AND other.opening_id <> ALL ($2::uuid[])
            AND other.starts_at > own.starts_at - interval '25 hours'
            AND other.starts_at < own.ends_at AND other.ends_at > own.starts_at
        JOIN opening s ON s.tenant_id = $1 AND s.id = other.opening_id
        WHERE own.tenant_id = $1 AND own.opening_id = ANY ($2::uuid[])
            AND own.ends_at > $3
        GROUP BY other.opening_id, s.title
        ORDER BY 3, 1
        """,
        tx.tenant_id,
        opening_ids,
        now,
    )


async def of_resources(
    tx: Transaction,
    kind: Kind,
    resource_ids: Sequence[UUID],
    starts_from: datetime,
    starts_before: datetime,
) -> list[Planned]:
    """Read the openings or absences of some resources that touch a time, by start."""
    place = "o.place_id" if kind == "opening" else "NULL::uuid AS place_id"
    return await tx.all(
        Planned,
        f"""
        SELECT s.id AS series_id, o.day, s.title, o.resource_id, {place}, o.starts_at, o.ends_at
        FROM {_HOLD[kind]} o
        JOIN {TABLES[kind]} s ON s.tenant_id = $1 AND s.id = o.{TABLES[kind]}_id
        WHERE o.tenant_id = $1 AND o.resource_id = ANY ($2::uuid[])
            AND o.starts_at > $3::timestamptz - interval '25 hours' AND o.starts_at < $4
            AND o.ends_at > $3
        ORDER BY o.starts_at, o.resource_id, s.id
        """,
        tx.tenant_id,
        list(resource_ids),
        starts_from,
        starts_before,
    )
