from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from creneau.availability import service as availability
from creneau.availability.errors import RangeRefused
from creneau.availability.schemas import SlotQuery
from creneau.context import SYSTEM, acting_for
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, OpeningDraft
from creneau.refusals import InvalidInput, NotFound
from creneau_infra import clock

from tests.days import clock_changes
from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.planning import at, book, hold, open_for, slots, soon, starts

PARIS = ZoneInfo("Europe/Paris")


def paris(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


async def test_a_stranger_finds_nothing_of_another_tenant(town: Town, stranger: Stranger) -> None:
    await open_for(town, town.alice, soon())
    with acting_for(stranger.tenant), pytest.raises(NotFound):
        await slots(town, soon())


async def test_slots_follow_each_other_from_the_start_of_the_opening(town: Town) -> None:
    await open_for(town, town.alice, soon(), start_time=time(9, 10), end_time=time(10, 45))
    first = paris(soon(), 9, 10)
    step = timedelta(minutes=30)
    assert starts(await slots(town, soon())) == [first, first + step, first + 2 * step]


async def test_two_agents_at_one_time_are_one_slot(town: Town) -> None:
    await open_for(town, town.alice, soon())
    await open_for(town, town.bea, soon())
    found = await slots(town, soon())
    assert len(found) == 6
    assert set(found[0].resource_ids) == {town.alice, town.bea}
    only_bea = await slots(town, soon(), resource_ids=[town.bea])
    assert {slot.resource_ids for slot in only_bea} == {(town.bea,)}


async def test_who_has_openings_over_one_another_is_offered_once(town: Town) -> None:
    await open_for(town, town.alice, soon(), start_time=time(9), end_time=time(10, 30))
    await open_for(town, town.alice, soon(), start_time=time(9, 30), end_time=time(11, 15))
    await open_for(town, town.alice, soon(), start_time=time(9, 30), end_time=time(10))
    found = await slots(town, soon())
    assert [slot.resource_ids for slot in found] == [(town.alice,)] * 4
    assert starts(found) == [paris(soon(), 9 + half // 2, 30 * (half % 2)) for half in range(4)]


async def test_an_absence_and_a_closure_take_their_slots_away(town: Town) -> None:
    await open_for(town, town.alice, soon())
    await planning.create_absence(
        AbsenceDraft(
            resource_id=town.alice,
            first_day=soon(),
            start_time=time(9, 15),
            last_day=soon(),
            end_time=time(10),
            time_zone="Europe/Paris",
        ),
        SYSTEM,
    )
    morning = [paris(soon(), 10), paris(soon(), 10, 30), paris(soon(), 11), paris(soon(), 11, 30)]
    assert starts(await slots(town, soon())) == morning
    closed = ClosureDraft(
        place_id=town.place, starts_at=paris(soon(), 11), ends_at=paris(soon(), 18)
    )
    await planning.create_closure(closed, SYSTEM)
    assert starts(await slots(town, soon())) == morning[:2]


async def test_an_absence_of_weeks_takes_every_day_away(town: Town) -> None:
    await open_for(town, town.alice, soon(), recurrence="FREQ=DAILY;COUNT=20")
    away = AbsenceDraft(
        resource_id=town.alice,
        first_day=soon(),
        start_time=time(10),
        last_day=soon(15),
        end_time=time(9, 30),
        time_zone="Europe/Paris",
    )
    await planning.create_absence(away, SYSTEM)
    assert starts(await slots(town, soon())) == [paris(soon(), 9), paris(soon(), 9, 30)]
    assert await slots(town, soon(8)) == []
    assert starts(await slots(town, soon(15)))[0] == paris(soon(15), 9, 30)


async def test_notices_bind_the_public_and_not_the_agents(town: Town) -> None:
    motive = await new_motive(
        town.organisation,
        town.citizenship,
        name="Passeport",
        minimum_notice_minutes=5 * 1440,
        maximum_notice_minutes=9 * 1440,
    )
    await open_for(town, town.alice, soon(1), motive_ids=[motive], recurrence="FREQ=DAILY;COUNT=20")
    query = SlotQuery(
        motive_id=motive,
        starts_from=clock.now() - timedelta(days=1),
        starts_before=clock.now() + timedelta(days=30),
    )
    public = starts(await availability.find_slots(query))
    assert clock.now() + timedelta(days=5) <= public[0]
    assert public[-1] <= clock.now() + timedelta(days=9)
    agents = SlotQuery(
        motive_id=motive,
        starts_from=query.starts_from,
        starts_before=query.starts_before,
        for_agents=True,
    )
    assert len(await availability.find_slots(agents)) == 20 * 6


async def test_buffers_keep_other_appointments_and_absences_away(town: Town) -> None:
    motive = await new_motive(
        town.organisation,
        town.citizenship,
        name="Mariage",
        buffer_before_minutes=10,
        buffer_after_minutes=20,
        step_minutes=10,
    )
    day = soon()
    await open_for(town, town.alice, day, motive_ids=[motive, town.motive])
    await book(town, paris(day, 10, 30))
    found = starts(await slots(town, day, motive_id=motive))
    # 30 minutes and 20 after must be over by 10:30; 11:00 and 10 before is the next.
    before = [paris(day, 9, minute) for minute in (0, 10, 20, 30, 40)]
    after = [paris(day, 11, minute) for minute in (10, 20, 30)]
    assert found == before + after


async def test_a_held_slot_is_gone_and_comes_back_by_itself(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_for(town, town.alice, soon())
    nine = paris(soon(), 9)
    await hold(town, nine)
    assert nine not in starts(await slots(town, soon()))
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr("creneau.availability.service.clock_now", lambda: later)
    assert nine in starts(await slots(town, soon()))


@pytest.mark.feature("C-15")
async def test_an_opening_keeps_its_local_hours_on_both_change_days(town: Town) -> None:
    spring, autumn = clock_changes()
    for day in (spring, autumn):
        await open_for(town, town.alice, day)
        await open_for(town, town.alice, day, start_time=time(1), end_time=time(4))
        query = SlotQuery(
            motive_id=town.motive,
            starts_from=at(day, 0) - timedelta(hours=2),
            starts_before=at(day, 12),
            for_agents=True,
        )
        found = [start.astimezone(PARIS) for start in starts(await availability.find_slots(query))]
        assert next(start for start in found if start.hour >= 9) == paris(day, 9)
        night = [start for start in found if start.hour < 4]
        # The night that is an hour short has two slots less, the long one two more.
        assert len(night) == (4 if day == spring else 8)


async def test_places_use_the_time_zone_of_their_organisation(town: Town) -> None:
    reunion = await organisations.create_organisation(
        OrganisationDraft(name="Saint-Denis", time_zone="Indian/Reunion", territory="RE"), SYSTEM
    )
    place = await places.create_place(PlaceDraft(organisation_id=reunion, name="Annexe"), SYSTEM)
    await open_for(town, town.alice, soon(), place_id=place)
    assert starts(await slots(town, soon()))[0] == at(soon(), 5)


@pytest.mark.feature("C-21")
async def test_the_next_free_time_of_each_place_comes_in_one_answer(town: Town) -> None:
    annexe, empty = [
        await places.create_place(PlaceDraft(organisation_id=town.organisation, name=name), SYSTEM)
        for name in ("Annexe", "Salle vide")
    ]
    await open_for(town, town.alice, soon())
    await open_for(town, town.bea, soon(50), place_id=annexe)
    await book(town, paris(soon(), 9))
    found = await availability.next_available(town.motive, [town.place, annexe, empty])
    assert found[town.place].starts_at == paris(soon(), 9, 30)
    assert found[annexe].starts_at == paris(soon(50), 9)
    assert empty not in found


async def test_the_next_free_time_is_the_first_slot_of_the_search(town: Town) -> None:
    await open_for(town, town.alice, soon(), start_time=time(9, 7), end_time=time(11))
    await hold(town, paris(soon(), 9, 7))
    found = await availability.next_available(town.motive, [town.place])
    assert found[town.place].starts_at == (await slots(town, soon()))[0].starts_at


@pytest.mark.parametrize("days", [0, -1, 63, 3_000_000])
async def test_an_inverted_or_huge_range_is_refused(town: Town, days: int) -> None:
    start = at(soon(), 0)
    end = start + timedelta(days=days) if days < 10_000 else datetime.max.replace(tzinfo=PARIS)
    query = SlotQuery(motive_id=town.motive, starts_from=start, starts_before=end)
    with pytest.raises(RangeRefused):
        await availability.find_slots(query)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_time": time(9)}, "end_time"),
        ({"motive_ids": []}, "motive_ids"),
        ({"recurrence": "n'importe quoi"}, "recurrence"),
        ({"recurrence": "FREQ=SECONDLY"}, "recurrence"),
        ({"recurrence": "FREQ=DAILY;INTERVAL=0"}, "recurrence"),
    ],
)
async def test_an_opening_that_cannot_be_is_refused_with_its_field(
    town: Town, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await open_for(town, town.alice, soon(), **changes)
    assert set(refusal.value.fields) == {field}


async def test_an_opening_repeats_on_its_days_until_its_end(town: Town) -> None:
    monday = soon(7) - timedelta(days=soon(7).weekday()) + timedelta(days=7)
    draft = OpeningDraft(
        resource_id=town.alice,
        place_id=town.place,
        motive_ids=[town.motive],
        first_day=monday,
        start_time=time(9),
        end_time=time(9, 30),
        recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=4",
    )
    await planning.create_opening(draft, SYSTEM)
    query = SlotQuery(
        motive_id=town.motive,
        starts_from=at(monday, 0),
        starts_before=at(monday, 0) + timedelta(days=60),
    )
    found = [slot.starts_at.date() - monday for slot in await availability.find_slots(query)]
    assert [gap.days for gap in found] == [0, 3, 14, 17]
