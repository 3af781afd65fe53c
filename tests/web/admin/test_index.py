"""The administration's first page, its entry in the rail, and the search over all settings."""

import pytest
from creneau.administration import SETTINGS_PAGES
from creneau.context import Tenant
from creneau.plugins import active
from creneau_web.admin.index import search

from tests.web.admin.conftest import Entered
from tests.web.stage import Clients

HOME = "/administration"


async def test_a_stranger_is_led_to_the_sign_in(client: Clients, tenant: Tenant) -> None:
    answer = await client(tenant).get(HOME)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/agents/connexion?next=/administration",
    )


async def test_who_may_set_nothing_sees_neither_the_entry_nor_the_page(entered: Entered) -> None:
    bea = await entered("Bea")
    assert (await bea.get(HOME)).status_code == 403
    assert f'href="{HOME}"' not in (await bea.get("/agents")).text


async def test_an_administrator_finds_every_page_from_the_rail(entered: Entered) -> None:
    alice = await entered("Alice")
    assert f'href="{HOME}"' in (await alice.get("/agents")).text
    shown = (await alice.get(HOME)).text
    for page in active().settings_pages():
        assert f'href="{page.href}"' in shown
    english = (await alice.get(f"{HOME}?lang=en")).text
    assert "Closures and public holidays" in english


async def test_every_page_of_settings_that_is_named_is_there(entered: Entered) -> None:
    alice = await entered("Alice")
    for page in SETTINGS_PAGES:
        assert (await alice.get(page.href)).status_code == 200, page.href


@pytest.mark.parametrize(
    ("asked", "href"),
    [
        ("horaires", "/administration/organisations?champ=opening_hours"),
        ("TELEPHONE organisation", "/administration/organisations?champ=phone"),
        ("email", "/administration/organisations?champ=email"),
        ("secretariat", "/administration/services?champ=secretariat"),
        ("latitude", "/administration/lieux?champ=latitude"),
        ("feries", "/administration/fermetures#calendars"),
        ("lieux", "/administration/lieux"),
        ("logo", "/administration/apparence#logo"),
    ],
)
async def test_a_setting_is_found_without_its_accents(
    entered: Entered, asked: str, href: str
) -> None:
    alice = await entered("Alice")
    shown = await alice.get(HOME, params={"recherche": asked})
    assert f'href="{href}"' in shown.text


async def test_a_search_that_finds_nothing_leads_back(entered: Entered) -> None:
    alice = await entered("Alice")
    shown = (await alice.get(HOME, params={"recherche": "<b>zzz"})).text
    assert "Aucun réglage ne porte ces mots." in shown
    assert "&lt;b&gt;zzz" in shown
    assert search("   ", SETTINGS_PAGES) == []


async def test_what_is_found_leads_to_the_field_of_the_only_one_there_is(
    entered: Entered,
) -> None:
    alice = await entered("Alice")
    answer = await alice.get("/administration/organisations", params={"champ": "opening_hours"})
    assert answer.status_code == 302
    assert answer.headers["location"].endswith("#opening_hours")
    form = (await alice.get(answer.headers["location"].partition("#")[0])).text
    assert 'id="opening_hours"' in form
    strange = await alice.get("/administration/organisations", params={"champ": '"><script>'})
    assert strange.status_code == 200
