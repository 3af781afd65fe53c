"""The statements of planning: rules in local time, and their occurrences in UTC."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from creneau.database import Transaction
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, OpeningDraft
from creneau.planning.rules import Span


async def add_opening(tx: Transaction, draft: OpeningDraft, until: date) -> UUID:
    """Add the rule of an opening; its occurrences follow with `add_opening_occurrences`."""
    return await tx.value(
        """
        INSERT INTO opening (tenant_id, resource_id, place_id, title, first_day, start_time,
            end_time, recurrence, materialised_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        RETURNING id
        """,
        tx.tenant_id,
        draft.resource_id,
        draft.place_id,
        draft.title,
        draft.first_day,
        draft.start_time,
        draft.end_time,
        draft.recurrence,
        until,
    )


async def add_opening_motives(
    tx: Transaction, opening_id: UUID, motive_ids: Sequence[UUID]
) -> None:
    """Say which motives an opening takes."""
    await tx.execute(
        """
        INSERT INTO opening_motive (tenant_id, opening_id, motive_id)
        SELECT $1, $2, unnest($3::uuid[])
        """,
        tx.tenant_id,
        opening_id,
        list(motive_ids),
    )


async def add_opening_occurrences(
    tx: Transaction, opening_id: UUID, draft: OpeningDraft, spans: Sequence[Span]
) -> None:
    """Store an opening's occurrences; those that are there already stay as they are."""
    await tx.execute(
        """
        INSERT INTO opening_occurrence
            (tenant_id, opening_id, resource_id, place_id, starts_at, ends_at)
        SELECT $1, $2, $3, $4, s.starts_at, s.ends_at
        FROM unnest($5::timestamptz[], $6::timestamptz[]) AS s (starts_at, ends_at)
        ON CONFLICT (tenant_id, opening_id, starts_at) DO NOTHING
        """,
        tx.tenant_id,
        opening_id,
        draft.resource_id,
        draft.place_id,
        [span.starts_at for span in spans],
        [span.ends_at for span in spans],
    )


async def add_absence(tx: Transaction, draft: AbsenceDraft, until: date) -> UUID:
    """Add the rule of an absence; its occurrences follow with `add_absence_occurrences`."""
    return await tx.value(
        """
        INSERT INTO absence (tenant_id, resource_id, title, first_day, start_time, last_day,
            end_time, time_zone, recurrence, materialised_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        RETURNING id
        """,
        tx.tenant_id,
        draft.resource_id,
        draft.title,
        draft.first_day,
        draft.start_time,
        draft.last_day,
        draft.end_time,
        draft.time_zone,
        draft.recurrence,
        until,
    )


async def add_absence_occurrences(
    tx: Transaction, absence_id: UUID, resource_id: UUID, spans: Sequence[Span]
) -> None:
    """Store an absence's occurrences; those that are there already stay as they are."""
    await tx.execute(
        """
        INSERT INTO absence_occurrence (tenant_id, absence_id, resource_id, starts_at, ends_at)
        SELECT $1, $2, $3, s.starts_at, s.ends_at
        FROM unnest($4::timestamptz[], $5::timestamptz[]) AS s (starts_at, ends_at)
        ON CONFLICT (tenant_id, absence_id, starts_at) DO NOTHING
        """,
        tx.tenant_id,
        absence_id,
        resource_id,
        [span.starts_at for span in spans],
        [span.ends_at for span in spans],
    )


async def add_closure(tx: Transaction, draft: ClosureDraft) -> UUID:
    """Add a closure of a place, an organisation, or (without both) the whole tenant."""
    return await tx.value(
        """
        INSERT INTO closure (tenant_id, organisation_id, place_id, label, kind, starts_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        RETURNING id
        """,
        tx.tenant_id,
        draft.organisation_id,
        draft.place_id,
        draft.label,
        draft.kind,
        draft.starts_at,
        draft.ends_at,
    )
