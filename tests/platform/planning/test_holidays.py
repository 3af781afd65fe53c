"""Public holidays by territory, as each organisation keeps them (C-07)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.rules import TERRITORIES
from creneau.organisations.schemas import OrganisationDraft
from creneau.planning import holidays, service
from creneau.planning.schemas import Create, Decision, EditHolidays, ForgetHolidays, Rebuilt
from creneau.refusals import InvalidInput, NotFound
from creneau_infra import clock

from tests.platform.cast import Stranger, Town
from tests.platform.planning import book, slots
from tests.platform.planning.cast import everyone_agrees, monday, mornings, paris, save

OWN = {
    "57": {date(2027, 3, 26), date(2027, 12, 26)},
    "GP": {date(2027, 5, 27)},
    "MQ": {date(2027, 5, 22)},
    "GF": {date(2027, 6, 10)},
    "RE": {date(2027, 12, 20)},
    "YT": {date(2027, 4, 27)},
}


def year(territory: str) -> set[date]:
    return set(holidays.of_territory(territory, date(2027, 1, 1), date(2027, 12, 31)))


def test_metropolitan_france_has_its_eleven_days() -> None:
    found = holidays.of_territory("FR", date(2027, 1, 1), date(2027, 12, 31))
    assert len(found) == 11
    assert found[date(2027, 3, 29)] == "Lundi de Pâques"
    assert found[date(2027, 1, 1)] == "Jour de l’an"


@pytest.mark.parametrize("territory", TERRITORIES)
def test_each_territory_has_a_calendar_of_its_own(territory: str) -> None:
    found = year(territory)
    assert OWN.get(territory, set()) <= found
    assert OWN.get(territory, set()).isdisjoint(year("FR"))
    assert date(2027, 7, 14) in found


async def named(organisation: UUID) -> dict[str, str]:
    found = await service.holidays(organisation, date(2027, 3, 20), date(2027, 3, 31))
    return {one.label: one.state for one in found}


async def test_days_are_proposed_until_an_organisation_keeps_them(town: Town) -> None:
    office = await organisations.create_organisation(
        OrganisationDraft(name="Metz", territory="57"), SYSTEM
    )
    assert await named(office) == {"Vendredi saint": "proposed", "Lundi de Pâques": "proposed"}
    edits = {date(2027, 3, 26): None, date(2027, 3, 30): "Journée du maire"}
    await save(EditHolidays(office, edits))
    assert await named(office) == {
        "Vendredi saint": "removed",
        "Lundi de Pâques": "kept",
        "Journée du maire": "added",
    }
    assert await named(town.organisation) == {"Lundi de Pâques": "proposed"}
    assert await everyone_agrees()


async def test_a_kept_day_is_closed_and_a_removed_one_open(town: Town) -> None:
    day = monday()
    await save(Create(mornings(town, recurrence="FREQ=DAILY;COUNT=3")))
    await save(EditHolidays(town.organisation, {day: "Fête du village"}))
    assert await slots(town, day) == []
    assert len(await slots(town, day + timedelta(days=1))) == 6
    await save(EditHolidays(town.organisation, {day + timedelta(days=1): "Fête du village"}))
    assert len(await slots(town, day)) == 6
    assert await slots(town, day + timedelta(days=1)) == []
    await save(ForgetHolidays(town.organisation))
    assert len(await slots(town, day + timedelta(days=1))) == 6


async def test_the_holidays_of_the_coming_year_are_closed(town: Town) -> None:
    today = clock.now().date()
    first = next(
        day
        for day in holidays.of_territory("FR", today, today + timedelta(days=400))
        if day > today + timedelta(days=1)
    )
    await save(Create(mornings(town, first_day=first, recurrence=None)))
    assert len(await slots(town, first)) == 6
    await save(EditHolidays(town.organisation))
    assert await slots(town, first) == []
    await save(EditHolidays(town.organisation, {first: None}))
    assert len(await slots(town, first)) == 6


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("territory", "now", "holiday", "still"),
    [
        # Ten at night in Martinique, where it is the holiday; in UTC it is the next day.
        ("MQ", datetime(2027, 5, 23, 2, tzinfo=UTC), date(2027, 5, 22), True),
        # Two in the morning in Réunion, the day after; in UTC it is the holiday.
        ("RE", datetime(2027, 12, 20, 22, tzinfo=UTC), date(2027, 12, 20), False),
    ],
)
async def test_today_is_the_day_that_it_is_where_they_close(
    monkeypatch: pytest.MonkeyPatch, territory: str, now: datetime, holiday: date, *, still: bool
) -> None:
    zone = {"MQ": "America/Martinique", "RE": "Indian/Reunion"}[territory]
    draft = OrganisationDraft(name="Antenne", time_zone=zone, territory=territory)
    office = await organisations.create_organisation(draft, SYSTEM)
    for module in ("changing", "upkeep"):
        monkeypatch.setattr(f"creneau.planning.service.{module}.clock_now", lambda: now)
    await save(EditHolidays(office))
    assert (holiday in await closed_days(office, zone)) is still
    assert await service.check() == Rebuilt(series=1)
    await save(ForgetHolidays(office))
    assert await closed_days(office, zone) == set()


async def closed_days(office: UUID, zone: str) -> set[date]:
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT starts_at FROM closure WHERE tenant_id = $1 AND organisation_id = $2",
            tx.tenant_id,
            office,
        )
    return {row["starts_at"].astimezone(ZoneInfo(zone)).date() for row in rows}


async def test_a_new_holiday_says_whom_it_touches(town: Town) -> None:
    await save(Create(mornings(town)))
    booked = await book(town, paris(monday(), 9))
    change = EditHolidays(town.organisation, {monday(): "Fête du village"})
    assert (await service.impact_of(change)).booking_ids == {booked.id}
    await service.save(change, SYSTEM, Decision("keep", {booked.id}))
    assert (await service.impact_of(change)).booking_ids == frozenset()


async def test_holidays_that_cannot_be_are_refused(town: Town, stranger: Stranger) -> None:
    day = monday()
    many: dict[date, str | None] = {day + timedelta(days=number): None for number in range(401)}
    refused: list[dict[date, str | None]] = [{day: "  "}, {day: "x" * 300}, many]
    for edits in refused:
        with pytest.raises(InvalidInput):
            await save(EditHolidays(town.organisation, edits))
    with acting_for(stranger.tenant):
        with pytest.raises(NotFound):
            await save(EditHolidays(town.organisation))
        with pytest.raises(NotFound):
            await service.holidays(town.organisation, day, day)
