"""A prescriber books in a real browser, and the adviser finds who it was."""

import re

import pytest
from creneau.context import Tenant
from playwright.async_api import Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.looking import fits
from tests.e2e.post import code_in, letter_after
from tests.e2e.test_agent_day import sign_in
from tests.web.backoffice.cast import Office, furnish_office
from tests.web.stage import Application

LIST = "/agents/digital-aid/prescripteurs"
ADDRESS = "paula@exemple.fr"


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


async def book_for_zoe(phone: Page, axe: Axe, office: Office, server: Application) -> None:
    await phone.goto(f"{office.tenant.public_url}/rdv/{office.motive}/{office.place}")
    await phone.locator("button[name=slot]").first.click()
    await expect(phone.locator("h1")).to_have_text("Pour qui prenez-vous ce rendez-vous ?")
    await axe(phone)
    await phone.get_by_role("link", name="Pour une personne que j’accompagne").click()
    await phone.get_by_label("Son prénom").fill("Zoé")
    await phone.get_by_label("Son nom de famille").fill("Petit")
    await phone.get_by_role("button", name="Continuer").click()
    await expect(phone.locator(".error-summary")).to_contain_text(
        "Écrivez le nom de votre structure."
    )
    await axe(phone)
    await phone.get_by_label("Votre prénom et votre nom").fill("Paula Roche")
    await phone.get_by_label("Votre structure").fill("Mission locale")
    await phone.get_by_label("Votre adresse e-mail").fill(ADDRESS)
    await phone.get_by_label("Votre numéro de téléphone").fill("01 23 45 67 89")
    await phone.get_by_role("button", name="Continuer").click()
    await phone.wait_for_url(re.compile("/code$"))
    await phone.locator("input[name=code]").fill(code_in(await letter_after(server, ADDRESS, 0)))
    await phone.locator("main form button").first.click()
    await phone.wait_for_url(re.compile("/confirmation$"))
    await phone.get_by_role("button", name="Confirmer").click()


async def test_a_prescriber_books_without_scripts_and_the_adviser_sees_who(
    phone: Page, page: Page, axe: Axe, office: Office, server: Application
) -> None:
    await book_for_zoe(phone, axe, office, server)
    await expect(phone.locator("main")).to_contain_text("pris par Paula Roche (Mission locale)")
    await axe(phone)
    letter = await letter_after(server, ADDRESS, 1)
    assert "Zoé Petit" in letter.text
    assert "Carte d’identité" in letter.text
    await sign_in(page, office, "/agents/connexion?lang=fr")
    await page.get_by_role("link", name="Prescripteurs").click()
    await expect(page.locator("table")).to_contain_text("Paula Roche")
    await axe(page)
    await page.goto(f"{office.tenant.public_url}{LIST}?lang=en")
    await axe(page)
    await page.locator("tbody a").first.click()
    await expect(page.locator("main")).to_contain_text("Booked by a prescriber")
    await axe(page)


async def test_the_list_fits_a_phone(phone: Page, office: Office) -> None:
    await sign_in(phone, office, "/agents/connexion")
    await phone.goto(f"{office.tenant.public_url}{LIST}")
    await fits(phone)
