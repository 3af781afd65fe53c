"""Absences that follow a calendar elsewhere: only what differs is written (C-83).

Inside the caller's transaction, which has the planning alone. What is booked already stays: it is
named to the agent, who decides.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from creneau.context import SYSTEM
from creneau.database import Transaction
from creneau.history.queries import record
from creneau.planning.drafts import Window
from creneau.planning.queries import impact
from creneau.planning.queries import imported as queries
from creneau.planning.rules import Series, Span, horizon, occurrences
from creneau.planning.schemas import Followed, ReadFrom, SeriesRef
from creneau.waiting.events import time_freed


async def follow(
    tx: Transaction, source: ReadFrom, meant: Collection[Span], now: datetime
) -> Followed:
    """Bring the absences that a calendar made to what it says now (times are UTC)."""
    stored = await queries.stored(tx, source.id)
    wanted = set(meant)
    missing = sorted(wanted - stored.keys())
    surplus = [absence_id for span, absence_id in stored.items() if span not in wanted]
    if not missing and not surplus:
        return Followed()
    before = await impact.absent(tx, now, [source.resource_id])
    await _write(tx, source, missing, surplus, now)
    touched = await impact.absent(tx, now, [source.resource_id]) - before
    done = Followed(added=len(missing), removed=len(surplus), touched=len(touched))
    details = {"added": done.added, "removed": done.removed, "touched": done.touched}
    await record(tx, SYSTEM, "absence.followed", "busy_source", source.id, details)
    return done


async def _write(
    tx: Transaction,
    source: ReadFrom,
    missing: Collection[Span],
    surplus: Collection[UUID],
    now: datetime,
) -> None:
    if surplus:
        await queries.remove(tx, surplus)
        # More may be free now: whoever waits is offered it (C-28).
        await time_freed(tx)
    if missing:
        until = horizon(now)
        added = await queries.add(tx, source, [_window(span) for span in missing], until)
        await queries.write_out(
            tx,
            {
                absence_id: occurrences(_series(absence_id, window, source), until)
                for window, absence_id in added.items()
            },
        )


def _window(span: Span) -> Window:
    start, end = span.starts_at.astimezone(UTC), span.ends_at.astimezone(UTC)
    return Window(
        first_day=start.date(),
        start_time=start.time(),
        last_day=end.date(),
        end_time=end.time(),
    )


def _series(absence_id: UUID, window: Window, source: ReadFrom) -> Series:
    return Series(
        ref=SeriesRef("absence", absence_id),
        window=window,
        zone="UTC",
        resource_id=source.resource_id,
    )
