"""An organisation that changes and a place that closes for good take their planning along (C-01, C-02)."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SettingRequest
from creneau.context import SYSTEM, Actor, acting_for
from creneau.history import service as history
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation, OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft, OccurrenceDraft
from creneau.planning.errors import TouchesBookings
from creneau.planning.schemas import (
    ArchivePlace,
    Create,
    Decision,
    EditHolidays,
    EditOrganisation,
    Replace,
    SeriesRef,
)
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound

from tests.platform.cast import Stranger, Town
from tests.platform.planning import AMINA, book, slots
from tests.platform.planning.cast import (
    everyone_agrees,
    monday,
    mornings,
    opened,
    paris,
    save,
    written,
    written_days,
)

REUNION = ZoneInfo("Indian/Reunion")


async def edited(town: Town, **changes: Any) -> EditOrganisation:
    found = await organisations.organisation(town.organisation)
    values = {name: getattr(found, name) for name in OrganisationDraft.__struct_fields__}
    return EditOrganisation(found.id, OrganisationDraft(**{**values, **changes}), found.version)


async def test_an_organisation_keeps_what_was_changed_and_who_changed_it(town: Town) -> None:
    await planning.save(
        await edited(town, name=" Mairie  centrale ", phone="01 11 11 11 11"),
        Actor("agent", town.alice),
    )
    found = await organisations.organisation(town.organisation)
    assert (found.name, found.phone) == ("Mairie centrale", "01 11 11 11 11")
    entry = await history.last_change("organisation", town.organisation)
    assert entry is not None
    assert (entry.action, entry.actor_label) == ("organisation.updated", "Alice Martin")
    assert entry.details == {"changed": ["name", "phone"]}


async def test_the_second_of_two_saves_from_one_version_is_told_what_stands(town: Town) -> None:
    first, second = await edited(town, phone="01 11"), await edited(town, phone="02 22")
    await save(first)
    with pytest.raises(ChangedMeanwhile) as refused:
        await save(second)
    saved = refused.value.saved
    assert isinstance(saved, Organisation)
    assert saved.phone == "01 11"
    await save(EditOrganisation(second.organisation_id, second.draft, saved.version))
    assert (await organisations.organisation(town.organisation)).phone == "02 22"


async def test_an_organisations_name_stays_its_own(town: Town) -> None:
    await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    with pytest.raises(InvalidInput) as refused:
        await save(await edited(town, name="Annexe"))
    assert refused.value.fields.keys() == {"name"}
    with pytest.raises(InvalidInput) as refused:
        await save(await edited(town, email="x", time_zone="Mars/Olympus"))
    assert refused.value.fields.keys() == {"email", "time_zone"}


async def test_opening_hours_stay_local_when_the_zone_changes(town: Town) -> None:
    ref = await opened(town)
    shut = ClosureDraft(
        starts_at=paris(monday(1), 8),
        ends_at=paris(monday(1), 20),
        organisation_id=town.organisation,
    )
    closure = SeriesRef("closure", (await save(Create(shut))).id)
    await save(await edited(town, time_zone="Indian/Reunion"))
    assert [start.hour for start, _end in await written(ref, REUNION)] == [9] * 10
    assert [start.hour for start, _end in await written(closure, REUNION)] == [8]
    assert await everyone_agrees()


async def test_a_zone_that_leaves_appointments_outside_the_hours_is_asked_about(town: Town) -> None:
    await opened(town)
    # Nine in Paris is outside of the morning there in summer and in winter; in Réunion it is not.
    booking = await book(town, paris(monday(), 9))
    with pytest.raises(TouchesBookings) as refused:
        await save(await edited(town, time_zone="America/Cayenne"))
    assert refused.value.impact.booking_ids == {booking.id}
    await planning.save(
        await edited(town, time_zone="America/Cayenne"), SYSTEM, Decision("keep", [booking.id])
    )
    assert (await appointments.get(booking.id)).state == "planned"


async def test_public_holidays_follow_the_territory(town: Town) -> None:
    await save(EditHolidays(town.organisation))
    await save(await edited(town, territory="57"))
    year = range(monday().year, monday().year + 2)
    found = await planning.holidays(town.organisation, date(year[0], 1, 1), date(year[-1], 12, 31))
    assert "Vendredi saint" in {one.label for one in found if one.state == "kept"}
    assert await everyone_agrees()


async def test_an_archived_place_opens_no_more_and_its_past_stays(town: Town) -> None:
    past = monday() - timedelta(days=28)
    ref = await opened(town, first_day=past)
    await save(ArchivePlace(town.place))
    assert await slots(town, monday()) == []
    assert max(await written_days(ref)) < monday()
    assert min(await written_days(ref)) == past
    assert (await places.place(town.place)).archived_at is not None
    assert await everyone_agrees()


async def test_an_opening_of_another_place_no_longer_moves_to_an_archived_one(town: Town) -> None:
    annexe = await places.create_place(
        PlaceDraft(organisation_id=town.organisation, name="Annexe"), SYSTEM
    )
    ref = await opened(town)
    moved = OccurrenceDraft(
        first_day=monday(1),
        start_time=mornings(town).start_time,
        end_time=mornings(town).end_time,
        place_id=annexe,
    )
    await save(Replace(ref, monday(1), moved))
    await save(ArchivePlace(annexe))
    assert await slots(town, monday(1)) == []
    assert await slots(town, monday()) != []
    assert await everyone_agrees()


async def test_what_is_booked_at_a_place_is_asked_about_before_it_is_archived(town: Town) -> None:
    await opened(town)
    booking = await book(town, paris(monday(), 9))
    with pytest.raises(TouchesBookings) as refused:
        await save(ArchivePlace(town.place))
    assert refused.value.impact.booking_ids == {booking.id}
    assert (await places.place(town.place)).archived_at is None
    await planning.save(ArchivePlace(town.place), SYSTEM, Decision("to_reschedule", [booking.id]))
    assert (await appointments.get(booking.id)).state == "to_reschedule"


async def test_nothing_opens_at_an_archived_place(town: Town) -> None:
    await save(ArchivePlace(town.place))
    with pytest.raises(InvalidInput) as refused:
        await opened(town)
    assert refused.value.fields.keys() == {"place_id"}
    await places.restore_place(town.place, SYSTEM)
    await opened(town)
    assert await slots(town, monday()) != []
    with pytest.raises(NotFound):
        await places.restore_place(town.place, SYSTEM)


async def test_nobody_sets_an_appointment_at_an_archived_place(town: Town) -> None:
    await save(ArchivePlace(town.place))
    wanted = SettingRequest(
        motive_id=town.motive,
        place_id=town.place,
        resource_ids=[town.alice],
        starts_at=paris(monday(), 9),
        identity=AMINA,
    )
    with pytest.raises(NotFound):
        await appointments.set_appointment(wanted, Actor("agent", town.alice))


async def test_a_stranger_changes_neither(town: Town, stranger: Stranger) -> None:
    change = await edited(town, name="Pris")
    with acting_for(stranger.tenant):
        for each in (change, ArchivePlace(town.place)):
            with pytest.raises(NotFound):
                await save(each)
        with pytest.raises(NotFound):
            await places.restore_place(town.place, SYSTEM)
    assert (
        msgspec.structs.asdict(await organisations.organisation(town.organisation))["name"]
        == "Mairie principale"
    )


async def test_closures_are_listed_by_when_they_close_next(town: Town, stranger: Stranger) -> None:
    over, soon, later = (
        ClosureDraft(
            starts_at=paris(day, 8), ends_at=paris(day, 20), label=label, place_id=town.place
        )
        for day, label in (
            (monday(-8), "Passée"),
            (monday(), "Bientôt"),
            (monday(2), "Plus tard"),
        )
    )
    saved = [await save(Create(draft)) for draft in (later, over, soon)]
    found = await planning.closures()
    assert [one.label for one in found] == ["Bientôt", "Plus tard", "Passée"]
    assert [one.next_at for one in found] == [paris(monday(), 8), paris(monday(2), 8), None]
    assert (await planning.closure(saved[0].id)).label == "Plus tard"
    with acting_for(stranger.tenant):
        assert await planning.closures() == []
        with pytest.raises(NotFound):
            await planning.closure(saved[0].id)


async def test_what_was_changed_of_the_holidays_can_be_read_again(town: Town) -> None:
    assert await planning.holiday_edits(town.organisation) is None
    await save(EditHolidays(town.organisation, {monday(): "Foire"}))
    assert await planning.holiday_edits(town.organisation) == {monday(): "Foire"}
