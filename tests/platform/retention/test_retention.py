"""What has no activity for long is listed for a month, then erased, file by file (T-11, S-14)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Actor, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.idle import service as idle
from creneau.people.notes import service as notes
from creneau.people.schemas import PersonDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau.retention import jobs, service
from creneau.retention.rules import erased_before, goes_on, listed_before, months_later
from creneau.retention.schemas import RetentionRule
from creneau_infra import clock
from creneau_infra.outbox.service import deliver_due
from structlog.testing import capture_logs

from tests.platform.cast import Stranger, Town
from tests.platform.planning import AMINA, book, nine, open_for, soon

PARIS = ZoneInfo("Europe/Paris")
MONTH = timedelta(days=30)
REAL_NOW = clock.now
At = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_clock


async def old(town: Town, name: str, months: int, responsible: UUID | None = None) -> UUID:
    """Write a file down that nobody has touched for so many months."""
    draft = PersonDraft(first_name=name, last_name="Petit")
    made = await files.create(draft, [town.organisation], SYSTEM, responsible_id=responsible)
    async with tenant_transaction() as tx:
        then = months_later(REAL_NOW(), -months)
        await tx.execute("UPDATE person SET created_at = $1 WHERE id = $2", then, made)
    return made


async def names() -> list[str]:
    return [one.name for one in await service.leaving_files(100)]


async def night(tenant: Tenant) -> None:
    async def tenant_of(_tenant_id: UUID) -> Tenant:
        return tenant

    await jobs.plan_night(tenant)
    await jobs.plan_night(tenant)
    await deliver_due(jobs.handlers(tenant_of), tenant.id)


def alice(town: Town) -> Actor:
    return Actor("agent", town.alice)


@pytest.mark.feature("S-14")
async def test_a_file_stands_in_the_list_for_a_month_and_is_erased_then(
    tenant: Tenant, town: Town, at: At
) -> None:
    ana = await old(town, "Ana", 24)
    await old(town, "Léo", 24, ana)
    kept = await old(town, "Bob", 23)
    (leaving,) = await service.leaving_files(10)
    assert (leaving.name, leaving.relatives) == ("Ana Petit", 1)
    assert leaving.on == (REAL_NOW() + MONTH).astimezone(PARIS).date() + timedelta(days=1)
    await night(tenant)
    assert (await people.person(ana)).first_name == "Ana"
    at(REAL_NOW() + MONTH + timedelta(days=1))
    with capture_logs() as lines:
        await night(tenant)
    with pytest.raises(NotFound):
        await people.person(ana)
    assert "Petit" not in str(lines)
    assert (await people.person(kept)).first_name == "Bob"
    async with tenant_transaction() as tx:
        told = await tx.value("SELECT details::text FROM history WHERE action = 'retention.erased'")
        assert await tx.value("SELECT count(*) FROM history WHERE action = 'person.erased'") == 2
    assert told == '{"files": 1, "appointments": 0}'


@pytest.mark.feature("S-14")
async def test_whoever_comes_back_leaves_the_list(tenant: Tenant, town: Town, at: At) -> None:
    ana = await old(town, "Ana", 25)
    assert await names() == ["Ana Petit"]
    await notes.add(ana, "Revenue", SYSTEM)
    assert await names() == []
    at(REAL_NOW() + MONTH + timedelta(days=1))
    await night(tenant)
    assert (await people.person(ana)).first_name == "Ana"


@pytest.mark.feature("S-14")
async def test_an_old_appointment_of_somebody_who_still_comes_names_nobody_any_more(
    tenant: Tenant, town: Town, at: At
) -> None:
    await open_for(town, town.alice, soon())
    booking = await book(town, nine(), AMINA)
    newer = await book(town, nine(minute=30), AMINA)
    amina = booking.person_id
    assert amina is not None
    assert amina == newer.person_id
    async with tenant_transaction() as tx:
        past = timedelta(days=830)
        await tx.execute(
            "UPDATE appointment SET starts_at = starts_at - $1::interval, "
            "ends_at = ends_at - $1::interval, notes = 'Dettes' WHERE id = $2",
            past,
            booking.appointment_id,
        )
        await tx.execute(
            "UPDATE allocation SET starts_at = starts_at - $1::interval, "
            "ends_at = ends_at - $1::interval WHERE appointment_id = $2",
            past,
            booking.appointment_id,
        )
        await tx.execute(
            "UPDATE booking SET created_at = created_at - $1::interval WHERE id = $2",
            past,
            booking.id,
        )
    assert await names() == []
    (leaving,) = await service.leaving_bookings(10)
    assert (leaving.booking.id, leaving.booking.last_name) == (booking.id, "Diallo")
    assert (await service.counts()).appointments == 1
    at(REAL_NOW() + timedelta(days=1))
    await night(tenant)
    assert await service.leaving_bookings(10) == []
    assert [one.id for one in await appointments.of_person(amina)] == [newer.id]
    async with tenant_transaction() as tx:
        row = (
            await tx.rows(
                "SELECT a.notes, p.first_name, p.erased_at FROM booking b "
                "JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id "
                "JOIN person p ON p.tenant_id = b.tenant_id AND p.id = b.person_id "
                "WHERE b.id = $1",
                booking.id,
            )
        )[0]
    assert (row["notes"], row["first_name"], row["erased_at"] is None) == ("", "—", False)
    assert (await people.person(amina)).last_name == "Diallo"


@pytest.mark.feature("S-14")
async def test_a_shorter_delay_lists_for_a_month_what_it_reaches(
    tenant: Tenant, town: Town, at: At
) -> None:
    ana = await old(town, "Ana", 20)
    assert await names() == []
    await service.set_months(12, alice(town), seen=24)
    assert await names() == ["Ana Petit"]
    await night(tenant)
    at(REAL_NOW() + MONTH - timedelta(hours=1))
    await night(tenant)
    assert (await people.person(ana)).first_name == "Ana"
    at(REAL_NOW() + MONTH + timedelta(days=1))
    await night(tenant)
    with pytest.raises(NotFound):
        await people.person(ana)


async def test_the_delay_is_bounded_and_set_once(town: Town) -> None:
    for months in (0, 5, 121):
        with pytest.raises(InvalidInput):
            await service.set_months(months, alice(town), seen=24)
    await service.set_months(36, alice(town), seen=24)
    with pytest.raises(ChangedMeanwhile):
        await service.set_months(12, alice(town), seen=24)
    assert (await service.rule()).months == 36


async def test_many_are_erased_in_one_night_though_each_piece_takes_a_few(
    tenant: Tenant, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FILES_AT_ONCE", 2)
    for name in ("Ana", "Bob", "Cléo", "Dina", "Eve"):
        await old(town, name, 27)
    await night(tenant)
    assert await names() == []


async def test_a_file_that_cannot_be_erased_keeps_none_of_the_others(
    tenant: Tenant, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bob = await old(town, "Ana", 27), await old(town, "Bob", 27)
    erase = idle.erase_idle

    async def stumbling(person_id: UUID, before: datetime, actor: Actor) -> bool:
        if person_id == ana:
            raise LookupError("Ana Petit")
        return await erase(person_id, before, actor)

    monkeypatch.setattr(service, "erase_idle", stumbling)
    with capture_logs() as lines:
        await night(tenant)
    assert (await people.person(ana)).first_name == "Ana"
    with pytest.raises(NotFound):
        await people.person(bob)
    assert [line["event"] for line in lines] == ["file_not_erased"]
    assert "Petit" not in str(lines)


async def test_another_tenant_s_files_are_its_own_affair(
    tenant: Tenant, town: Town, stranger: Stranger
) -> None:
    with acting_for(stranger.tenant):
        theirs = await old(stranger.town, "Ana", 27)
    assert await names() == []
    await night(tenant)
    with acting_for(stranger.tenant):
        assert (await people.person(theirs)).first_name == "Ana"
        assert await names() == ["Ana Petit"]
    assert town.organisation


def test_months_are_those_of_the_calendar() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert months_later(leap, -24) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert months_later(leap, 11) == datetime(2029, 1, 29, 12, tzinfo=UTC)
    rule = RetentionRule(months=24)
    assert listed_before(rule, leap) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert erased_before(rule, leap) == datetime(2026, 1, 30, 12, tzinfo=UTC)
    assert goes_on(rule, datetime(2026, 1, 30, 12, tzinfo=UTC), PARIS) == date(2028, 3, 1)
    young = RetentionRule(months=24, since=leap - timedelta(days=29))
    assert erased_before(young, leap) is None
    assert goes_on(young, datetime(2020, 1, 1, tzinfo=UTC), PARIS) == date(2028, 3, 2)
