"""Statements about series: the rules in local time, and the occurrences that differ from them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

import msgspec

from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction
from creneau.planning.drafts import AbsenceDraft, OccurrenceDraft, OpeningDraft, Window
from creneau.planning.rules import Replacement, Series
from creneau.planning.schemas import Closed, Kind, SeriesRef

TABLES: Final[Mapping[Kind, str]] = {
    "opening": "opening",
    "absence": "absence",
    "closure": "closure_series",
}
KEYS: Final[Mapping[Kind, str]] = {
    "opening": "opening_id",
    "absence": "absence_id",
    "closure": "closure_series_id",
}

_READ: Final[Mapping[Kind, str]] = {
    "opening": """
        SELECT s.id, s.first_day, s.start_time, s.first_day AS last_day, s.end_time, s.recurrence,
            z.time_zone AS zone, s.resource_id, s.place_id, NULL::uuid AS organisation_id,
            s.title AS label, '' AS closure_kind, s.materialised_until
        FROM opening s
        JOIN place p ON p.tenant_id = s.tenant_id AND p.id = s.place_id
        JOIN organisation z ON z.tenant_id = p.tenant_id AND z.id = p.organisation_id
    """,
    "absence": """
        SELECT s.id, s.first_day, s.start_time, s.last_day, s.end_time, s.recurrence,
            s.time_zone AS zone, s.resource_id, NULL::uuid AS place_id,
            NULL::uuid AS organisation_id, s.title AS label, '' AS closure_kind,
            s.materialised_until
        FROM absence s
    """,
    "closure": """
        SELECT s.id, s.first_day, s.start_time, s.last_day, s.end_time, s.recurrence,
            s.time_zone AS zone, NULL::uuid AS resource_id, s.place_id, s.organisation_id,
            s.label, s.kind AS closure_kind, s.materialised_until
        FROM closure_series s
    """,
}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A series as it is stored."""

    id: UUID
    first_day: date
    start_time: time
    last_day: date
    end_time: time
    recurrence: str | None
    zone: str
    resource_id: UUID | None
    place_id: UUID | None
    organisation_id: UUID | None
    label: str
    closure_kind: str
    materialised_until: date | None


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A changed occurrence as it is stored."""

    day: date
    first_day: date | None
    start_time: time | None
    last_day: date | None
    end_time: time | None
    resource_id: UUID | None
    place_id: UUID | None

    def replacement(self) -> Replacement | None:
        """Give what takes place instead; None: nothing."""
        if None in {self.first_day, self.start_time, self.last_day, self.end_time}:
            return None
        window = msgspec.convert(
            {name: getattr(self, name) for name in Window.__struct_fields__}, Window
        )
        return Replacement(window=window, resource_id=self.resource_id, place_id=self.place_id)


async def find(tx: Transaction, ref: SeriesRef) -> tuple[Series, date | None] | None:
    """Read a series with its changes, and the day up to which it is written out."""
    sql = _READ[ref.kind] + "WHERE s.tenant_id = $1 AND s.id = $2"
    row = await tx.one(Row, sql, tx.tenant_id, ref.id)
    if row is None:
        return None
    changes = await tx.all(
        ChangeRow,
        f"""
        SELECT day, first_day, start_time, last_day, end_time, resource_id, place_id
        FROM occurrence_change WHERE tenant_id = $1 AND {KEYS[ref.kind]} = $2
        """,
        tx.tenant_id,
        ref.id,
    )
    return _series(ref, row, changes), row.materialised_until


def _series(ref: SeriesRef, row: Row, changes: Sequence[ChangeRow]) -> Series:
    return Series(
        ref=ref,
        window=Window(
            first_day=row.first_day,
            start_time=row.start_time,
            last_day=row.last_day,
            end_time=row.end_time,
        ),
        zone=row.zone,
        recurrence=row.recurrence,
        resource_id=row.resource_id,
        place_id=row.place_id,
        organisation_id=row.organisation_id,
        label=row.label if ref.kind == "closure" else "",
        closure_kind=row.closure_kind,
        changes={change.day: change.replacement() for change in changes},
    )


async def title(tx: Transaction, ref: SeriesRef) -> str:
    """Read what a series is called."""
    column = "label" if ref.kind == "closure" else "title"
    sql = f"SELECT {column} FROM {TABLES[ref.kind]} WHERE tenant_id = $1 AND id = $2"
    return await tx.value(sql, tx.tenant_id, ref.id) or ""


async def motives_of(tx: Transaction, opening_id: UUID) -> list[UUID]:
    """Read which motives an opening takes."""
    rows = await tx.rows(
        """
        SELECT motive_id FROM opening_motive WHERE tenant_id = $1 AND opening_id = $2
        ORDER BY motive_id
        """,
        tx.tenant_id,
        opening_id,
    )
    return [row["motive_id"] for row in rows]


async def put(
    tx: Transaction, kind: Kind, columns: Mapping[str, Any], series_id: UUID | None
) -> UUID:
    """Add a series, or write all its columns anew; its occurrences follow."""
    names = [*columns]
    values = [columns[name] for name in names]
    places = [f"${number}" for number in range(3, len(names) + 3)]
    if series_id is None:
        sql = f"""
            INSERT INTO {TABLES[kind]} (tenant_id, id, {", ".join(names)})
            VALUES ($1, COALESCE($2, uuidv7()), {", ".join(places)})
            RETURNING id
        """
    else:
        written = ", ".join(f"{name} = {at}" for name, at in zip(names, places, strict=True))
        sql = f"UPDATE {TABLES[kind]} SET {written} WHERE tenant_id = $1 AND id = $2 RETURNING id"
    return await tx.value(sql, tx.tenant_id, series_id, *values)


def opening_columns(draft: OpeningDraft) -> dict[str, Any]:
    """Give the columns of an opening."""
    names = (
        "resource_id",
        "place_id",
        "title",
        "first_day",
        "start_time",
        "end_time",
        "recurrence",
    )
    return {name: getattr(draft, name) for name in names}


def absence_columns(draft: AbsenceDraft) -> dict[str, Any]:
    """Give the columns of an absence."""
    return {name: getattr(draft, name) for name in AbsenceDraft.__struct_fields__}


async def put_motives(tx: Transaction, opening_id: UUID, motive_ids: Sequence[UUID]) -> None:
    """Say which motives an opening takes, and no others."""
    freed_or_taken(tx)
    await tx.execute(
        """
        DELETE FROM opening_motive
        WHERE tenant_id = $1 AND opening_id = $2 AND motive_id <> ALL ($3::uuid[])
        """,
        tx.tenant_id,
        opening_id,
        list(motive_ids),
    )
    await tx.execute(
        """
        INSERT INTO opening_motive (tenant_id, opening_id, motive_id)
        SELECT $1, $2, unnest($3::uuid[]) ON CONFLICT DO NOTHING
        """,
        tx.tenant_id,
        opening_id,
        list(motive_ids),
    )


async def end(tx: Transaction, ref: SeriesRef, recurrence: str) -> None:
    """Give a series another rule."""
    await tx.execute(
        f"UPDATE {TABLES[ref.kind]} SET recurrence = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        ref.id,
        recurrence,
    )


async def delete(tx: Transaction, ref: SeriesRef) -> None:
    """Delete a series with its occurrences and their changes."""
    freed_or_taken(tx)
    await tx.execute(
        f"DELETE FROM {TABLES[ref.kind]} WHERE tenant_id = $1 AND id = $2", tx.tenant_id, ref.id
    )


async def change(tx: Transaction, ref: SeriesRef, day: date, draft: OccurrenceDraft | None) -> None:
    """Skip the occurrence of a day (None), or say what takes place instead."""
    window = draft.window if draft else None
    await tx.execute(
        f"""
        INSERT INTO occurrence_change (tenant_id, {KEYS[ref.kind]}, day, skipped, first_day,
            start_time, last_day, end_time, resource_id, place_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (tenant_id, opening_id, absence_id, closure_series_id, day) DO UPDATE
        SET skipped = excluded.skipped, first_day = excluded.first_day,
            start_time = excluded.start_time, last_day = excluded.last_day,
            end_time = excluded.end_time, resource_id = excluded.resource_id,
            place_id = excluded.place_id
        """,
        tx.tenant_id,
        ref.id,
        day,
        draft is None,
        *((getattr(window, name) for name in Window.__struct_fields__) if window else (None,) * 4),
        draft.resource_id if draft else None,
        draft.place_id if draft else None,
    )


async def forget_changes(tx: Transaction, ref: SeriesRef, days: Sequence[date]) -> None:
    """Let the occurrences of these days be what their series means."""
    await tx.execute(
        f"""
        DELETE FROM occurrence_change
        WHERE tenant_id = $1 AND {KEYS[ref.kind]} = $2 AND day = ANY ($3::date[])
        """,
        tx.tenant_id,
        ref.id,
        list(days),
    )


async def hand_changes_on(tx: Transaction, old: SeriesRef, new: SeriesRef, day: date) -> None:
    """Let the changes from a day on belong to another series of the same kind."""
    await tx.execute(
        f"""
        UPDATE occurrence_change SET {KEYS[old.kind]} = $3
        WHERE tenant_id = $1 AND {KEYS[old.kind]} = $2 AND day >= $4
        """,
        tx.tenant_id,
        old.id,
        new.id,
        day,
    )


async def refs(tx: Transaction, behind: date | None = None) -> list[SeriesRef]:
    """Name every series of the tenant, or those that are not written out up to a day.

    What takes place once is written out whole as soon as its day is within reach.
    """
    union = " UNION ALL ".join(
        f"""
        SELECT '{kind}' AS kind, id FROM {table} WHERE tenant_id = $1
            AND ($2::date IS NULL OR materialised_until IS NULL OR (materialised_until < $2
                AND (recurrence IS NOT NULL OR first_day > materialised_until)))
        """
        for kind, table in TABLES.items()
    )
    return await tx.all(SeriesRef, f"{union} ORDER BY kind, id", tx.tenant_id, behind)


async def closures(tx: Transaction, now: datetime, closure_id: UUID | None = None) -> list[Closed]:
    """Read every closure, or one, with when it closes next."""
    return await tx.all(
        Closed,
        """
        SELECT s.id, s.label, s.organisation_id, s.place_id, s.first_day, s.start_time, s.last_day,
            s.end_time, s.time_zone, s.recurrence, next.at AS next_at
        FROM closure_series s
        CROSS JOIN LATERAL (
            SELECT min(c.starts_at) AS at FROM closure c
            WHERE c.tenant_id = $1 AND c.series_id = s.id AND c.ends_at > $2
        ) next
        WHERE s.tenant_id = $1 AND ($3::uuid IS NULL OR s.id = $3)
        ORDER BY next.at NULLS LAST, s.first_day DESC, s.id
        """,
        tx.tenant_id,
        now,
        closure_id,
    )


async def strangers(
    tx: Transaction, resources: Sequence[UUID], places: Sequence[UUID], motives: Sequence[UUID]
) -> set[UUID]:
    """Tell which of these ids are no resource, place in use or motive here."""
    rows = await tx.rows(
        """
        SELECT id FROM resource WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
        UNION ALL SELECT id FROM place
            WHERE tenant_id = $1 AND id = ANY ($3::uuid[]) AND archived_at IS NULL
        UNION ALL SELECT id FROM motive WHERE tenant_id = $1 AND id = ANY ($4::uuid[])
        """,
        tx.tenant_id,
        list(resources),
        list(places),
        list(motives),
    )
    return {*resources, *places, *motives} - {row["id"] for row in rows}


async def zone_of(
    tx: Transaction, organisation_id: UUID | None, place_id: UUID | None
) -> str | None:
    """Read the time zone of an organisation, or of a place (its organisation's) (C-15)."""
    return await tx.value(
        """
        SELECT o.time_zone FROM organisation o
        LEFT JOIN place p ON p.tenant_id = o.tenant_id AND p.organisation_id = o.id AND p.id = $3
        WHERE o.tenant_id = $1 AND ($2::uuid IS NULL OR o.id = $2)
            AND ($3::uuid IS NULL OR p.id IS NOT NULL)
        LIMIT 1
        """,
        tx.tenant_id,
        organisation_id,
        place_id,
    )
