"""Services in the administration: their name, and whether they are a secretariat (C-04)."""

from uuid import UUID, uuid4

import pytest
from creneau.organisations import service as organisations
from creneau.roles.service import rights_of

from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, retyped, shown_after
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients

LIST = "/administration/services"


async def named(name: str) -> UUID:
    return next(one.id for one in await organisations.services() if one.name == name)


@pytest.mark.parametrize("end", ["", "/nouveau", "/{id}", "/{id}/suppression"])
async def test_strangers_sign_in_and_colleagues_without_the_right_are_told_so(
    client: Clients, entered: Entered, office: Office, end: str
) -> None:
    path = LIST + end.format(id=await named("Accueil"))
    stranger = await client(office.tenant).get(path)
    assert stranger.headers["location"].startswith("/agents/connexion")
    bea = await entered("Bea")
    assert (await bea.get(path)).status_code == 403


async def test_a_service_is_created_and_listed_with_what_belongs_to_it(entered: Entered) -> None:
    alice = await entered("Alice")
    answer = await retyped(alice, f"{LIST}/nouveau", {"name": "Urbanisme", "secretariat": "yes"})
    shown = await shown_after(alice, answer)
    assert "Le service « Urbanisme » est créé." in shown
    secretariats = (await alice.get(LIST, params={"filtre-secretariat": "oui"})).text
    assert "Urbanisme" in secretariats
    assert "Citoyenneté" not in secretariats
    assert (await organisations.service(await named("Urbanisme"))).secretariat


async def test_a_secretariat_opens_every_agenda_to_its_agents(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    path = f"{LIST}/{await named('Citoyenneté')}"
    assert "ces agents ne voient que les agendas de leurs services" in (await alice.get(path)).text
    shown = await shown_after(alice, await retyped(alice, path, {"secretariat": "yes"}))
    assert "Modifié : secrétariat." in shown
    assert "Modifié par Alice Martin le" in shown
    assert (await rights_of(office.bea)).secretariat


async def test_a_wrong_name_is_kept_and_explained(entered: Entered) -> None:
    alice = await entered("Alice")
    for path in (f"{LIST}/nouveau", f"{LIST}/{await named('Citoyenneté')}"):
        answer = await retyped(alice, path, {"name": "Accueil", "secretariat": "yes"})
        assert answer.status_code == 422
        assert "Un service porte déjà ce nom." in answer.text
        assert 'value="Accueil"' in answer.text
        assert " checked" in answer.text
    assert (await alice.get(f"{LIST}/{uuid4()}")).status_code == 404


async def test_two_who_save_at_once_are_shown_each_others_change(entered: Entered) -> None:
    alice = await entered("Alice")
    path = f"{LIST}/{await named('Citoyenneté')}"
    opened = (await alice.get(path)).text
    await retyped(alice, path, {"name": "Guichet"})
    late = await again(alice, path, opened, {"name": "Comptoir"})
    assert late.status_code == 409
    assert "Nom : Guichet" in late.text
    await shown_after(alice, await again(alice, path, late.text, {}))
    assert await named("Comptoir")


async def test_a_service_made_by_mistake_is_deleted_and_one_that_is_used_stays(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    await alice.submit(f"{LIST}/nouveau", {"name": "Erreur", "secretariat": ""})
    mistake, used = await named("Erreur"), await named("Citoyenneté")
    assert "Aucun agent ni aucun motif" in (await alice.get(f"{LIST}/{mistake}/suppression")).text
    assert "ne peut pas être supprimé" in (await alice.get(f"{LIST}/{used}/suppression")).text
    gone = await alice.submit(f"{LIST}/{mistake}/suppression")
    assert "Le service « Erreur » est supprimé." in await shown_after(alice, gone)
    kept = await alice.submit(f"{LIST}/{used}/suppression")
    assert "il reste" in await shown_after(alice, kept)
    assert {one.name for one in await organisations.services()} >= {"Citoyenneté"}
    assert "Erreur" not in {one.name for one in await organisations.services()}
    del office
