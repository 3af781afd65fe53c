"""Organisations in the administration: seen, typed, saved, and what the public sees of them (C-01)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft

from tests.days import today
from tests.platform.cast import PASSWORD, new_agent
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, retyped, shown_after
from tests.web.backoffice.cast import Office, at, book
from tests.web.stage import Clients

LIST = "/administration/organisations"
TYPED = {
    "name": "Mairie annexe",
    "phone": "01 98 76 54 32",
    "email": "annexe@exemple.fr",
    "address": "2 place du Marché",
    "website": "https://annexe.exemple.fr",
    "opening_hours": "Lundi : 9 h – 12 h",
    "territory": "57",
    "time_zone": "Europe/Paris",
}


def page_of(office: Office) -> str:
    return f"{LIST}/{office.organisation}"


@pytest.mark.parametrize("end", ["", "/nouvelle", "/{id}", "/{id}/jours-feries"])
async def test_strangers_sign_in_and_colleagues_without_the_right_are_told_so(
    client: Clients, entered: Entered, office: Office, end: str
) -> None:
    path = LIST + end.format(id=office.organisation)
    stranger = await client(office.tenant).get(path)
    assert stranger.headers["location"].startswith("/agents/connexion")
    bea = await entered("Bea")
    assert (await bea.get(path)).status_code == 403


async def test_an_administrator_of_another_organisation_sees_only_theirs(
    entered: Entered, office: Office
) -> None:
    theirs = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    service = (await organisations.services())[0].id
    nora = await new_agent("Nora", theirs, service, "administrator", password=PASSWORD)
    visitor = await entered(nora)
    shown = (await visitor.get(LIST)).text
    assert "Annexe" in shown
    assert "Mairie principale" not in shown
    assert (await visitor.get(page_of(office))).status_code == 403
    assert (await visitor.submit(page_of(office), TYPED)).status_code == 403
    assert (await visitor.get(f"{LIST}/{uuid4()}")).status_code == 404


async def test_an_organisation_is_created_as_it_was_typed(entered: Entered) -> None:
    alice = await entered("Alice")
    shown = await shown_after(alice, await retyped(alice, f"{LIST}/nouvelle", TYPED))
    assert "L’organisation « Mairie annexe » est créée." in shown
    found = next(one for one in await organisations.organisations() if one.name == "Mairie annexe")
    assert {name: getattr(found, name) for name in TYPED} == TYPED
    assert "Modifié par Alice Martin" in shown
    assert "Mairie annexe" in (await alice.get(LIST)).text


async def test_what_was_typed_stays_and_each_wrong_field_says_why(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    wrong = {"name": "", "email": "pas une adresse", "phone": "01 99"}
    for path in (f"{LIST}/nouvelle", page_of(office)):
        answer = await retyped(alice, path, wrong)
        assert answer.status_code == 422
        assert 'href="#email"' in answer.text
        assert "Donnez un nom à l’organisation." in answer.text
        assert 'value="pas une adresse"' in answer.text
        assert 'value="01 99"' in answer.text
    assert (await organisations.organisation(office.organisation)).phone == ""


async def test_saving_says_what_changed_and_who_changed_it(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    answer = await retyped(
        alice, page_of(office), {"phone": "01 22 33 44 55", "opening_hours": "Lundi : 9 h – 12 h"}
    )
    shown = await shown_after(alice, answer)
    assert "Modifié : téléphone, horaires d’ouverture." in shown
    assert "Modifié par Alice Martin le" in shown
    nothing = await shown_after(alice, await retyped(alice, page_of(office), {}))
    assert "Rien n’a changé." in nothing
    english = (await alice.get(f"{page_of(office)}?lang=en")).text
    assert "Changed by Alice Martin on" in english


async def test_two_who_save_at_once_are_shown_each_others_change(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    opened = (await alice.get(page_of(office))).text
    await retyped(alice, page_of(office), {"phone": "01 11 11 11 11"})
    late = await again(alice, page_of(office), opened, {"phone": "02 22 22 22 22"})
    assert late.status_code == 409
    assert "Quelqu’un a modifié cette page pendant votre saisie." in late.text
    assert "Téléphone : 01 11 11 11 11" in late.text
    assert 'value="02 22 22 22 22"' in late.text
    await shown_after(alice, await again(alice, page_of(office), late.text, {}))
    assert (await organisations.organisation(office.organisation)).phone == "02 22 22 22 22"


async def test_a_zone_that_moves_the_hours_shows_the_appointments_it_leaves_behind(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(today() + timedelta(days=2), 23))
    alice = await entered("Alice")
    asked = await retyped(alice, page_of(office), {"time_zone": "Pacific/Noumea"})
    assert asked.status_code == 409
    assert "Zoé Petit" in asked.text
    assert (await organisations.organisation(office.organisation)).time_zone == "Europe/Paris"
    undecided = await again(alice, page_of(office), asked.text, {})
    assert "Choisissez ce que deviennent ces rendez-vous." in undecided.text
    said = await shown_after(
        alice, await again(alice, page_of(office), undecided.text, {"choice": "to_reschedule"})
    )
    assert "1 rendez-vous est à replanifier" in said
    assert (await appointments.get(booking.id)).state == "to_reschedule"


async def test_the_list_is_sorted_and_filtered_by_its_address(
    entered: Entered, office: Office
) -> None:
    del office
    for name in ("École", "Zénith"):
        await organisations.create_organisation(OrganisationDraft(name=name), SYSTEM)
    alice = await entered("Alice")
    ids = {one.name: one.id for one in await organisations.organisations()}
    assert len(ids) == 3
    # Only where the agent holds the right, others are not listed.
    assert "École" not in (await alice.get(LIST)).text
    for name in ("École bis", "Zénith bis"):
        await retyped(alice, f"{LIST}/nouvelle", {"name": name})
    shown = (await alice.get(LIST, params={"tri": "-nom"})).text
    assert shown.index("Zénith bis") < shown.index("Mairie principale") < shown.index("École bis")
    assert 'aria-sort="descending"' in shown
    found = (await alice.get(LIST, params={"filtre": "ecole"})).text
    assert "École bis" in found
    assert "Zénith bis" not in found
    nothing = (await alice.get(LIST, params={"filtre": "introuvable"})).text
    assert "Rien ne correspond à ces filtres." in nothing


@pytest.mark.feature("C-01")
async def test_phone_and_hours_are_shown_wherever_no_time_is_offered(
    entered: Entered, client: Clients, office: Office
) -> None:
    alice = await entered("Alice")
    hours = "Lundi : 9 h – 12 h"
    await retyped(alice, page_of(office), {"phone": "01 22 33 44 55", "opening_hours": hours})
    service = (await organisations.services())[1]
    closed = {"where": "all", "first_day": today().isoformat(),
              "last_day": (today() + timedelta(days=1000)).isoformat()}  # fmt: skip
    await shown_after(alice, await retyped(alice, "/administration/fermetures/nouvelle", closed))
    annexe = PlaceDraft(organisation_id=office.organisation, name="Annexe")
    await places.create_place(annexe, SYSTEM)
    visitor = client(office.tenant)
    for path in (
        "/",
        f"/organisations/{office.organisation}",
        f"/services/{service.id}",
        f"/lieux/{office.place}",
        f"/rdv/{office.motive}",
        f"/rdv/{office.motive}/{office.place}",
        "/aide",
    ):
        shown = await visitor.get(path, follow_redirects=True)
        assert shown.status_code == 200, path
        assert "01 22 33 44 55" in shown.text, path
        assert "9 h – 12 h" in shown.text, path
