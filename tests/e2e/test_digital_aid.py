"""Digital advisers in a real browser: from the map to a booking, as a learner and as a prescriber."""

import re
from typing import Any
from uuid import UUID

import pytest
from creneau.context import Tenant
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from playwright.async_api import Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.post import code_in, letter_after
from tests.plugins.digital_aid.network import Network, fill_in, new_network, open_up
from tests.web.second_factor import give_telephone
from tests.web.stage import Application

MAP = "/digital-aid/conseillers"
TAB = "/administration/digital-aid/reservation-en-ligne"
PAULA = "paula@exemple.fr"
BEFORE = "Apportez vos identifiants."


@pytest.fixture
async def network(tenant: Tenant) -> Network:
    del tenant
    found = await new_network(instructions_before=BEFORE)
    await fill_in(found)
    return found


async def enter(page: Page, tenant: Tenant, agent: UUID) -> None:
    """Sign an agent in, past the pages that other tests prove."""
    await give_telephone(agent)
    _session, secret = await auth.open_session(agent)
    await page.context.add_cookies([{"name": COOKIE, "value": secret, "url": tenant.public_url}])


async def feed(page: Page) -> list[dict[str, Any]]:
    """Read the open feed, asking whether what the browser keeps still stands."""
    return await page.evaluate(
        "fetch('/digital-aid/lieux.json', {cache: 'no-cache'}).then((answer) => answer.json())"
    )


@pytest.mark.feature("D-08")
async def test_a_learner_goes_from_the_map_to_a_booking_on_a_phone_without_scripts(
    phone: Page, axe: Axe, network: Network, tenant: Tenant, server: Application
) -> None:
    await open_up(network)
    await phone.goto(tenant.public_url)
    await phone.get_by_role("link", name="Trouver un rendez-vous près de chez vous").click()
    await phone.get_by_label("Votre ville ou votre code postal").fill("51100")
    await phone.get_by_role("button", name="Chercher").click()
    await expect(phone.locator("main")).to_contain_text("Du plus proche au plus lointain de Reims")
    await axe(phone)
    width = await phone.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 360
    await phone.get_by_role("link", name="Prendre rendez-vous").click()
    # First the motive, then the slot, and only then who comes.
    await expect(phone.locator("input[name=first_name]")).to_have_count(0)
    await phone.get_by_role("link", name=re.compile("Ma messagerie")).click()
    await expect(phone.locator("input[name=first_name]")).to_have_count(0)
    await phone.locator("button[name=slot]").first.click()
    await phone.get_by_role("link", name="Pour moi").click()
    await phone.locator("input[name=first_name]").fill("Zoé")
    await phone.locator("input[name=last_name]").fill("Petit")
    await phone.locator("input[name=email]").fill("zoe@exemple.fr")
    await phone.get_by_role("button", name="Continuer").click()
    await phone.wait_for_url(re.compile("/code$"))
    letter = await letter_after(server, "zoe@exemple.fr", 0)
    await phone.locator("input[name=code]").fill(code_in(letter))
    await phone.locator("main form button").first.click()
    await phone.wait_for_url(re.compile("/instructions$"))
    await expect(phone.locator("main")).to_contain_text(BEFORE)
    await phone.locator("input[name=accepted]").check()
    await phone.get_by_role("button", name="Continuer").click()
    await phone.wait_for_url(re.compile("/confirmation$"))
    await phone.get_by_role("button", name="Confirmer").click()
    await phone.wait_for_url(re.compile("/termine$"))
    await expect(phone.locator("main")).to_contain_text("Médiathèque")
    await axe(phone)


async def test_a_prescriber_books_twice_and_types_who_they_are_once(
    phone: Page, axe: Axe, network: Network, tenant: Tenant, server: Application
) -> None:
    await open_up(network)
    for number, name in enumerate(("Zoé", "Ana")):
        await phone.goto(f"{tenant.public_url}/avec/{network.julie}")
        await phone.get_by_role("link", name=re.compile("Ma messagerie")).click()
        await phone.locator("button[name=slot]").nth(number + 1).click()
        if number == 0:
            await phone.get_by_role("link", name="Pour une personne que j’accompagne").click()
        await phone.get_by_label("Son prénom").fill(name)
        await phone.get_by_label("Son nom de famille").fill("Petit")
        if number == 0:
            await phone.get_by_label("Votre prénom et votre nom").fill("Paula Roche")
            await phone.get_by_label("Votre structure").fill("Mission locale")
            await phone.get_by_label("Votre adresse e-mail").fill(PAULA)
            await phone.get_by_label("Votre numéro de téléphone").fill("01 23 45 67 89")
        else:
            named = phone.get_by_label("Votre prénom et votre nom")
            await expect(named).to_have_value("Paula Roche")
            await expect(phone.get_by_label("Votre structure")).to_have_value("Mission locale")
            await expect(phone.locator("main")).to_contain_text("Effacer ces informations")
            await axe(phone)
        await phone.get_by_role("button", name="Continuer").click()
        if number == 0:
            await phone.wait_for_url(re.compile("/code$"))
            letter = await letter_after(server, PAULA, 0)
            await phone.locator("input[name=code]").fill(code_in(letter))
            await phone.locator("main form button").first.click()
        await phone.wait_for_url(re.compile("/instructions$"))
        await phone.locator("input[name=accepted]").check()
        await phone.get_by_role("button", name="Continuer").click()
        await phone.wait_for_url(re.compile("/confirmation$"))
        await phone.get_by_role("button", name="Confirmer").click()
        await phone.wait_for_url(re.compile("/termine$"))
        await expect(phone.locator("main")).to_contain_text("pris par Paula Roche (Mission locale)")


@pytest.mark.feature("D-09")
async def test_a_motive_without_an_opening_is_closed_and_an_opening_opens_map_feed_and_page(
    page: Page, axe: Axe, network: Network, tenant: Tenant
) -> None:
    await enter(page, tenant, network.alice)
    await page.goto(f"{tenant.public_url}{TAB}")
    await expect(page.locator("main")).to_contain_text(
        "Aucune plage d’ouverture à venir ne le porte."
    )
    await axe(page)
    await page.goto(f"{tenant.public_url}{MAP}")
    await expect(page.locator("main")).to_contain_text("Aucun rendez-vous en ligne ici")
    assert "prise_rdv" not in (await feed(page))[0]
    await open_up(network)
    await page.reload()
    await expect(page.locator("main")).not_to_contain_text("Aucun rendez-vous en ligne ici")
    await expect(page.locator("[data-map] .map-place")).to_be_visible()
    await axe(page)
    assert (await feed(page))[0]["prise_rdv"].endswith(f"/lieux/{network.place}")
    await page.get_by_role("link", name="Prendre rendez-vous").click()
    await expect(page.locator("main")).to_contain_text("Ma messagerie")
    await page.goto(f"{tenant.public_url}{TAB}?lang=en")
    await expect(page.locator("main")).to_contain_text("Can be booked")
    await axe(page)


@pytest.mark.feature("D-06")
async def test_the_links_of_adviser_and_structure_are_copied_with_one_click_scanned_and_printed(
    page: Page, axe: Axe, network: Network, tenant: Tenant
) -> None:
    await open_up(network)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await enter(page, tenant, network.julie)
    await page.goto(f"{tenant.public_url}/agents/mon-lien")
    await axe(page)
    await page.get_by_role("button", name="Copier").click()
    await expect(page.locator("[role=status]")).to_have_text("Copié.")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == await page.get_by_label("Adresse à copier").input_value()
    await scanned_and_printed(page)
    await page.goto(copied)
    await expect(page.locator("h1")).to_have_text("Prendre rendez-vous avec Julie Martin")
    await page.context.clear_cookies()
    await enter(page, tenant, network.alice)
    await page.goto(f"{tenant.public_url}/administration/organisations/{network.organisation}")
    await page.get_by_role("button", name="Copier").click()
    await expect(page.locator("[role=status]")).to_have_text("Copié.")
    await scanned_and_printed(page)
    await page.goto(await page.evaluate("navigator.clipboard.readText()"))
    await expect(page.locator("h1")).to_have_text("Espace numérique")


async def scanned_and_printed(page: Page) -> None:
    """See that the code is drawn, and that the poster is a document."""
    code = page.locator("img.share-code")
    assert await code.evaluate("picture => picture.complete && picture.naturalWidth > 0")
    poster = await page.get_by_role("link", name="Affiche en français").get_attribute("href")
    printed = await page.evaluate(
        "href => fetch(href).then((answer) => answer.text()).then((text) => text.slice(0, 4))",
        poster,
    )
    assert printed == "%PDF"


async def test_without_scripts_the_link_is_there_to_be_selected(
    phone: Page, network: Network, tenant: Tenant
) -> None:
    await open_up(network)
    await enter(phone, tenant, network.julie)
    await phone.goto(f"{tenant.public_url}/agents/mon-lien")
    await expect(phone.get_by_label("Adresse à copier")).to_be_visible()
    await expect(phone.get_by_role("button", name="Copier")).to_have_count(0)
