"""A Monday morning that repeats, and what of it is written out."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, OpeningDraft
from creneau.planning.schemas import Change, Create, Saved, SeriesRef

from tests.days import today
from tests.platform.cast import Town

PARIS = ZoneInfo("Europe/Paris")
WEEK = timedelta(days=7)


def monday(weeks: int = 0) -> date:
    """Name a Monday to come."""
    return today() + timedelta(days=14 - today().weekday()) + weeks * WEEK


def mornings(town: Town, **changes: Any) -> OpeningDraft:
    """Draft Alice's Monday mornings, ten of them."""
    values: dict[str, Any] = {
        "resource_id": town.alice,
        "place_id": town.place,
        "motive_ids": [town.motive],
        "first_day": monday(),
        "start_time": time(9),
        "end_time": time(12),
        "recurrence": "FREQ=WEEKLY;COUNT=10",
        **changes,
    }
    return OpeningDraft(**values)


def away(town: Town, **changes: Any) -> AbsenceDraft:
    """Draft an absence of Alice on one Monday morning."""
    values: dict[str, Any] = {
        "resource_id": town.alice,
        "first_day": monday(),
        "start_time": time(8),
        "last_day": monday(),
        "end_time": time(13),
        "time_zone": "Europe/Paris",
        **changes,
    }
    return AbsenceDraft(**values)


async def save(change: Change) -> Saved:
    return await planning.save(change, SYSTEM)


async def opened(town: Town, **changes: Any) -> SeriesRef:
    """Open Alice's Monday mornings."""
    saved = await save(Create(mornings(town, **changes)))
    return SeriesRef("opening", saved.id)


Written = tuple[date, datetime, datetime]

TABLES = {
    "opening": ("opening_occurrence", "opening_id"),
    "absence": ("absence_occurrence", "absence_id"),
    "closure": ("closure", "series_id"),
}


async def written(ref: SeriesRef, zone: ZoneInfo = PARIS) -> list[tuple[datetime, datetime]]:
    """Read what of a series is written out, in local times."""
    table, key = TABLES[ref.kind]
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            f"SELECT starts_at, ends_at FROM {table} WHERE tenant_id = $1 AND {key} = $2 ORDER BY 1",
            tx.tenant_id,
            ref.id,
        )
    return [tuple(at.astimezone(zone) for at in row) for row in rows]  # type: ignore[misc] - two columns


async def written_days(ref: SeriesRef) -> list[date]:
    return [start.date() for start, _end in await written(ref)]


def paris(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


async def everyone_agrees(tenant_id: UUID | None = None) -> bool:
    """Say whether what is written out is what the rules mean."""
    found = await planning.check(tenant_id)
    return (found.missing, found.surplus) == (0, 0)
