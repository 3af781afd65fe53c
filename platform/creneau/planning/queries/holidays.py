"""Statements about the calendars of public holidays."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec

from creneau.database import Transaction


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Where an organisation is, and what it changed; `edits` None: it keeps no calendar."""

    territory: str
    time_zone: str
    edits: dict[date, str | None] | None
    materialised_until: date | None


async def find(tx: Transaction, organisation_id: UUID) -> Calendar | None:
    """Read an organisation's calendar; None when there is no such organisation."""
    return await tx.one(
        Calendar,
        """
        SELECT o.territory, o.time_zone, h.edits, h.materialised_until
        FROM organisation o
        LEFT JOIN holiday_calendar h ON h.tenant_id = $1 AND h.organisation_id = o.id
        WHERE o.tenant_id = $1 AND o.id = $2
        """,
        tx.tenant_id,
        organisation_id,
    )


async def put(tx: Transaction, organisation_id: UUID, edits: Mapping[date, str | None]) -> None:
    """Keep a calendar, with these edits and no others."""
    await tx.execute(
        """
        INSERT INTO holiday_calendar (tenant_id, organisation_id, edits) VALUES ($1, $2, $3::jsonb)
        ON CONFLICT (tenant_id, organisation_id) DO UPDATE SET edits = excluded.edits
        """,
        tx.tenant_id,
        organisation_id,
        msgspec.json.encode(edits).decode(),
    )


async def forget(tx: Transaction, organisation_id: UUID) -> None:
    """Keep no calendar any more."""
    await tx.execute(
        "DELETE FROM holiday_calendar WHERE tenant_id = $1 AND organisation_id = $2",
        tx.tenant_id,
        organisation_id,
    )


async def written_until(tx: Transaction, organisation_id: UUID, until: date) -> None:
    """Note the day up to which a calendar is written out."""
    await tx.execute(
        """
        UPDATE holiday_calendar SET materialised_until = $3
        WHERE tenant_id = $1 AND organisation_id = $2
        """,
        tx.tenant_id,
        organisation_id,
        until,
    )


async def kept(tx: Transaction, behind: date | None = None) -> list[UUID]:
    """Name the organisations with a calendar, or with one not written out up to a day."""
    rows = await tx.rows(
        """
        SELECT organisation_id FROM holiday_calendar
        WHERE tenant_id = $1 AND ($2::date IS NULL OR materialised_until IS NULL
            OR materialised_until < $2)
        ORDER BY organisation_id
        """,
        tx.tenant_id,
        behind,
    )
    return [row["organisation_id"] for row in rows]
