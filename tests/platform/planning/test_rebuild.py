"""What is written out equals what the rules mean, whatever is done (issue's rebuild)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.planning import service as planning
from creneau.planning.drafts import (
    AbsenceDraft,
    ClosureDraft,
    Draft,
    OccurrenceDraft,
    OpeningDraft,
    Window,
)
from creneau.planning.recurrence import days
from creneau.planning.rules import horizon
from creneau.planning.schemas import (
    Create,
    Delete,
    Edit,
    EditFollowing,
    EditHolidays,
    EndBefore,
    Kind,
    Rebuilt,
    Replace,
    Restore,
    SeriesRef,
    Skip,
)
from creneau.refusals import Refusal
from creneau_infra import clock
from creneau_infra.worker import run_worker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.platform.cast import Town, furnish, new_tenant
from tests.platform.planning.cast import (
    PARIS,
    away,
    everyone_agrees,
    monday,
    mornings,
    opened,
    paris,
    save,
    written,
)

RULES = (
    None,
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3;COUNT=9",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=6",
    "FREQ=MONTHLY;BYDAY=-1FR,1MO",
    "FREQ=MONTHLY;BYMONTHDAY=31,1",
)


WHAT = [
    "create",
    "edit",
    "split",
    "skip",
    "replace",
    "replace",
    "restore",
    "end",
    "delete",
    "duplicate",
    "holidays",
]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody does: to which series, on which of its days, with which times."""

    what: str
    kind: Kind
    which: int
    nth: int
    shift: int
    hour: int
    length: int
    rule: str | None


steps = st.builds(
    Step,
    what=st.sampled_from(("create", "create", *WHAT)),
    kind=st.sampled_from(["opening", "absence", "closure"]),
    which=st.integers(0, 5),
    nth=st.integers(0, 8),
    shift=st.integers(0, 9),
    hour=st.integers(0, 20),
    length=st.integers(1, 3),
    rule=st.sampled_from(RULES),
)


class Play:
    """A tenant in which steps are taken; what the planning refuses changes nothing."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.series: list[SeriesRef] = []

    async def take(self, step: Step) -> None:
        ours = [ref for ref in self.series if ref.kind == step.kind]
        if step.what == "holidays":
            edits: dict[date, str | None] = {monday() + timedelta(days=step.nth): "Fête"}
            await save(EditHolidays(self.town.organisation, edits))
        elif step.what == "create" or not ours:
            await self._make(step)
        else:
            ref = ours[step.which % len(ours)]
            try:
                await self._change(step, ref)
            except Refusal:
                return

    async def _make(self, step: Step) -> None:
        saved = await save(Create(self.draft(step, monday() + timedelta(days=step.shift))))
        self.series.append(SeriesRef(step.kind, saved.id))

    async def _change(self, step: Step, ref: SeriesRef) -> None:
        day = await self._day(step, ref)
        simple: dict[str, Callable[[], Any]] = {
            "edit": lambda: Edit(ref, self.draft(step, monday() + timedelta(days=step.shift))),
            "skip": lambda: Skip(ref, day),
            "replace": lambda: Replace(ref, day, self.other(step, day)),
            "restore": lambda: Restore(ref, day),
            "end": lambda: EndBefore(ref, day),
            "delete": lambda: Delete(ref),
        }
        if step.what == "split":
            await self._split(step, ref, day)
        elif step.what == "duplicate":
            copy = await planning.duplicate(ref, SYSTEM, first_day=day)
            self.series.append(SeriesRef(ref.kind, copy.id))
        else:
            await save(simple[step.what]())

    async def _split(self, step: Step, ref: SeriesRef, day: date) -> None:
        rest = await planning.following(ref, day) if step.nth % 2 else self.draft(step, day)
        saved = await save(EditFollowing(ref, day, rest))
        if saved.id != ref.id:
            self.series.append(SeriesRef(ref.kind, saved.id))

    async def _day(self, step: Step, ref: SeriesRef) -> date:
        draft = await planning.draft(ref)
        first = window_of(draft).first_day
        meant = list(days(first, draft.recurrence, first + timedelta(days=60)))
        return meant[step.nth % len(meant)] if meant else first

    def draft(self, step: Step, day: date) -> Draft:
        times = {"start_time": time(step.hour), "end_time": time(step.hour + step.length)}
        agent = (self.town.alice, self.town.bea)[step.which % 2]
        if step.kind == "opening":
            return mornings(
                self.town, first_day=day, resource_id=agent, recurrence=step.rule, **times
            )
        if step.kind == "absence":
            last = day + timedelta(days=step.shift)
            return away(self.town, first_day=day, last_day=last, recurrence=step.rule, **times)
        return ClosureDraft(
            starts_at=paris(day, step.hour),
            ends_at=paris(day + timedelta(days=step.shift), step.hour + step.length),
            organisation_id=self.town.organisation if step.which % 2 else None,
            recurrence=step.rule,
        )

    def other(self, step: Step, day: date) -> OccurrenceDraft:
        return OccurrenceDraft(
            first_day=day + timedelta(days=step.shift - 3),
            start_time=time(step.hour),
            end_time=time(step.hour + step.length),
            resource_id=self.town.bea if step.kind == "opening" and step.shift % 2 else None,
        )


async def minutes(ref: SeriesRef) -> set[tuple[int, int]]:
    """Give what of a series is written out, as hours since 1970: a union needs no pieces."""
    return {
        (hour, hour + 1)
        for start, end in await written(ref)
        for hour in range(int(start.timestamp() // 3600), int(end.timestamp() // 3600))
    }


async def plainly(ref: SeriesRef) -> set[tuple[int, int]]:
    """Say by hand what a series and its changes mean, occurrence by occurrence."""
    draft, changes = await planning.draft(ref), await planning.changes(ref)
    window = window_of(draft)
    found: set[tuple[int, int]] = set()
    for day in days(window.first_day, draft.recurrence, horizon(clock.now())):
        change = changes.get(day)
        if day in changes and change is None:
            continue
        shift = timedelta() if change else day - window.first_day
        at = change.window if change else window
        start = paris(at.first_day + shift, at.start_time.hour)
        end = paris(at.last_day + shift, at.end_time.hour)
        hours = range(int(start.timestamp() // 3600), int(end.timestamp() // 3600))
        found |= {(hour, hour + 1) for hour in hours}
    return found


def window_of(draft: Draft) -> Window:
    if isinstance(draft, OpeningDraft | AbsenceDraft):
        return draft.window
    return draft.window_in(PARIS)


@pytest.mark.usefixtures("database")
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(taken=st.lists(steps, min_size=4, max_size=10))
async def test_what_is_written_out_is_what_the_rules_mean_whatever_is_done(
    taken: list[Step],
) -> None:
    with acting_for(await new_tenant()):
        play = Play(await furnish())
        for step in taken:
            await play.take(step)
        assert await everyone_agrees()
        for ref in play.series:
            try:
                assert await minutes(ref) == await plainly(ref), ref
            except Refusal:
                continue  # deleted by a later step
        before = {ref: await written(ref) for ref in play.series}
        assert (await planning.rebuild()).missing == 0
        assert {ref: await written(ref) for ref in play.series} == before


async def damage(sql: str, *values: object) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(sql, tx.tenant_id, *values)


async def test_a_rebuild_finds_what_is_wrong_and_mends_it(town: Town) -> None:
    ref = await opened(town)
    absence = SeriesRef("absence", (await save(Create(away(town)))).id)
    await save(EditHolidays(town.organisation, {monday(): "Fête"}))
    right = [await written(ref), await written(absence)]
    await damage("DELETE FROM closure WHERE tenant_id = $1 AND kind = 'public_holiday'")
    await damage("DELETE FROM absence_occurrence WHERE tenant_id = $1")
    await damage(
        "UPDATE opening_occurrence SET ends_at = ends_at + interval '1 hour' "
        "WHERE tenant_id = $1 AND starts_at = $2",
        paris(monday(1), 9),
    )
    found = await planning.check()
    assert (found.series, found.surplus) == (3, 1)
    assert found.missing >= 1 + 1 + 11
    assert await written(absence) == []
    assert await planning.rebuild() == found
    assert [await written(ref), await written(absence)] == right
    assert await planning.check() == Rebuilt(series=3)


async def test_the_daily_job_writes_the_next_days_out(
    town: Town, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await opened(town, recurrence="FREQ=DAILY")
    finite = await opened(town, recurrence="FREQ=WEEKLY;COUNT=3")
    await save(EditHolidays(town.organisation))
    assert await planning.keep_ahead(tenant.id) == 0
    before = len(await written(ref))
    later = clock.now() + timedelta(days=30)
    monkeypatch.setattr("creneau.planning.service.upkeep.clock_now", lambda: later)
    assert await planning.keep_ahead(tenant.id) == 3
    assert len(await written(ref)) == before + 30
    assert (await written(ref))[-1][0].date() == (later + timedelta(days=400)).date()
    assert len(await written(finite)) == 3
    assert await planning.keep_ahead(tenant.id) == 0
    assert await everyone_agrees()


async def test_the_worker_keeps_the_planning_ahead_without_redis(
    town: Town, tenant: Tenant
) -> None:
    ref = await opened(town, recurrence="FREQ=DAILY")
    whole = await written(ref)
    await damage("UPDATE opening SET materialised_until = '2026-01-01' WHERE tenant_id = $1")
    await damage("DELETE FROM opening_occurrence WHERE tenant_id = $1")
    stop = asyncio.Event()
    done = asyncio.Event()
    broken = UUID(int=0)

    async def tenant_ids() -> list[UUID]:
        return [broken, tenant.id]

    async def chore(tenant_id: UUID) -> None:
        if tenant_id == broken:
            raise LookupError("one tenant's trouble")
        await planning.keep_ahead(tenant_id)
        done.set()

    chores: list[Callable[[UUID], Awaitable[object]]] = [chore]
    working = asyncio.create_task(run_worker({}, tenant_ids, stop=stop, chores=chores))
    async with asyncio.timeout(60):
        await done.wait()
    stop.set()
    await working
    assert await written(ref) == whole
