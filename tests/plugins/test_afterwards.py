"""A plugin's own work after a commit, of every day, and of every few seconds."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pluggy
import pytest
from creneau.afterwards import jobs, service
from creneau.afterwards.rules import day_of
from creneau.afterwards.service import PermanentError, put
from creneau.context import Tenant, current_tenant
from creneau.contributions import DailyWork, Round, Work
from creneau.database import tenant_transaction
from creneau.plugins import Plugins
from creneau.testing.factories import new_tenant
from creneau_infra import clock
from creneau_infra.outbox.service import backlog, deliver_due
from creneau_web import outbox

from tests.plugins.cast import made_up, presented

PARIS = ZoneInfo("Europe/Paris")
SUNG = "choir.sung"


class Singing(Work, frozen=True, kw_only=True):
    """Writes down for whom it sang, unless it is hoarse."""

    sung: ClassVar[list[tuple[str, UUID, Mapping[str, Any]]]] = []
    hoarse: ClassVar[list[Exception]] = []

    async def do(self, row_id: UUID, payload: Mapping[str, Any]) -> None:
        if self.hoarse:
            raise self.hoarse.pop()
        self.sung.append((current_tenant.get().slug, row_id, payload))


class Rehearsing(DailyWork, frozen=True, kw_only=True):
    """Writes down for whom it rehearsed."""

    rehearsed: ClassVar[list[str]] = []

    async def do(self) -> None:
        self.rehearsed.append(current_tenant.get().slug)


class Listening(Round, frozen=True, kw_only=True):
    """Writes down for whom it listened."""

    heard: ClassVar[list[str]] = []

    async def do(self) -> None:
        self.heard.append(current_tenant.get().slug)


def register_work() -> Sequence[Work]:
    return (Singing(kind=SUNG),)


def register_rounds() -> Sequence[Round]:
    return (Listening(code="choir.listening"),)


def register_daily_work() -> Sequence[DailyWork]:
    return (Rehearsing(code="choir.rehearsal"),)


@pytest.fixture(autouse=True)
def choir(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the choir as the only plugin that is installed, and nothing sung yet."""
    hooks = (presented("choir"), register_work, register_daily_work, register_rounds)
    modules = Plugins({"choir": made_up("choir", *hooks)})
    for asking in (jobs, service):
        monkeypatch.setattr(asking, "installed", lambda: modules)
    for kept in (Singing.sung, Singing.hoarse, Rehearsing.rehearsed, Listening.heard):
        kept.clear()


async def asked_for(tenant: Tenant, key: str = "once", *, fails: bool = False) -> None:
    async with tenant_transaction(tenant.id) as tx:
        await put(tx, SUNG, {"song": 1}, key=key)
        if fails:
            raise LookupError


async def worked(*tenants: Tenant) -> None:
    known = {tenant.id: tenant for tenant in tenants}

    async def tenant_of(tenant_id: UUID) -> Tenant:
        return known[tenant_id]

    for tenant in tenants:
        await deliver_due(jobs.handlers(tenant_of), tenant.id)


@pytest.fixture
async def singing(database: object) -> Tenant:
    del database
    return await new_tenant("choir")


async def test_work_is_done_once_after_its_commit_and_never_without(singing: Tenant) -> None:
    with pytest.raises(LookupError):
        await asked_for(singing, fails=True)
    await worked(singing)
    assert Singing.sung == []
    await asked_for(singing)
    await asked_for(singing)
    await worked(singing)
    await worked(singing)
    assert [(slug, payload) for slug, _row, payload in Singing.sung] == [
        (singing.slug, {"song": 1})
    ]


async def test_work_that_fails_comes_back_and_what_is_hopeless_does_not(singing: Tenant) -> None:
    Singing.hoarse += [LookupError()]
    await asked_for(singing)
    await worked(singing)
    assert (await backlog(singing.id)).failing == 1
    Singing.hoarse += [PermanentError("no voice")]
    await asked_for(singing, "another")
    await worked(singing)
    assert (await backlog(singing.id)).aside == 1
    assert Singing.sung == []


async def test_what_was_left_to_do_is_not_done_once_the_plugin_is_off(database: object) -> None:
    del database
    silent = await new_tenant()
    await asked_for(silent)
    await service.plan_day(silent)
    await worked(silent)
    assert (Singing.sung, Rehearsing.rehearsed) == ([], [])
    assert (await backlog(silent.id)).due == 0


async def test_daily_work_is_done_once_a_day_however_many_workers_plan_it(
    singing: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 30, 9, tzinfo=UTC))
    await asyncio.gather(service.plan_day(singing), service.plan_day(singing))
    await worked(singing)
    await service.plan_day(singing)
    await worked(singing)
    assert Rehearsing.rehearsed == [singing.slug]
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, 1, 59, tzinfo=UTC))
    await service.plan_day(singing)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, 2, tzinfo=UTC))
    await service.plan_day(singing)
    await worked(singing)
    assert Rehearsing.rehearsed == [singing.slug] * 2


async def test_a_round_looks_after_those_alone_that_have_the_plugin_on(singing: Tenant) -> None:
    for tenant in (singing, await new_tenant(), singing):
        await service.go_round(tenant)
    assert Listening.heard == [singing.slug] * 2


async def test_a_worker_goes_round_by_the_tenant_s_own_entry(
    singing: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(tenant_id: UUID) -> Tenant:
        assert tenant_id == singing.id
        return singing

    monkeypatch.setattr(outbox, "_tenant", found)
    for look in outbox.ROUNDS:
        await look(singing.id)
    assert Listening.heard == [singing.slug]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-28"),
        # The clocks go from two to three that night.
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29"),
        (datetime(2026, 10, 25, 1, 59, tzinfo=UTC), "2026-10-24"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "2026-10-25"),
    ],
)
def test_a_day_s_work_begins_at_three_whatever_the_clocks_do(moment: datetime, day: str) -> None:
    assert day_of(moment, PARIS).isoformat() == day


@pytest.mark.parametrize("kind", ["sung", "booking.confirmed", "choirs.sung"])
def test_work_under_somebody_else_s_name_stops_the_start(kind: str) -> None:
    def register_work() -> Sequence[Work]:
        return (Singing(kind=kind),)

    def register_daily_work() -> Sequence[DailyWork]:
        return (Rehearsing(code=kind),)

    def register_rounds() -> Sequence[Round]:
        return (Listening(code=kind),)

    hooks = (register_work, register_daily_work, register_rounds)
    plugins = Plugins({"choir": made_up("choir", *hooks)})
    for listing in (plugins.work, plugins.daily_work, plugins.rounds):
        with pytest.raises(pluggy.PluginValidationError, match="name and a dot"):
            listing()
