"""Changing the planning: asked first what it touches, then saved with a choice (C-14).

Asking carries the change out and rolls it back: what is asked and what is saved are one piece of
code. Locks are taken in one order: the planning, the bookings under way, appointments by id, then
the time itself.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NoReturn
from uuid import UUID

import msgspec
from creneau_infra.clock import now as clock_now

from creneau.appointments.rescheduling import drop_holds, mark_to_reschedule
from creneau.claims.queries import lock_appointments
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.planning import applying, versions, writing
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, Draft, OpeningDraft
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.queries import impact as queries
from creneau.planning.queries import locks
from creneau.planning.queries import occurrences as written
from creneau.planning.schemas import (
    Change,
    Create,
    Decision,
    Impact,
    Overlap,
    Saved,
    SeriesRef,
    Touched,
)
from creneau.waiting.events import time_freed

KEEP_ALL: Final = Decision("keep", None)
"""For programs: what is booked stays as it is, whatever it is."""


class _Asked(Exception):  # noqa: N818 - it only rolls back what was tried
    def __init__(self, impact: Impact) -> None:
        super().__init__()
        self.impact = impact


class _Outcome(msgspec.Struct, frozen=True, kw_only=True):
    done: applying.Done
    impact: Impact
    held: Sequence[UUID]


async def impact_of(change: Change) -> Impact:
    """Tell what a change would touch, and which openings it would overlap (C-13, C-14).

    Raises:
        InvalidInput: a field cannot be used.
        NotFound: what it names does not exist here.
        NoSuchOccurrence: the series means nothing for the day that it names.
    """
    applying.check(change)
    try:
        await _try(change)
    except _Asked as asked:
        return asked.impact


async def _try(change: Change) -> NoReturn:
    async with tenant_transaction() as tx:
        await locks.plan_alone(tx)
        raise _Asked((await _carried_out(tx, change, clock_now())).impact)


async def save(
    change: Change, actor: Actor, decision: Decision | None = None, *, seen: str | None = None
) -> Saved:
    """Carry a change out, and do with the appointments that it touches what was decided (C-14).

    Without a decision it is refused if it touches any. `to_reschedule` frees their time, tells
    their persons and drops the holds of visitors; `keep` leaves all as it is. `seen` is the version
    of the series that a form was made from (`stated`); None: whatever it is (a program's own change).

    Raises:
        ChangedMeanwhile: somebody else changed the series since.
        TouchesBookings: appointments are touched, and the choice is to refuse.
        ImpactChanged: more are touched than were shown; both carry the `impact` to show.
        InvalidInput: a field cannot be used.
        NotFound: what it names does not exist here.
        NoSuchOccurrence: the series means nothing for the day that it names.
        ReadElsewhere: it is an absence that follows a calendar elsewhere.
    """
    applying.check(change)
    decision = decision or Decision()
    async with tenant_transaction() as tx:
        await locks.plan_alone(tx)
        if seen is not None:
            await versions.refuse_another(tx, change, seen)
        await locks.hold_bookings_up(tx)
        outcome = await _carried_out(tx, change, clock_now(), lock=True)
        _check(outcome.impact, decision)
        await _settle(tx, outcome, decision, actor)
    return Saved(id=outcome.done.subject_id, impact=outcome.impact)


async def _carried_out(
    tx: Transaction, change: Change, now: datetime, *, lock: bool = False
) -> _Outcome:
    asked = await applying.question(tx, change, now)
    before = await asked(tx)
    done = await applying.apply(tx, change, now)
    touched = await asked(tx) - before
    if lock:
        await lock_appointments(tx, await queries.appointments_of(tx, [*touched]))
    found = await queries.booked(tx, now, touched)
    impact = Impact(
        bookings=tuple(_shown(one) for one in found if not one.held),
        holds=sum(one.held for one in found),
        overlaps=await _overlaps(tx, done, now),
    )
    return _Outcome(done=done, impact=impact, held=[one.booking_id for one in found if one.held])


async def _overlaps(tx: Transaction, done: applying.Done, now: datetime) -> tuple[Overlap, ...]:
    openings = [ref.id for ref in done.written if ref.kind == "opening"]
    return tuple(await written.overlaps(tx, openings, now)) if openings else ()


def _shown(one: queries.Booked) -> Touched:
    return Touched(**{name: getattr(one, name) for name in Touched.__struct_fields__})


def _check(impact: Impact, decision: Decision) -> None:
    if decision.choice == "refuse" and (impact.bookings or impact.holds):
        raise TouchesBookings(impact)
    if decision.shown is not None and not impact.booking_ids <= set(decision.shown):
        raise ImpactChanged(impact)


async def _settle(tx: Transaction, outcome: _Outcome, decision: Decision, actor: Actor) -> None:
    done, touched = outcome.done, sorted(outcome.impact.booking_ids)
    if decision.choice == "to_reschedule":
        await drop_holds(tx, outcome.held)
        await mark_to_reschedule(tx, touched, actor, done.action)
    # More may be free now: whoever waits is offered it (C-28).
    await time_freed(tx)
    chosen = {"touched": len(touched), "choice": decision.choice} if touched else {}
    details = {**done.details, **chosen}
    await record(tx, actor, done.action, done.subject_kind, done.subject_id, details)


async def create_opening(draft: OpeningDraft, actor: Actor) -> UUID:
    """Create an opening and its occurrences up to 400 days ahead (C-10); raises as `save` does."""
    return await _create(draft, actor)


async def create_absence(draft: AbsenceDraft, actor: Actor) -> UUID:
    """Create an absence; its slots disappear at once, what is booked stays (C-12)."""
    return await _create(draft, actor)


async def create_closure(draft: ClosureDraft, actor: Actor) -> UUID:
    """Close a place, an organisation or the whole tenant for a time; what is booked stays (C-07)."""
    return await _create(draft, actor)


async def _create(draft: Draft, actor: Actor) -> UUID:
    return (await save(Create(draft), actor, KEEP_ALL)).id


async def create_openings(
    tx: Transaction, drafts: Sequence[OpeningDraft], actor: Actor, now: datetime
) -> None:
    """Create several openings, or none, in the caller's transaction; bookings wait meanwhile.

    Raises:
        InvalidInput: a field of one of them cannot be used.
        NotFound: what one of them names does not exist here.
    """
    await locks.plan_alone(tx)
    await locks.hold_bookings_up(tx)
    for draft in drafts:
        draft.check()
        done = await applying.apply(tx, Create(draft), now)
        await record(tx, actor, done.action, done.subject_kind, done.subject_id, done.details)
    await time_freed(tx)


async def duplicate(
    ref: SeriesRef,
    actor: Actor,
    *,
    first_day: date | None = None,
    resource_id: UUID | None = None,
    decision: Decision | None = None,
) -> Saved:
    """Make another series like one, for another resource or from another day (C-10).

    Occurrences that were changed one by one are the old series' own.

    Raises:
        NotFound: no such series.
        InvalidInput: the copy cannot be: its rule may mean no day from then on.
    """
    async with tenant_transaction() as tx:
        draft = await writing.draft_of(tx, ref)
    if isinstance(draft, ClosureDraft):
        draft = writing.from_day(draft, first_day) if first_day else draft
    else:
        draft = writing.like(draft, first_day, resource_id)
    return await save(Create(draft), actor, decision)
