"""Closures and public holidays in the administration, with what they touch (C-07, C-14)."""

import asyncio
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM
from creneau.i18n import day as in_words
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft
from creneau.planning.schemas import ArchivePlace, Closed

from tests.days import today, tomorrow
from tests.platform.cast import PASSWORD, new_agent
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, fields_of, retyped, shown_after
from tests.web.backoffice.cast import ZONE, Office, at, book
from tests.web.stage import Clients, Visitor

LIST = "/administration/fermetures"
NEW = f"{LIST}/nouvelle"


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def holidays_of(office: Office) -> str:
    return f"/administration/organisations/{office.organisation}/jours-feries"


def an_hour(**more: Any) -> ClosureDraft:
    return ClosureDraft(starts_at=at(today(), 8), ends_at=at(today(), 9), **more)


async def only() -> Closed:
    (found,) = await planning.closures()
    return found


async def close(alice: Visitor, **typed: str) -> Closed:
    await shown_after(alice, await retyped(alice, NEW, {"where": "all", **typed}))
    return await only()


@pytest.mark.parametrize("end", ["", "/nouvelle", "/{id}", "/{id}/suppression"])
async def test_strangers_sign_in_and_colleagues_without_the_right_are_told_so(
    client: Clients, entered: Entered, office: Office, end: str
) -> None:
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(20))
    path = LIST + end.format(id=closed.id)
    stranger = await client(office.tenant).get(path)
    assert stranger.headers["location"].startswith("/agents/connexion")
    bea = await entered("Bea")
    assert (await bea.get(path)).status_code == 403
    assert (await alice.get(path)).status_code == 200


async def test_an_administrator_elsewhere_closes_neither_this_organisation_nor_all(
    entered: Entered, office: Office
) -> None:
    theirs = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    service = (await organisations.services())[0].id
    nora = await entered(
        await new_agent("Nora", theirs, service, "administrator", password=PASSWORD)
    )
    for where in ("all", f"organisation:{office.organisation}", f"place:{office.place}"):
        answer = await nora.submit(NEW, {"where": where, "first_day": day(3)})
        assert answer.status_code == 422
        assert "Choisissez ce qui ferme." in answer.text
    assert await planning.closures() == []
    closed = await planning.create_closure(an_hour(place_id=office.place), SYSTEM)
    for end in ("", "/suppression"):
        assert (await nora.get(f"{LIST}/{closed}{end}")).status_code == 403
        assert (await nora.submit(f"{LIST}/{closed}{end}", {})).status_code == 403
    assert (await nora.get(holidays_of(office))).status_code == 403
    assert (await nora.get(f"{LIST}/{uuid4()}")).status_code == 404


async def test_whole_days_and_hours_are_closed_as_they_were_typed(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    typed = {
        "label": "Pont",
        "where": f"organisation:{office.organisation}",
        "first_day": day(30),
        "last_day": day(32),
    }
    shown = await shown_after(alice, await retyped(alice, NEW, typed))
    assert "La fermeture est enregistrée." in shown
    found = await only()
    assert (found.first_day, found.last_day) == (
        today() + timedelta(days=30),
        today() + timedelta(days=33),
    )
    path = f"{LIST}/{found.id}"
    assert {**fields_of((await alice.get(path)).text), **typed} == fields_of(
        (await alice.get(path)).text
    ) | typed
    hours = {"last_day": "", "start_time": "14:00", "end_time": "16:30"}
    said = await shown_after(alice, await retyped(alice, path, hours))
    assert "Modifié : heure de début, dernier jour, heure de fin." in said
    assert "Modifié par Alice Martin le" in said
    found = await only()
    assert found.next_at == at(today() + timedelta(days=30), 14)
    assert "de 14 h à 16 h 30" in (await alice.get(LIST)).text


async def test_a_closure_repeats_until_a_day(entered: Entered) -> None:
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(10), repetition="weekly", until=day(40))
    assert closed.recurrence == f"FREQ=WEEKLY;UNTIL={today() + timedelta(days=40):%Y%m%d}"
    shown = fields_of((await alice.get(f"{LIST}/{closed.id}")).text)
    assert (shown["repetition"], shown["until"]) == ("weekly", [day(40)])
    once = await retyped(alice, f"{LIST}/{closed.id}", {"repetition": "", "until": ""})
    await shown_after(alice, once)
    assert (await only()).recurrence is None


async def test_a_repetition_that_the_form_cannot_write_is_kept(entered: Entered) -> None:
    rule = "FREQ=MONTHLY;BYDAY=1TU;COUNT=3"
    draft = an_hour(time_zone=str(ZONE), recurrence=rule)
    closed = await planning.create_closure(draft, SYSTEM)
    alice = await entered("Alice")
    saved = await retyped(alice, f"{LIST}/{closed}", {"label": "Réunion"})
    await shown_after(alice, saved)
    found = await planning.closure(closed)
    assert (found.recurrence, found.label) == (rule, "Réunion")


async def test_what_was_typed_stays_and_each_wrong_field_says_why(entered: Entered) -> None:
    alice = await entered("Alice")
    for wrong, sentence in (
        ({"first_day": ""}, "Choisissez le premier jour de fermeture."),
        ({"first_day": "hier"}, "Écrivez une date complète"),
        ({"last_day": day(5)}, "Le dernier jour est avant le premier."),
        ({"start_time": "25 h"}, "Écrivez une heure, comme 9:30 ou 14:00."),
        ({"start_time": "15:00", "end_time": "14:00"}, "La fin de la fermeture doit être après"),
        ({"repetition": "weekly"}, "Choisissez jusqu’à quand la fermeture se répète."),
        ({"last_day": "2090-01-01"}, "Choisissez une durée de"),
    ):
        answer = await retyped(alice, NEW, {"label": "Pont", "first_day": day(9), **wrong})
        assert answer.status_code == 422, wrong
        assert sentence in answer.text
        assert 'value="Pont"' in answer.text
    assert await planning.closures() == []


async def test_what_a_closure_touches_is_shown_before_it_is_saved_and_kept_or_moved(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    alice = await entered("Alice")
    asked = await retyped(alice, NEW, {"label": "Panne", "first_day": day(1)})
    assert asked.status_code == 409
    assert "Ce changement touche 1 rendez-vous. Rien n’est encore enregistré." in asked.text
    assert "Zoé Petit" in asked.text
    assert await planning.closures() == []
    kept = await shown_after(alice, await again(alice, NEW, asked.text, {"choice": "keep"}))
    assert "La fermeture est enregistrée. 1 rendez-vous est gardé à son heure." in kept
    assert (await appointments.get(booking.id)).state == "planned"
    way = f"{LIST}/{(await only()).id}/suppression"
    await shown_after(alice, await retyped(alice, way, {}))
    asked = await retyped(alice, NEW, {"first_day": day(1)})
    moved = await again(alice, NEW, asked.text, {"choice": "to_reschedule"})
    assert "1 rendez-vous est à replanifier" in await shown_after(alice, moved)
    assert (await appointments.get(booking.id)).state == "to_reschedule"


async def test_an_edited_closure_asks_about_what_it_newly_touches(
    entered: Entered, office: Office
) -> None:
    await book(office, at(tomorrow(), 10))
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(20))
    moved = await retyped(alice, f"{LIST}/{closed.id}", {"first_day": day(1), "last_day": day(1)})
    assert moved.status_code == 409
    assert "Zoé Petit" in moved.text
    assert (await only()).first_day == today() + timedelta(days=20)


async def test_two_who_save_at_once_are_shown_each_others_change(entered: Entered) -> None:
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(20), label="Une")
    path = f"{LIST}/{closed.id}"
    opened = (await alice.get(path)).text
    await retyped(alice, path, {"label": "Deux"})
    late = await again(alice, path, opened, {"label": "Trois"})
    assert late.status_code == 409
    assert "Nom : Deux" in late.text
    await shown_after(alice, await again(alice, path, late.text, {}))
    assert (await only()).label == "Trois"


async def test_a_conflict_names_days_as_people_read_them(entered: Entered) -> None:
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(20), label="Une")
    path = f"{LIST}/{closed.id}"
    opened = (await alice.get(path)).text
    await again(alice, path, opened, {"first_day": day(21), "last_day": day(22)})
    late = await again(alice, path, opened, {"label": "Deux"})
    assert late.status_code == 409
    assert f"Premier jour : {in_words(today() + timedelta(days=21))}" in late.text
    assert day(21) not in late.text[late.text.index("Ce qui est") : late.text.index("<form class=")]


async def test_a_closure_is_deleted_after_it_was_named(entered: Entered) -> None:
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(20), label="Inventaire")
    asked = await alice.get(f"{LIST}/{closed.id}/suppression")
    assert "Supprimer la fermeture « Inventaire » ?" in asked.text
    shown = await shown_after(
        alice, await again(alice, f"{LIST}/{closed.id}/suppression", asked.text, {})
    )
    assert "La fermeture « Inventaire » est supprimée." in shown
    assert "Aucune fermeture à venir." in shown


async def test_past_closures_are_listed_when_asked_for(entered: Entered) -> None:
    alice = await entered("Alice")
    await close(alice, first_day=day(-20), label="Inventaire")
    assert "Inventaire" not in (await alice.get(LIST)).text
    assert "Inventaire" in (await alice.get(LIST, params={"filtre-quand": "passe"})).text


async def test_a_closure_of_an_archived_place_stays_where_it_is(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(20), where=f"place:{office.place}")
    await planning.save(ArchivePlace(office.place), SYSTEM)
    path = f"{LIST}/{closed.id}"
    assert fields_of((await alice.get(path)).text)["where"] == f"place:{office.place}"
    refused = await retyped(alice, path, {"label": "Travaux"})
    assert refused.status_code == 422
    assert 'href="#where"' in refused.text
    assert (await only()).place_id == office.place


async def free_days(client: Clients, office: Office) -> str:
    path = f"/rdv/{office.motive}/{office.place}"
    return (await client(office.tenant).get(path)).text


@pytest.mark.feature("C-07")
async def test_an_organisation_closes_on_its_territorys_holidays_and_its_own_days(
    entered: Entered, client: Clients, office: Office
) -> None:
    alice = await entered("Alice")
    page = (await alice.get(holidays_of(office))).text
    assert "Pour l’instant, l’organisation reste ouverte les jours fériés." in page
    year = today().year + 1
    assert f"{year}-07-14" in str(fields_of(page)["closed"])
    kept = [one for one in fields_of(page)["closed"] if one != f"{year}-07-14"]
    typed = {"closed": kept, "new_day": day(1), "new_label": "Fête du village"}
    asked_free = await free_days(client, office)
    saved = await shown_after(alice, await again(alice, holidays_of(office), page, typed))
    assert "L’organisation ferme désormais ces jours fériés." in saved
    assert await free_days(client, office) != asked_free
    found = {
        one.day: one.state
        for one in await planning.holidays(office.organisation, today(), date(year, 12, 31))
    }
    assert found[date(year, 7, 14)] == "removed"
    assert found[date(year, 5, 1)] == "kept"
    assert found[tomorrow()] == "added"
    again_closed = {"closed": [*fields_of(saved)["closed"], f"{year}-07-14"]}
    said = await shown_after(alice, await retyped(alice, holidays_of(office), again_closed))
    assert "Fermé désormais : Fête nationale" in said
    moved = await retyped(
        alice, f"/administration/organisations/{office.organisation}", {"territory": "57"}
    )
    await shown_after(alice, moved)
    assert "Vendredi saint" in (await alice.get(holidays_of(office))).text


async def test_a_holiday_that_touches_appointments_asks_first(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    alice = await entered("Alice")
    typed = {"new_day": day(1), "new_label": "Foire"}
    asked = await retyped(alice, holidays_of(office), typed)
    assert asked.status_code == 409
    assert "Zoé Petit" in asked.text
    assert 'value="Foire"' in asked.text
    assert await planning.holiday_edits(office.organisation) is None
    moved = await again(alice, holidays_of(office), asked.text, {"choice": "to_reschedule"})
    assert "1 rendez-vous est à replanifier" in await shown_after(alice, moved)
    assert (await appointments.get(booking.id)).state == "to_reschedule"


async def test_an_added_day_needs_a_name_and_a_day_of_the_list(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    for typed, field in (
        ({"new_day": day(3), "new_label": ""}, "new_label"),
        ({"new_day": "", "new_label": "Foire"}, "new_day"),
        ({"new_day": "2099-01-01", "new_label": "Foire"}, "new_day"),
    ):
        answer = await retyped(alice, holidays_of(office), typed)
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text


async def test_two_who_save_holidays_at_once_do_not_overwrite_each_other(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    opened = (await alice.get(holidays_of(office))).text
    await retyped(alice, holidays_of(office), {"new_day": day(3), "new_label": "Foire"})
    late = await again(alice, holidays_of(office), opened, {})
    assert late.status_code == 409
    assert "Quelqu’un a modifié cette page pendant votre saisie." in late.text


async def test_the_calendar_is_given_up_after_its_days_were_named(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    await retyped(alice, holidays_of(office), {"new_day": day(3), "new_label": "Foire"})
    asked = (await alice.get(f"{holidays_of(office)}/abandon")).text
    assert "Foire" in asked
    shown = await shown_after(alice, await alice.submit(f"{holidays_of(office)}/abandon"))
    assert "L’organisation reste ouverte les jours fériés." in shown
    assert await planning.holiday_edits(office.organisation) is None


async def test_another_organisations_days_stay_as_they_are(
    entered: Entered, office: Office
) -> None:
    other: UUID = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    alice = await entered("Alice")
    await retyped(alice, holidays_of(office), {})
    assert await planning.holiday_edits(other) is None


async def test_a_closure_that_is_over_already_is_shown_with_a_warning(entered: Entered) -> None:
    alice = await entered("Alice")
    typed = {"where": "all", "label": "Inventaire", "first_day": day(-365)}
    shown = await shown_after(alice, await retyped(alice, NEW, typed))
    assert "Cette fermeture est déjà passée : vérifiez l’année." in shown
    assert "Inventaire" in shown


async def test_days_and_hours_are_read_as_people_write_them(entered: Entered) -> None:
    alice = await entered("Alice")
    first = today() + timedelta(days=9)
    typed = {"where": "all", "label": "Pont", "first_day": f"{first:%d/%m/%Y}"}
    await shown_after(
        alice, await retyped(alice, NEW, {**typed, "start_time": "9h30", "end_time": "11 h"})
    )
    closed = await only()
    assert (closed.first_day, closed.start_time, closed.end_time) == (
        first,
        time(9, 30),
        time(11),
    )


async def test_of_two_who_send_their_forms_at_once_one_saves(entered: Entered) -> None:
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(20), label="Une")
    path = f"{LIST}/{closed.id}"
    shown = (await alice.get(path)).text
    answers = await asyncio.gather(
        *(again(alice, path, shown, {"label": label}) for label in ("Deux", "Trois"))
    )
    assert sorted(one.status_code for one in answers) == [303, 409]
    late = next(one for one in answers if one.status_code == 409)
    assert f"Nom : {(await only()).label}" in late.text


async def test_whoever_deletes_a_closure_is_shown_first_what_changed(entered: Entered) -> None:
    alice = await entered("Alice")
    closed = await close(alice, first_day=day(20), label="Inventaire")
    way = f"{LIST}/{closed.id}/suppression"
    asked = (await alice.get(way)).text
    await retyped(alice, f"{LIST}/{closed.id}", {"label": "Grand inventaire"})
    late = await again(alice, way, asked, {})
    assert late.status_code == 409
    said = late.text
    assert "Nom : Inventaire, maintenant Grand inventaire" in said
    assert (await only()).label == "Grand inventaire"
    await shown_after(alice, await again(alice, way, late.text, {}))
    assert await planning.closures() == []
