"""Saved searches: for oneself or for a service, opened, renamed, forgotten (C-68)."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from creneau.context import acting_for
from creneau.database import tenant_transaction

from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients, Visitor

LIST = "/rendez-vous"
SAVED = "/listes/recherches"
ASKED = {"statut": "to_fill"}


async def saved(visitor: Visitor, name: str = "À faire", **more: str) -> str:
    fields = {"liste": LIST, "demande": urlencode(ASKED), "name": name, "service_id": "moi"}
    answer = await visitor.submit(f"{SAVED}/nouvelle", {**fields, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def id_in(location: str) -> str:
    return location.partition("recherche=")[2]


async def service_of(office: Office, agent: str) -> str:
    with acting_for(office.tenant):
        async with tenant_transaction() as tx:
            return str(
                await tx.value(
                    "SELECT service_id FROM agent_service WHERE tenant_id = $1 AND agent_id = $2",
                    tx.tenant_id,
                    getattr(office, agent),
                )
            )


async def test_a_search_is_kept_under_a_name_and_stands_above_its_list(entered: Entered) -> None:
    bea = await entered("Bea")
    assert f"{SAVED}/nouvelle?" in (await bea.get(f"{LIST}?{urlencode(ASKED)}")).text
    location = await saved(bea)
    page = (await bea.get(location)).text
    assert "La recherche « À faire » est enregistrée." in page
    assert re.search(r'aria-current="page">À faire', page)
    assert "À faire" not in (await bea.get("/administration/lieux")).text


async def test_nobody_else_has_a_search_that_is_ones_own(entered: Entered) -> None:
    bea, alice = await entered("Bea"), await entered("Alice")
    found = id_in(await saved(bea))
    assert "À faire" not in (await alice.get(LIST)).text
    assert (await alice.get(f"{SAVED}/{found}")).status_code == 404
    assert (await alice.submit(f"{SAVED}/{found}", {"name": "x"})).status_code == 404
    assert (await alice.submit(f"{SAVED}/{found}/suppression")).status_code == 404
    assert (await bea.get(f"{SAVED}/{found}")).status_code == 200


async def test_a_service_shares_a_search_and_others_do_not_see_it(
    office: Office, entered: Entered
) -> None:
    bea, alice, bob = [await entered(name) for name in ("Bea", "Alice", "Bob")]
    found = id_in(await saved(bea, service_id=await service_of(office, "bea")))
    assert "À faire (Citoyenneté)" in (await alice.get(LIST)).text
    assert "À faire" not in (await bob.get(LIST)).text
    answer = await alice.submit(f"{SAVED}/{found}/suppression")
    assert answer.status_code == 303
    assert "À faire (" not in (await bea.get(LIST)).text


async def test_a_search_is_shared_with_ones_own_services_alone(
    office: Office, entered: Entered
) -> None:
    bea = await entered("Bea")
    for wrong in (await service_of(office, "bob"), str(uuid4()), "x"):
        fields = {"liste": LIST, "demande": "", "name": "Nom", "service_id": wrong}
        answer = await bea.submit(f"{SAVED}/nouvelle", fields)
        assert answer.status_code == 422
        assert "Choisissez un de vos services." in answer.text
        assert 'value="Nom"' in answer.text


async def test_a_name_is_needed_and_taken_once(entered: Entered) -> None:
    bea = await entered("Bea")
    await saved(bea)
    for name, said in (
        ("", "Donnez un nom à cette recherche."),
        ("a FAIRE", "Une recherche porte déjà ce nom."),
        ("x" * 61, "Choisissez un nom de 60 caractères au plus."),
    ):
        fields = {"liste": LIST, "demande": "", "name": name, "service_id": "moi"}
        answer = await bea.submit(f"{SAVED}/nouvelle", fields)
        assert answer.status_code == 422
        assert said in answer.text


async def test_a_list_opens_with_the_search_that_was_chosen_and_shows_everything_on_request(
    entered: Entered,
) -> None:
    bea = await entered("Bea")
    location = await saved(bea, opens="yes")
    answer = await bea.get(LIST)
    assert (answer.status_code, answer.headers["location"]) == (303, location)
    assert (await bea.get(f"{LIST}?tout=oui")).status_code == 200
    await bea.submit(f"{SAVED}/{id_in(location)}", {"name": "Autre nom", "service_id": "moi"})
    assert (await bea.get(LIST)).status_code == 200
    assert "Autre nom" in (await bea.get(f"{SAVED}?liste={LIST}")).text


async def test_a_filter_that_means_nothing_any_more_is_named_and_left_out(
    entered: Entered,
) -> None:
    bea = await entered("Bea")
    asked = {"motif": str(uuid4()), "statut": "to_fill", "personne": str(uuid4())}
    location = await saved(bea, demande=urlencode(asked))
    page = (await bea.get(location)).text
    assert "Le filtre « Motif » n’a pas été appliqué" in page
    assert "Le filtre « Usager » n’a pas été appliqué" in page
    assert "Le filtre « Statut »" not in page


@pytest.mark.parametrize("path", ["", "//mal.example", "https://mal.example", "/a/../b", "/A b"])
async def test_a_search_leads_to_lists_of_ours_alone(entered: Entered, path: str) -> None:
    bea = await entered("Bea")
    assert (await bea.get(SAVED, params={"liste": path})).status_code == 404
    fields = {"liste": path, "demande": "", "name": "Nom", "service_id": "moi"}
    answer = await bea.submit(f"{SAVED}/nouvelle", fields)
    assert answer.status_code == 422
    assert "Cette liste n’existe pas." in answer.text


async def test_strangers_are_asked_to_sign_in(client: Clients, office: Office) -> None:
    answer = await client(office.tenant).get(f"{SAVED}?liste={LIST}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/agents/connexion")


async def test_a_list_keeps_so_many_searches_and_no_more(entered: Entered) -> None:
    bea = await entered("Bea")
    for number in range(30):
        await saved(bea, f"Numéro {number}")
    fields = {"liste": LIST, "demande": "", "name": "De trop", "service_id": "moi"}
    answer = await bea.submit(f"{SAVED}/nouvelle", fields)
    assert answer.status_code == 409
    assert "30 recherches enregistrées" in answer.text
