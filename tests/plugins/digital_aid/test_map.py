"""The tenant's own list of places, with its search and the way to book (D-09); the structures' sheets."""

import re

import pytest
from creneau.context import Tenant
from creneau_digital_aid.places import service as sheets

from tests.plugins.digital_aid.conftest import Inside
from tests.plugins.digital_aid.network import SIRET, Network, fill_in, new_place, open_up
from tests.web.public.citizen import words
from tests.web.stage import Clients, Visitor

MAP = "/digital-aid/conseillers"
SHEETS = "/administration/digital-aid/cartographie"


def names_on(page: str) -> list[str]:
    return re.findall(r'<h2 class="title-3">([^<]+)</h2>', page)


async def test_the_button_is_there_once_an_opening_is_and_leads_to_place_and_adviser(
    visitor: Visitor, network: Network
) -> None:
    page = await visitor.get(MAP)
    assert names_on(page.text) == ["Médiathèque"]
    assert "Aucun rendez-vous en ligne ici en ce moment." in words(page)
    assert f'href="/lieux/{network.place}"' not in page.text
    await open_up(network)
    page = await visitor.get(MAP)
    assert f'href="/lieux/{network.place}"' in page.text
    assert f'href="/avec/{network.julie}"' in page.text
    assert 'data-lat="49.2577"' in page.text
    assert f'href="{MAP}"' in (await visitor.get("/")).text


async def test_without_places_there_is_nothing_to_search(visitor: Visitor) -> None:
    for asked in ({}, {"ville": "51100"}):
        page = await visitor.get(MAP, params=asked)
        assert "Aucun lieu n’est encore en service." in words(page)
        assert "Du plus proche" not in words(page)
        assert 'role="search"' not in page.text


async def test_a_town_or_a_postcode_sorts_by_distance(visitor: Visitor, network: Network) -> None:
    await new_place(
        network.organisation, "Bus", address="Place\n03000 Moulins", latitude=None, longitude=None
    )
    await new_place(network.organisation, "Ailleurs", address="?", latitude=None, longitude=None)
    assert names_on((await visitor.get(MAP)).text) == ["Ailleurs", "Bus", "Médiathèque"]
    near = await visitor.get(MAP, params={"ville": "51100"})
    assert names_on(near.text) == ["Médiathèque", "Bus", "Ailleurs"]
    assert "Du plus proche au plus lointain de Reims (51)." in words(near)
    near = await visitor.get(MAP, params={"ville": "moulins"})
    assert names_on(near.text) == ["Bus", "Médiathèque", "Ailleurs"]
    assert "à moins de 1 km" in words(near)
    assert re.search(r"à 3\d\d km", words(near))
    assert "Ou bien :" in words(near)


@pytest.mark.parametrize("typed", ["Qqqqq", "<script>x</script>", "{{7*7}}", "99999", "x" * 300])
async def test_an_unknown_town_is_said_and_every_place_stays(
    visitor: Visitor, network: Network, typed: str
) -> None:
    del network
    page = await visitor.get(MAP, params={"ville": typed})
    assert page.status_code == 200
    assert "Aucune ville ne correspond à" in words(page)
    assert names_on(page.text) == ["Médiathèque"]
    assert "<script>x" not in page.text
    assert "« 49 »" not in page.text


async def test_a_long_list_comes_in_pages(visitor: Visitor, network: Network) -> None:
    for number in range(21):
        await new_place(network.organisation, f"Lieu {number:02}")
    assert len(names_on((await visitor.get(MAP)).text)) == 20
    second = await visitor.get(MAP, params={"page": "2"})
    assert names_on(second.text) == ["Lieu 20", "Médiathèque"]
    assert (await visitor.get(MAP, params={"page": "3"})).status_code == 404
    assert (await visitor.get(MAP, params={"page": "0"})).status_code == 400


async def test_a_sheet_is_filled_in_and_the_place_enters_the_feed(
    inside: Inside, visitor: Visitor, network: Network
) -> None:
    alice = await inside("Alice")
    page = words(await alice.get(SHEETS))
    assert "Médiathèque : il manque le numéro SIRET ou RNA de la structure." in page
    href = f"{SHEETS}/{network.organisation}"
    typed = {"version": "", "pivot": "434 933 123 00029", "services": ["Utilisation sécurisée du numérique"], "fees": "Gratuit", "summary": "Nous aidons."}  # fmt: skip
    wrong = await alice.submit(href, {**typed, "pivot": "12"})
    assert wrong.status_code == 422
    assert "Écrivez les 14 chiffres du SIRET" in words(wrong)
    assert "Nous aidons." in wrong.text
    assert (await alice.submit(href, typed)).headers["location"] == SHEETS
    (row,) = (await visitor.get("/digital-aid/lieux.json")).json()
    assert (row["pivot"], row["services"]) == (SIRET, "Utilisation sécurisée du numérique")
    # Somebody who still has the empty form open overwrites nothing.
    second = await alice.submit(href, {**typed, "summary": "Autre chose"})
    assert second.status_code == 409
    assert "Ce qui est enregistré en ce moment" in words(second)
    assert (await sheets.sheet(network.organisation)).summary == "Nous aidons."
    history = words(await alice.get("/administration/historique"))
    assert "Alice Martin a modifié la structure « Espace numérique »." in history


@pytest.mark.parametrize(
    "typed",
    [
        {"services": "Tricot"},
        {"fees": "Cher"},
        {"summary": "x" * 281},
        {"pivot": "=1+1;drop"},
    ],
)
async def test_what_the_schema_would_refuse_is_refused_beside_its_field(
    inside: Inside, network: Network, typed: dict[str, str]
) -> None:
    alice = await inside("Alice")
    answer = await alice.submit(
        f"{SHEETS}/{network.organisation}", {"version": "", "fees": "Gratuit", **typed}
    )
    assert answer.status_code == 422
    assert (await sheets.sheet(network.organisation)).version == ""


async def test_only_an_administrator_of_the_structure_fills_its_sheet_in(
    inside: Inside, network: Network, client: Clients, advisers: Tenant
) -> None:
    julie = await inside("Julie")
    for path in (SHEETS, f"{SHEETS}/{network.organisation}"):
        assert (await julie.get(path)).status_code == 403
        stranger = await client(advisers).get(path)
        assert stranger.headers["location"].startswith("/agents/connexion")


async def test_the_list_speaks_english(visitor: Visitor, network: Network) -> None:
    await fill_in(network)
    await open_up(network)
    page = words(await visitor.get(f"{MAP}?lang=en&ville=reims"))
    assert "Find an appointment near you" in page
    assert "From the nearest to Reims (51) to the farthest." in page
    assert "Book an appointment" in page
