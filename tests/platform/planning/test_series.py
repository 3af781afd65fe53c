"""Series: one occurrence, all that follow, all of it (C-10, C-11, C-12)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from creneau.calendars import service as calendars
from creneau.calendars.schemas import BusyDraft
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.history.queries import of_subject
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import importing
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft, OccurrenceDraft, OpeningDraft
from creneau.planning.errors import NoSuchOccurrence, ReadElsewhere
from creneau.planning.rules import Span
from creneau.planning.schemas import (
    Change,
    Create,
    Delete,
    Edit,
    EditFollowing,
    EndBefore,
    ReadFrom,
    Replace,
    Restore,
    SeriesRef,
    Skip,
)
from creneau.refusals import InvalidInput, NotFound
from creneau_infra import clock

from tests.days import clock_changes
from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.planning import slots
from tests.platform.planning.cast import (
    PARIS,
    WEEK,
    away,
    everyone_agrees,
    monday,
    mornings,
    opened,
    paris,
    save,
    written,
    written_days,
)


def afternoon(week: int = 1, **changes: Any) -> OccurrenceDraft:
    """Draft an occurrence that is moved to an afternoon, a Monday unless told otherwise."""
    drafted = OccurrenceDraft(first_day=monday(week), start_time=time(14), end_time=time(16))
    return msgspec.structs.replace(drafted, **changes)


def mondays(*weeks: int) -> list[date]:
    return [monday(week) for week in weeks]


async def test_one_occurrence_is_skipped_and_comes_back(town: Town) -> None:
    ref = await opened(town)
    await save(Skip(ref, monday(2)))
    assert await written_days(ref) == mondays(0, 1, 3, 4, 5, 6, 7, 8, 9)
    assert await slots(town, monday(2)) == []
    await save(Restore(ref, monday(2)))
    assert await written_days(ref) == mondays(*range(10))
    assert len(await slots(town, monday(2))) == 6
    assert await everyone_agrees()


async def test_one_occurrence_changes_without_the_others(town: Town) -> None:
    ref = await opened(town)
    changed = afternoon(first_day=monday(1) + timedelta(days=1), resource_id=town.bea)
    await save(Replace(ref, monday(1), changed))
    found = await written(ref)
    tuesday = monday(1) + timedelta(days=1)
    assert found[0] == (paris(monday(), 9), paris(monday(), 12))
    assert found[1] == (paris(tuesday, 14), paris(tuesday, 16))
    assert len(found) == 10
    assert {slot.resource_ids for slot in await slots(town, tuesday)} == {(town.bea,)}
    named = await planning.openings([town.bea], paris(tuesday, 0), paris(tuesday, 23))
    assert [(one.series_id, one.day) for one in named] == [(ref.id, monday(1))]
    assert await everyone_agrees()


async def test_this_one_and_the_following_split_the_series(town: Town) -> None:
    ref = await opened(town)
    await save(Skip(ref, monday(1)))
    await save(Skip(ref, monday(6)))
    await save(Replace(ref, monday(8), afternoon(8)))
    draft = await planning.following(ref, monday(4))
    assert isinstance(draft, OpeningDraft)
    assert (draft.first_day, draft.recurrence) == (monday(4), "FREQ=WEEKLY;COUNT=6")
    later = msgspec.structs.replace(draft, start_time=time(10))
    new = SeriesRef("opening", (await save(EditFollowing(ref, monday(4), later))).id)
    assert await written_days(ref) == mondays(0, 2, 3)
    assert await written_days(new) == mondays(4, 5, 7, 8, 9)
    assert [start.hour for start, _end in await written(new)] == [10, 10, 10, 14, 10]
    assert set(await planning.changes(ref)) == {monday(1)}
    assert set(await planning.changes(new)) == {monday(6), monday(8)}
    assert await everyone_agrees()


async def test_the_following_of_the_first_is_all_of_it(town: Town) -> None:
    ref = await opened(town)
    draft = await planning.following(ref, monday())
    assert (await save(EditFollowing(ref, monday(), draft))).id == ref.id
    assert len(await written(ref)) == 10
    await save(EndBefore(ref, monday(3)))
    assert await written_days(ref) == mondays(0, 1, 2)
    await save(EndBefore(ref, monday()))
    with pytest.raises(NotFound):
        await planning.draft(ref)


async def test_editing_all_keeps_changed_occurrences_and_forgets_idle_ones(town: Town) -> None:
    ref = await opened(town)
    await save(Skip(ref, monday(1)))
    await save(Edit(ref, mornings(town, start_time=time(8))))
    assert await written_days(ref) == mondays(0, 2, 3, 4, 5, 6, 7, 8, 9)
    assert {start.hour for start, _end in await written(ref)} == {8}
    tuesday = monday() + timedelta(days=1)
    await save(Edit(ref, mornings(town, first_day=tuesday)))
    assert await planning.changes(ref) == {}
    await save(Edit(ref, mornings(town)))
    assert await written_days(ref) == mondays(*range(10))


async def test_a_copy_is_a_series_of_its_own(town: Town) -> None:
    ref = await opened(town, title="Matin")
    await save(Skip(ref, monday(1)))
    copy = await planning.duplicate(ref, SYSTEM, resource_id=town.bea, first_day=monday(1))
    other = SeriesRef("opening", copy.id)
    await save(Delete(ref))
    draft = await planning.draft(other)
    assert isinstance(draft, OpeningDraft)
    assert (draft.title, draft.resource_id) == ("Matin", town.bea)
    assert await written_days(other) == mondays(*range(1, 11))
    assert await slots(town, monday()) == []


async def test_an_opening_takes_other_motives_once_it_says_so(town: Town) -> None:
    ref = await opened(town)
    passport = await new_motive(town.organisation, town.citizenship, name="Passeport")
    await save(Edit(ref, mornings(town, motive_ids=[passport, passport])))
    assert await slots(town, monday()) == []
    assert len(await slots(town, monday(), motive_id=passport)) == 6


async def test_absences_are_changed_one_by_one_and_from_a_day_on(town: Town) -> None:
    await opened(town)
    draft = away(town, last_day=monday() + timedelta(days=2), recurrence="FREQ=WEEKLY;COUNT=6")
    ref = SeriesRef("absence", (await save(Create(draft))).id)
    assert await slots(town, monday(2)) == []
    await save(Skip(ref, monday(2)))
    assert len(await slots(town, monday(2))) == 6
    short = OccurrenceDraft(first_day=monday(3), start_time=time(9), end_time=time(10))
    await save(Replace(ref, monday(3), short))
    assert len(await slots(town, monday(3))) == 4
    rest = await planning.following(ref, monday(1))
    split = await save(EditFollowing(ref, monday(1), rest))
    assert len(await slots(town, monday(3))) == 4
    await save(Delete(SeriesRef("absence", split.id)))
    assert await slots(town, monday()) == []
    assert len(await slots(town, monday(4))) == 6
    assert await everyone_agrees()


async def test_closures_repeat_in_the_local_time_of_their_organisation(town: Town) -> None:
    await opened(town)
    draft = ClosureDraft(
        starts_at=paris(monday(), 10),
        ends_at=paris(monday(), 11),
        organisation_id=town.organisation,
        label="Réunion",
        recurrence="FREQ=WEEKLY;INTERVAL=2;COUNT=4",
    )
    ref = SeriesRef("closure", (await save(Create(draft))).id)
    assert [len(await slots(town, monday(week))) for week in (0, 1, 2)] == [4, 6, 4]
    await save(Skip(ref, monday(2)))
    assert len(await slots(town, monday(2))) == 6
    await save(Edit(ref, msgspec.structs.replace(draft, label="Formation")))
    kept = await planning.draft(ref)
    assert isinstance(kept, ClosureDraft)
    assert (kept.label, kept.time_zone) == ("Formation", "Europe/Paris")
    copy = await planning.duplicate(ref, SYSTEM, first_day=monday(1))
    assert await written_days(SeriesRef("closure", copy.id)) == mondays(1, 3, 5, 7)
    await save(EndBefore(ref, monday(4)))
    assert await written(ref) == [(paris(monday(), 10), paris(monday(), 11))]
    assert await everyone_agrees()


CHANGES = [
    # Where the clock changes, and where it never does; Saint-Pierre changes with North America.
    ("Europe/Paris", "FR", "Europe/Paris"),
    ("Indian/Reunion", "RE", "Europe/Paris"),
    ("America/Guadeloupe", "GP", "Europe/Paris"),
    ("America/Miquelon", "PM", "America/Miquelon"),
]


@pytest.mark.parametrize(("zone", "territory", "changing"), CHANGES)
async def test_hours_stay_local_over_both_change_days(
    town: Town, zone: str, territory: str, changing: str
) -> None:
    local = ZoneInfo(zone)
    office = await organisations.create_organisation(
        OrganisationDraft(name="Antenne", time_zone=zone, territory=territory), SYSTEM
    )
    place = await places.create_place(PlaceDraft(organisation_id=office, name="Ici"), SYSTEM)
    for day in (change - timedelta(days=1) for change in clock_changes(ZoneInfo(changing))):
        repeated = mornings(town, place_id=place, first_day=day, recurrence="FREQ=DAILY;COUNT=3")
        ref = SeriesRef("opening", (await save(Create(repeated))).id)
        expected = [
            tuple(datetime.combine(day + timedelta(days=n), time(hour), local) for hour in (9, 12))
            for n in range(3)
        ]
        assert await written(ref, local) == expected
        gone = away(
            town,
            first_day=day,
            start_time=time(0),
            last_day=day + timedelta(days=3),
            end_time=time(0),
            time_zone=zone,
        )
        absent = await written(SeriesRef("absence", (await save(Create(gone))).id), local)
        assert [(start.hour, end.hour) for start, end in absent] == [(0, 0)] * 3
    assert await everyone_agrees()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_time": time(9)}, "end_time"),
        ({"end_time": time(8)}, "end_time"),
        ({"first_day": date(9999, 12, 31)}, "first_day"),
        ({"first_day": date(1, 1, 1)}, "first_day"),
        ({"motive_ids": []}, "motive_ids"),
        ({"title": "x" * 201}, "title"),
        ({"recurrence": "FREQ=DAILY;INTERVAL=100000"}, "recurrence"),
        ({"recurrence": "FREQ=DAILY;UNTIL=20200101"}, "recurrence"),
    ],
)
async def test_an_opening_that_cannot_be_is_refused(
    town: Town, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await planning.impact_of(Create(mornings(town, **changes)))
    assert field in refusal.value.fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": date(9999, 12, 31)}, "last_day"),
        ({"last_day": monday() + timedelta(days=10_000)}, "last_day"),
        ({"last_day": monday() + 6 * WEEK, "recurrence": "FREQ=DAILY"}, "last_day"),
        ({"last_day": monday() - WEEK}, "end_time"),
        ({"end_time": time(8)}, "end_time"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ],
)
async def test_an_absence_that_cannot_be_is_refused(
    town: Town, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await save(Create(away(town, **changes)))
    assert field in refusal.value.fields


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
async def test_a_closure_in_no_time_of_ours_is_refused(year: int) -> None:
    start = datetime(year, 6, 1, tzinfo=PARIS)
    draft = ClosureDraft(starts_at=start, ends_at=start + timedelta(days=1))
    with pytest.raises(InvalidInput):
        await save(Create(draft))


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("minutes", [60, 50])
async def test_a_closure_that_the_clock_going_back_turns_round_is_refused(minutes: int) -> None:
    _forward, back = clock_changes()
    before = datetime.combine(back, time(0, 25), UTC)
    draft = ClosureDraft(starts_at=before, ends_at=before + timedelta(minutes=minutes))
    with pytest.raises(InvalidInput) as refusal:
        await save(Create(draft))
    assert list(refusal.value.fields) == ["ends_at"]


async def test_what_a_series_does_not_mean_cannot_be_changed(town: Town) -> None:
    ref = await opened(town)
    tuesday = monday() + timedelta(days=1)
    refused: list[Change] = [
        Skip(ref, tuesday),
        Skip(ref, date.max),
        EndBefore(ref, monday(10)),
        Replace(ref, tuesday, afternoon()),
        EditFollowing(ref, monday(-1), mornings(town)),
    ]
    for change in refused:
        with pytest.raises(NoSuchOccurrence):
            await save(change)
    same = OccurrenceDraft(first_day=monday(2), start_time=time(9), end_time=time(10))
    with pytest.raises(InvalidInput):
        await save(Replace(ref, monday(1), same))
    with pytest.raises(NotFound):
        await save(Edit(ref, away(town)))
    assert len(await written(ref)) == 10


async def test_a_stranger_reaches_no_series_and_nothing_of_ours(
    town: Town, stranger: Stranger
) -> None:
    ref = await opened(town)
    theirs = mornings(town, motive_ids=[stranger.town.motive], resource_id=stranger.town.alice)
    with pytest.raises(InvalidInput) as refusal:
        await save(Create(theirs))
    assert set(refusal.value.fields) == {"motive_ids", "resource_id"}
    with acting_for(stranger.tenant):
        for change in (Skip(ref, monday()), Delete(ref), Restore(ref, monday())):
            with pytest.raises(NotFound):
                await save(change)
    assert len(await written(ref)) == 10


async def test_the_history_tells_each_change(town: Town) -> None:
    ref = await opened(town)
    await save(Skip(ref, monday()))
    await save(Delete(ref))
    async with tenant_transaction() as tx:
        entries = await of_subject(tx, "opening", ref.id)
    assert [entry.action for entry in entries] == [
        "opening.created",
        "opening.occurrence_skipped",
        "opening.deleted",
    ]


async def test_an_absence_that_is_read_elsewhere_is_changed_by_nobody_here(town: Town) -> None:
    draft = BusyDraft(name="Ailleurs", address="https://agenda.example/a.ics")
    source_id = await calendars.add_source(town.alice, draft, SYSTEM)
    source = ReadFrom(id=source_id, resource_id=town.alice, name="Ailleurs")
    start = paris(monday(), 14)
    span = Span(start, start + timedelta(hours=1))
    async with tenant_transaction() as tx:
        await importing.follow(tx, source, [span], clock.now())
    (found,) = await planning.absences_of([town.alice])
    ref = SeriesRef("absence", found.id)
    other = OccurrenceDraft(first_day=monday(2), start_time=time(14), end_time=time(15))
    for change in (
        Edit(ref, away(town)),
        EditFollowing(ref, monday(), away(town)),
        Skip(ref, monday()),
        Replace(ref, monday(), other),
        Restore(ref, monday()),
        EndBefore(ref, monday()),
        Delete(ref),
    ):
        with pytest.raises(ReadElsewhere):
            await save(change)
    assert await planning.absences_of([town.alice]) == [found]
    own = SeriesRef("absence", (await save(Create(away(town)))).id)
    await save(Delete(own))
