"""Motives in the administration: the list, the form with all of C-05, its preview and its ends."""

from uuid import UUID, uuid4

import httpx
import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.questions import service as questions
from creneau.questions.schemas import QuestionDraft
from creneau_web.admin.motive_values import values_of

from tests.days import tomorrow
from tests.platform.cast import new_motive
from tests.web.admin.conftest import Entered
from tests.web.admin.motive_cast import LIST, one, saved, typed
from tests.web.backoffice.cast import Office, at, book
from tests.web.public.citizen import words
from tests.web.stage import Clients


async def test_strangers_and_colleagues_do_not_get_in(
    client: Clients, office: Office, entered: Entered
) -> None:
    ways = (LIST, f"{LIST}/nouveau", one(office), one(office, "/copie"), one(office, "/archivage"))
    anonymous, bea = client(office.tenant), await entered("Bea")
    for way in ways:
        answer = await anonymous.get(way)
        assert answer.headers["location"].startswith("/agents/connexion"), way
        assert (await bea.get(way)).status_code == 403, way
    assert (await bea.submit(f"{LIST}/apercu", {})).status_code == 403
    assert (await bea.submit(one(office), await typed(office.motive))).status_code == 403


async def test_an_administrator_of_another_organisation_reaches_only_its_own_motives(
    office: Office, entered: Entered
) -> None:
    annexe = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    service = (await saved(office)).service_id
    own = await new_motive(annexe, service, name="Passeport")
    alice = await entered("Alice")
    assert (await alice.get(f"{LIST}/{own}")).status_code == 403
    assert "Passeport" not in (await alice.get(LIST)).text
    draft = await typed(office.motive, name="Permis", organisation_id=str(annexe))
    answer = await alice.submit(f"{LIST}/nouveau", draft)
    assert answer.status_code == 422
    assert "Choisissez une organisation de la liste." in words(answer)
    assert (await alice.get(f"{LIST}/{uuid4()}")).status_code == 404


async def test_the_list_is_sorted_filtered_and_says_what_is_missing(
    office: Office, entered: Entered
) -> None:
    motive = await saved(office)
    place, service = motive.organisation_id, motive.service_id
    await new_motive(place, service, name="Passeport", category="Titres", duration_minutes=45)
    await new_motive(place, service, name="Atelier", capacity=8, audience="agents")
    alice = await entered("Alice")
    text = words(await alice.get(f"{LIST}?tri=-duree"))
    assert text.index("Passeport") < text.index("Carte d’identité")
    assert "Sans horaire Aucune plage d’ouverture ne le porte." in text
    assert "8 places" in text
    found = words(await alice.get(f"{LIST}?filtre-categorie=Titres"))
    assert "Passeport" in found
    assert "Carte d’identité" not in found
    assert "Rien ne correspond à ces filtres." in words(await alice.get(f"{LIST}?filtre=zzz"))


async def test_without_a_motive_the_list_says_what_to_do(office: Office, entered: Entered) -> None:
    async with tenant_transaction() as tx:
        for table in ("opening_motive", "motive"):
            await tx.execute(f"DELETE FROM {table} WHERE tenant_id = $1", office.tenant.id)
    answer = await (await entered("Alice")).get(LIST)
    assert "Aucun motif pour l’instant : personne ne peut prendre rendez-vous." in words(answer)


ALL_OF_IT = {
    "name": "Passeport",
    "description": "Pour voyager.",
    "category": "Titres",
    "colour": "#2E7FBF",
    "position": "3",
    "location_type": "phone",
    "secretariat": True,
    "duration_minutes": "20",
    "step_minutes": "10",
    "buffer_before_minutes": "5",
    "buffer_after_minutes": "10",
    "audience": "prescribers",
    "minimum_notice_minutes": "2",
    "minimum_notice_minutes_unit": "hours",
    "maximum_notice_minutes": "3",
    "maximum_notice_minutes_unit": "months",
    "seats": "several",
    "capacity": "6",
    "requires-room": "1",
    "maximum_active_per_person": "2",
    "maximum_per_person_per_day": "1",
    "instructions_before": "Remplissez la demande.",
    "instructions_after": "Entrée par la cour.",
    "cancellation_warning": "Le prochain est loin.",
    "may_cancel": True,
    "cancel_notice_minutes": "1",
    "cancel_notice_minutes_unit": "days",
    "may_move": False,
    "notify_persons": False,
    "notify_agents": True,
}


@pytest.mark.feature("C-05")
async def test_all_of_a_motive_is_set_in_its_form_and_shown_again(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    answer = await alice.submit(f"{LIST}/nouveau", await typed(office.motive, **ALL_OF_IT))
    assert answer.status_code == 303, words(answer)
    page = await alice.get(answer.headers["location"])
    assert "Le motif « Passeport » est créé." in words(page)
    made = await motives.motive(UUID(answer.headers["location"].rpartition("/")[2]))
    assert (made.name, made.category, made.colour, made.position) == (
        "Passeport",
        "Titres",
        "#2E7FBF",
        3,
    )
    assert (made.location_type, made.secretariat, made.audience) == ("phone", True, "prescribers")
    assert (made.duration_minutes, made.step_minutes) == (20, 10)
    assert (made.buffer_before_minutes, made.buffer_after_minutes) == (5, 10)
    assert (made.minimum_notice_minutes, made.maximum_notice_minutes) == (120, 90 * 24 * 60)
    assert (made.capacity, made.requires) == (6, {"room": 1})
    limits = (
        made.maximum_active_per_person,
        made.maximum_per_person_per_day,
        made.maximum_per_person_per_week,
    )
    assert limits == (2, 1, None)
    assert (made.cancel_notice_minutes, made.move_notice_minutes) == (24 * 60, None)
    assert (made.notify_persons, made.notify_agents) == (False, True)
    again = values_of(made)
    assert {name: again[name] for name in ALL_OF_IT} == ALL_OF_IT


async def test_a_wrong_form_keeps_what_was_typed_and_leads_to_each_field(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    wrong = {
        "name": "",
        "duration_minutes": "beaucoup",
        "minimum_notice_minutes_unit": "siècles",
        "seats": "several",
        "capacity": "1",
        "instructions_after": "Entrée par la cour.",
    }
    answer = await alice.submit(one(office), await typed(office.motive, **wrong))
    assert answer.status_code == 422
    for field in ("name", "duration_minutes", "minimum_notice_minutes", "capacity"):
        assert f'href="#{field}"' in answer.text, field
    assert "Écrivez un nombre entier, comme 30." in words(answer)
    assert "Entrée par la cour." in answer.text
    assert 'value="beaucoup"' in answer.text
    assert (await saved(office)).name == "Carte d’identité"


async def test_a_form_that_lacks_everything_is_answered_with_what_is_needed(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    for way in (one(office), one(office, "/copie"), f"{LIST}/nouveau"):
        answer = await alice.submit(way, {})
        assert answer.status_code == 422, way
        assert "Donnez un nom au motif." in words(answer)
    assert (await alice.submit(f"{LIST}/apercu", {})).status_code == 200
    for way in (one(office, "/questions/nouvelle"), f"{one(office)}/questions/{uuid4()}/place"):
        assert (await alice.submit(way, {})).status_code in {422, 404}


@pytest.mark.feature("C-05")
async def test_at_home_the_secretariat_is_closed_and_the_server_refuses_it(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    at_home = {"location_type": "home", "secretariat": True}
    answer = await alice.submit(one(office), await typed(office.motive, **at_home))
    assert answer.status_code == 422
    assert "Un rendez-vous à domicile ne peut pas être confié au secrétariat." in words(answer)
    await alice.submit(one(office), await typed(office.motive, location_type="home"))
    page = await alice.get(one(office))
    box = page.text[page.text.index('id="secretariat"') :].partition(">")[0]
    assert "disabled" in box
    assert "Impossible à domicile" in words(page)


async def test_a_change_says_what_it_was_and_who_made_it(office: Office, entered: Entered) -> None:
    alice = await entered("Alice")
    changes = {"description": "Pour voyager.", "step_minutes": "15"}
    answer = await alice.submit(one(office), await typed(office.motive, **changes))
    assert answer.status_code == 303, words(answer)
    page = words(await alice.get(one(office)))
    assert "Modifié : description, écart entre les horaires." in page
    assert "Modifié par Alice Martin le" in page


async def test_who_saves_second_sees_what_the_first_changed(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    first = await typed(office.motive, location_type="phone")
    second = await typed(office.motive, name="Passeport")
    await alice.submit(one(office), first)
    answer = await alice.submit(one(office), second)
    assert answer.status_code == 409
    assert "Type de rendez-vous : Par téléphone" in words(answer)
    assert 'value="Passeport"' in answer.text
    again = {**second, "version": (await saved(office)).version}
    assert (await alice.submit(one(office), again)).status_code == 303
    assert (await saved(office)).name == "Passeport"


async def test_booked_appointments_are_shown_before_a_change_that_concerns_them(
    office: Office, entered: Entered
) -> None:
    booking = await book(office, at(tomorrow(), 9, 30))
    alice = await entered("Alice")
    change = await typed(office.motive, duration_minutes="45")
    asked = await alice.submit(one(office), change)
    assert asked.status_code == 409
    assert "Ce changement touche 1 rendez-vous. Rien n’est encore enregistré." in words(asked)
    assert "Zoé Petit" in words(asked)
    assert 'value="45"' in asked.text
    assert (await saved(office)).duration_minutes == 30
    undecided = await alice.submit(one(office), {**change, "impact_shown": "yes"})
    assert "Choisissez ce que deviennent ces rendez-vous." in words(undecided)
    decided = {**change, "choice": "to_reschedule", "shown": str(booking.id)}
    assert (await alice.submit(one(office), decided)).status_code == 303
    assert (await saved(office)).duration_minutes == 45
    assert (await appointments.get(booking.id)).state == "to_reschedule"


async def test_archiving_says_what_it_touches_and_can_be_taken_back(
    office: Office, entered: Entered
) -> None:
    booking = await book(office, at(tomorrow(), 9, 30))
    await questions.ask(office.motive, QuestionDraft(label="Pourquoi ?"), SYSTEM)
    alice = await entered("Alice")
    page = words(await alice.get(one(office, "/archivage")))
    assert "1 plage d’ouverture le porte" in page
    assert "1 question n’est plus posée" in page
    assert "Zoé Petit" in page
    assert (await alice.submit(one(office, "/archivage"))).status_code == 409
    kept = {"choice": "keep", "shown": str(booking.id), "version": (await saved(office)).version}
    assert (await alice.submit(one(office, "/archivage"), kept)).status_code == 303
    assert (await saved(office)).archived_at is not None
    assert "Carte d’identité" in words(await alice.get(f"{LIST}?filtre-etat=archived"))
    assert (await alice.submit(one(office), await typed(office.motive))).status_code == 303
    assert "Rien n’a été enregistré" in words(await alice.get(one(office)))
    assert "archivé" in words(await alice.get(one(office)))
    await alice.submit(one(office, "/reprise"))
    assert (await saved(office)).archived_at is None


async def test_a_copy_is_made_only_when_it_is_saved(office: Office, entered: Entered) -> None:
    await questions.ask(office.motive, QuestionDraft(label="Pourquoi ?"), SYSTEM)
    alice = await entered("Alice")
    page = await alice.get(one(office, "/copie"))
    assert 'value="Carte d’identité (copie)"' in page.text
    assert len(await motives.motives()) == 1
    answer = await alice.submit(one(office, "/copie"), await typed(office.motive, name="Permis"))
    made = UUID(answer.headers["location"].rpartition("/")[2])
    assert [question.label for question in await questions.asked(made)] == ["Pourquoi ?"]


async def questions_page(answer: httpx.Response) -> str:
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"]


@pytest.mark.feature("C-05")
async def test_questions_are_added_changed_put_in_order_and_asked_no_more(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    way = one(office, "/questions")
    empty = await alice.submit(f"{way}/nouvelle", {"kind": "choice", "options": "Un"})
    assert empty.status_code == 422
    assert "Écrivez la question." in words(empty)
    assert "Écrivez de 2 à 30 réponses différentes" in words(empty)
    for label in ("Pourquoi ?", "Comment ?"):
        sent = {"label": label, "kind": "text"}
        assert await questions_page(await alice.submit(f"{way}/nouvelle", sent)) == one(
            office, "#questions"
        )
    first, second = await questions.asked(office.motive)
    await alice.submit(f"{way}/{second.id}/place", {"direction": "up"})
    asked = [question.label for question in await questions.asked(office.motive)]
    assert asked == ["Comment ?", "Pourquoi ?"]
    changed = {
        "label": "Comment ?",
        "kind": "choice",
        "options": "À pied\nEn bus",
        "required": "yes",
    }
    await alice.submit(f"{way}/{second.id}", changed)
    page = words(await alice.get(one(office)))
    assert "Un choix dans une liste : À pied, En bus · obligatoire" in page
    assert "Personne n’y a encore répondu." in words(await alice.get(f"{way}/{first.id}/archivage"))
    await alice.submit(f"{way}/{first.id}/archivage")
    assert [question.id for question in await questions.asked(office.motive)] == [second.id]


async def test_a_new_administrator_finds_each_setting_by_the_search(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    found = await alice.get("/administration", params={"recherche": "consignes"})
    assert f"{LIST}?champ=instructions_before" in found.text
    answer = await alice.get(f"{LIST}?champ=instructions_before")
    assert answer.headers["location"] == f"{one(office)}#instructions_before"
