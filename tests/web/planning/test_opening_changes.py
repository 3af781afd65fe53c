"""Openings: what a change would do, one date and those that follow (C-10, C-11, C-13, C-14)."""

import asyncio
from datetime import time, timedelta

import pytest
from creneau.appointments import service as appointments
from creneau.planning import service as planning

from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, fields_of, retyped, shown_after
from tests.web.backoffice.cast import Office, at, book
from tests.web.planning.cast import (
    LIST,
    NEW,
    day,
    mornings,
    next_monday,
    only,
    opened,
    openings,
    slots_on,
)


@pytest.mark.feature("C-10")
async def test_the_next_dates_and_overlaps_are_shown_by_a_button_and_as_one_types(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    asked = await retyped(bea, NEW, mornings(office, preview="yes"))
    assert asked.status_code == 200
    for text in ("Tous les lundis et jeudis", "tous les lundis et jeudis, 10 fois"):
        assert text.lower() in asked.text.lower()
    assert await openings(office) == []
    typed = {**fields_of(asked.text), "repetition": "daily", "first_day": day(0), "ends": "never"}
    part = (await bea.submit(f"{LIST}/apercu", typed)).text
    assert "<html" not in part
    assert "tous les jours" in part
    assert "Cette plage en chevauche une autre." in part
    assert "Les dates s’affichent ici" in (await bea.submit(f"{LIST}/apercu", {})).text


@pytest.mark.feature("C-13")
async def test_an_overlap_warns_once_and_is_allowed(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await opened(bea, office)
    asked = await retyped(bea, NEW, mornings(office, title="Encore", start_time="11:00"))
    assert asked.status_code == 409
    assert "Cette plage en chevauche une autre." in asked.text
    assert f'href="{path}"' in asked.text
    assert len(await openings(office)) == 1
    await shown_after(bea, await again(bea, NEW, asked.text, {}))
    assert {one.title for one in await openings(office)} == {"Consultation de PMI", "Encore"}


@pytest.mark.feature("C-14")
async def test_what_a_change_touches_is_shown_before_it_is_kept_or_rescheduled(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    path = await opened(bea, office)
    kept = await book(office, at(next_monday(), 11))
    moved = await book(office, at(next_monday(1), 11))
    asked = await retyped(bea, path, {"end_time": "10:00"})
    assert asked.status_code == 409
    assert "Ce changement touche 2 rendez-vous." in asked.text
    assert (await only(office)).end_time == time(12)
    undecided = await again(bea, path, asked.text, {})
    assert "Choisissez ce que deviennent ces rendez-vous." in undecided.text
    said = await shown_after(bea, await again(bea, path, asked.text, {"choice": "keep"}))
    assert "2 rendez-vous sont gardés à leur heure." in said
    asked = await retyped(bea, f"{path}/suppression", {})
    assert asked.status_code == 303
    assert (await appointments.get(kept.id)).state == "planned"
    assert (await appointments.get(moved.id)).state == "planned"


@pytest.mark.feature("C-10")
@pytest.mark.feature("C-14")
async def test_to_reschedule_frees_the_time_and_tells_the_persons(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    path = await opened(bea, office)
    booking = await book(office, at(next_monday(), 11))
    asked = await retyped(bea, f"{path}/suppression", {})
    assert asked.status_code == 409
    assert "Zoé Petit" in asked.text
    done = await again(bea, f"{path}/suppression", asked.text, {"choice": "to_reschedule"})
    assert "1 rendez-vous est à replanifier" in await shown_after(bea, done)
    assert (await appointments.get(booking.id)).state == "to_reschedule"
    assert await openings(office) == []


@pytest.mark.feature("C-11")
async def test_one_date_is_changed_removed_and_restored_without_the_others(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    path = await opened(bea, office)
    first, second = (f"{path}/dates/{next_monday(week)}" for week in (0, 1))
    shown = await shown_after(
        bea, await retyped(bea, first, {"start_time": "14:00", "end_time": "15:00"})
    )
    assert "Cette date est modifiée. Les autres restent comme elles sont." in shown
    assert "Modifiée" in shown
    assert await slots_on(office, next_monday()) == ["14:00", "14:30"]
    skipped = await retyped(bea, second, {"what": "supprimer"})
    assert "Supprimée" in await shown_after(bea, skipped)
    assert await slots_on(office, next_monday(1)) == []
    back = await retyped(bea, second, {"what": "retablir"})
    assert "Cette date est de nouveau comme les autres." in await shown_after(bea, back)
    assert await slots_on(office, next_monday(1)) != []
    assert (await bea.get(f"{path}/dates/{next_monday() + timedelta(days=1)}")).status_code == 404


async def test_one_date_says_what_cannot_be_and_what_it_touches(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    path = f"{await opened(bea, office)}/dates/{next_monday()}"
    wrong = await retyped(bea, path, {"start_time": "15:00", "end_time": "14:00"})
    assert wrong.status_code == 422
    assert "L’heure de fin doit être après l’heure de début." in wrong.text
    assert fields_of(wrong.text)["start_time"] == ["15:00"]
    await book(office, at(next_monday(), 9))
    asked = await retyped(bea, path, {"start_time": "10:00"})
    assert asked.status_code == 409
    assert "Ce changement touche 1 rendez-vous." in asked.text
    await shown_after(bea, await again(bea, path, asked.text, {"choice": "keep"}))


@pytest.mark.feature("C-11")
async def test_this_date_and_those_that_follow_become_others(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    path = await opened(bea, office)
    follow = f"{path}/suite/{next_monday(2)}"
    shown = await shown_after(
        bea,
        await retyped(
            bea, follow, {"title": "L’après-midi", "start_time": "14:00", "end_time": "16:00"}
        ),
    )
    assert "La suite est modifiée." in shown
    before, after = sorted(await openings(office), key=lambda one: one.first_day)
    assert (before.end_time, after.start_time) == (time(12), time(14))
    assert after.first_day == next_monday(2)
    assert after.recurrence == "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6"
    ended = f"{LIST}/{after.id}/suppression?des={next_monday(3)}"
    assert "disparaissent" in (await bea.get(ended)).text
    await shown_after(bea, await retyped(bea, ended, {}))
    assert await slots_on(office, next_monday(2)) != []
    assert await slots_on(office, next_monday(3)) == []


@pytest.mark.feature("C-10")
async def test_a_copy_begins_with_the_next_date_and_may_be_a_colleagues(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    path = await opened(alice, office, first_day=day(-30), ends="never")
    copied = f"{NEW}?copie={path.rpartition('/')[2]}&agent={office.alice}"
    page = (await alice.get(copied)).text
    assert fields_of(page)["agent"] == str(office.alice)
    assert fields_of(page)["first_day"][0] >= day(0)
    await shown_after(alice, await again(alice, NEW, page, {}))
    (copy,) = await planning.openings_of([office.alice])
    assert (copy.title, copy.start_time) == ("Consultation de PMI", time(9))


async def test_two_who_save_at_once_are_shown_each_others_change(
    entered: Entered, office: Office
) -> None:
    alice, bea = await entered("Alice"), await entered("Bea")
    path = await opened(bea, office)
    opened_page = (await bea.get(path)).text
    await shown_after(alice, await retyped(alice, path, {"start_time": "08:00"}))
    late = await again(bea, path, opened_page, {"end_time": "13:00"})
    assert late.status_code == 409
    assert "Quelqu’un a modifié cette page pendant votre saisie." in late.text
    assert "Commence à : 08:00" in late.text
    assert fields_of(late.text)["end_time"] == ["13:00"]
    assert (await only(office)).end_time == time(12)
    day_page = f"{path}/dates/{next_monday()}"
    shown = (await bea.get(day_page)).text
    await shown_after(alice, await retyped(alice, day_page, {"start_time": "09:30"}))
    assert (await again(bea, day_page, shown, {"start_time": "11:00"})).status_code == 409


async def test_of_two_who_send_their_forms_at_once_one_saves(
    entered: Entered, office: Office
) -> None:
    alice, bea = await entered("Alice"), await entered("Bea")
    path = await opened(bea, office)
    pages = [(await one.get(path)).text for one in (alice, bea)]
    answers = await asyncio.gather(
        again(alice, path, pages[0], {"start_time": "08:00"}),
        again(bea, path, pages[1], {"start_time": "08:30"}),
    )
    assert sorted(one.status_code for one in answers) == [303, 409]
    late = next(one for one in answers if one.status_code == 409)
    assert f"Commence à : {(await only(office)).start_time:%H:%M}" in late.text


async def test_a_sentence_about_a_field_hides_nobodys_change(
    entered: Entered, office: Office
) -> None:
    alice, bea = await entered("Alice"), await entered("Bea")
    day_page = f"{await opened(bea, office)}/dates/{next_monday()}"
    shown = (await bea.get(day_page)).text
    await shown_after(alice, await retyped(alice, day_page, {"start_time": "09:30"}))
    wrong = await again(bea, day_page, shown, {"end_time": "08:00"})
    assert wrong.status_code == 422
    assert (await again(bea, day_page, wrong.text, {"end_time": "11:00"})).status_code == 409


async def test_whoever_deletes_an_opening_is_shown_first_what_changed(
    entered: Entered, office: Office
) -> None:
    bea, alice = await entered("Bea"), await entered("Alice")
    path = await opened(bea, office)
    for end in ("/suppression", f"/suppression?des={next_monday(1)}"):
        asked = (await bea.get(f"{path}{end}")).text
        hours = (await only(office)).end_time
        later = "10:00" if hours == time(12) else "12:00"
        await shown_after(alice, await retyped(alice, path, {"end_time": later}))
        late = await again(bea, f"{path}{end}", asked, {})
        assert late.status_code == 409
        assert "Quelqu’un a modifié ceci depuis" in late.text
        assert ", maintenant 9" in late.text
        assert (await only(office)).recurrence
    await shown_after(bea, await again(bea, f"{path}{end}", late.text, {}))
    assert "UNTIL" in str((await only(office)).recurrence)


async def test_a_deletion_that_saw_nothing_or_a_changed_date_is_refused(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    path = await opened(bea, office)
    way = f"{path}/suppression"
    assert (await bea.submit(way, {})).status_code == 409
    asked = (await bea.get(way)).text
    skipped = f"{path}/dates/{next_monday(1)}"
    await shown_after(bea, await retyped(bea, skipped, {"what": "supprimer"}))
    late = await again(bea, way, asked, {})
    assert late.status_code == 409
    assert "Dates modifiées ou supprimées" in late.text
