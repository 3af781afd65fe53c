"""Places in the administration: typed, changed, archived with what that touches (C-02)."""

from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft

from tests.days import tomorrow
from tests.platform.cast import PASSWORD, new_agent
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, retyped, shown_after
from tests.web.backoffice.cast import Office, at, book
from tests.web.stage import Clients

LIST = "/administration/lieux"
TYPED = {
    "name": "Mairie de quartier",
    "address": "3 rue des Écoles",
    "phone": "01 98 76 54 32",
    "access_information": "Entrée de plain-pied.",
    "latitude": "48,8566",
    "longitude": "2.3522",
}


def page_of(office: Office, end: str = "") -> str:
    return f"{LIST}/{office.place}{end}"


async def outbox() -> list[str]:
    async with tenant_transaction() as tx:
        return [row["kind"] for row in await tx.rows("SELECT kind FROM outbox ORDER BY id")]


@pytest.mark.parametrize("end", ["", "/nouveau", "/{id}", "/{id}/archivage"])
async def test_strangers_sign_in_and_colleagues_without_the_right_are_told_so(
    client: Clients, entered: Entered, office: Office, end: str
) -> None:
    path = LIST + end.format(id=office.place)
    stranger = await client(office.tenant).get(path)
    assert stranger.headers["location"].startswith("/agents/connexion")
    bea = await entered("Bea")
    assert (await bea.get(path)).status_code == 403
    assert (await bea.submit(path, TYPED)).status_code in {403, 405}


async def test_an_administrator_elsewhere_reaches_no_place_of_this_organisation(
    entered: Entered, office: Office
) -> None:
    theirs = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    service = (await organisations.services())[0].id
    nora = await entered(
        await new_agent("Nora", theirs, service, "administrator", password=PASSWORD)
    )
    assert "Place de la mairie" not in (await nora.get(LIST)).text
    for end in ("", "/archivage", "/remise-en-service"):
        assert (await nora.submit(page_of(office, end), TYPED)).status_code == 403
    forged = {**TYPED, "organisation_id": str(office.organisation)}
    refused = await nora.submit(f"{LIST}/nouveau", forged)
    assert refused.status_code == 422
    assert (await nora.get(f"{LIST}/{uuid4()}")).status_code == 404


async def test_a_place_is_created_as_it_was_typed(entered: Entered, office: Office) -> None:
    alice = await entered("Alice")
    shown = await shown_after(alice, await retyped(alice, f"{LIST}/nouveau", TYPED))
    assert "Le lieu « Mairie de quartier » est créé." in shown
    found = next(one for one in await places.places() if one.name == TYPED["name"])
    assert found.organisation_id == office.organisation
    assert (found.address, found.access_information) == (
        "3 rue des Écoles",
        "Entrée de plain-pied.",
    )
    assert (found.latitude, found.longitude) == (48.8566, 2.3522)


async def test_what_was_typed_stays_and_each_wrong_field_says_why(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    for path in (f"{LIST}/nouveau", page_of(office)):
        strange = await retyped(alice, path, {**TYPED, "latitude": "au nord"})
        assert strange.status_code == 422
        assert "Écrivez un nombre de degrés" in strange.text
        assert 'value="au nord"' in strange.text
        for half in ({"longitude": ""}, {"latitude": "91"}, {"latitude": "nan"}):
            answer = await retyped(alice, path, {**TYPED, **half})
            assert answer.status_code == 422
            assert 'value="Mairie de quartier"' in answer.text
    assert len(await places.places()) == 1


async def test_saving_says_what_changed_and_the_public_page_shows_it(
    entered: Entered, client: Clients, office: Office
) -> None:
    alice = await entered("Alice")
    answer = await retyped(
        alice, page_of(office), {"access_information": "Sonnez.", "phone": "01 23"}
    )
    shown = await shown_after(alice, answer)
    assert "Modifié : téléphone, accès." in shown
    assert "Modifié par Alice Martin le" in shown
    assert "Sonnez." in (await client(office.tenant).get(f"/lieux/{office.place}")).text


async def test_two_who_save_at_once_are_shown_each_others_change(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    opened = (await alice.get(page_of(office))).text
    await retyped(alice, page_of(office), {"name": "Une"})
    late = await again(alice, page_of(office), opened, {"name": "Deux"})
    assert late.status_code == 409
    assert "Nom : Une" in late.text
    await shown_after(alice, await again(alice, page_of(office), late.text, {}))
    assert (await places.place(office.place)).name == "Deux"


@pytest.mark.feature("C-02")
async def test_archiving_shows_the_appointments_first_and_does_with_them_as_chosen(
    entered: Entered, client: Clients, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    alice = await entered("Alice")
    asked = await alice.get(page_of(office, "/archivage"))
    assert "Ce changement touche 1 rendez-vous." in asked.text
    assert "Zoé Petit" in asked.text
    undecided = await again(alice, page_of(office, "/archivage"), asked.text, {})
    assert undecided.status_code == 409
    assert "Choisissez ce que deviennent ces rendez-vous." in undecided.text
    assert (await places.place(office.place)).archived_at is None
    kept = await again(alice, page_of(office, "/archivage"), undecided.text, {"choice": "keep"})
    said = await shown_after(alice, kept)
    assert "Le lieu « Place de la mairie » est archivé. 1 rendez-vous est gardé" in said
    # The place stays with its appointments: nothing is ever deleted.
    assert (await appointments.get(booking.id)).state == "planned"
    assert (await places.place(office.place)).archived_at is not None
    assert "Place de la mairie" not in (await client(office.tenant).get("/")).text
    archived = (await alice.get(LIST, params={"filtre-etat": "archive"})).text
    assert "Place de la mairie" in archived


async def test_whoever_booked_there_is_told_when_the_appointment_must_move(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    assert "booking.to_reschedule" not in await outbox()
    alice = await entered("Alice")
    asked = await alice.get(page_of(office, "/archivage"))
    await shown_after(
        alice,
        await again(alice, page_of(office, "/archivage"), asked.text, {"choice": "to_reschedule"}),
    )
    assert (await appointments.get(booking.id)).state == "to_reschedule"
    assert "booking.to_reschedule" in await outbox()


async def test_what_was_booked_after_the_list_was_shown_is_asked_about_again(
    entered: Entered, office: Office
) -> None:
    await book(office, at(tomorrow(), 10))
    alice = await entered("Alice")
    asked = await alice.get(page_of(office, "/archivage"))
    await book(office, at(tomorrow(), 11))
    late = await again(
        alice, page_of(office, "/archivage"), asked.text, {"choice": "to_reschedule"}
    )
    assert late.status_code == 409
    assert "Des rendez-vous ont été pris entre-temps." in late.text
    assert "Ce changement touche" not in late.text


async def test_a_place_without_appointments_is_archived_and_taken_back(
    entered: Entered, office: Office
) -> None:
    annexe = await places.create_place(
        PlaceDraft(organisation_id=office.organisation, name="Annexe"), SYSTEM
    )
    alice = await entered("Alice")
    asked = await alice.get(f"{LIST}/{annexe}/archivage")
    assert "Aucun rendez-vous à venir n’est touché." in asked.text
    await shown_after(alice, await again(alice, f"{LIST}/{annexe}/archivage", asked.text, {}))
    assert "Ce lieu est archivé." in (await alice.get(f"{LIST}/{annexe}")).text
    back = await shown_after(alice, await alice.submit(f"{LIST}/{annexe}/remise-en-service"))
    assert "est de nouveau en service" in back
    assert (await places.place(annexe)).archived_at is None


async def test_a_place_without_organisation_and_name_is_told_both_at_once(
    entered: Entered,
) -> None:
    await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    refused = await (await entered("Alice")).submit(f"{LIST}/nouveau", {"name": ""})
    assert refused.status_code == 422
    assert "Choisissez une organisation de la liste." in refused.text
    assert "Donnez un nom au lieu." in refused.text
