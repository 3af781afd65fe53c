"""Agents and their accounts in a real browser: set up, signed in, invited, let go."""

import re

import pytest
from creneau.context import Tenant
from playwright.async_api import Page, expect

from tests.days import tomorrow
from tests.e2e.conftest import Axe
from tests.platform.cast import PASSWORD
from tests.web.backoffice.cast import Office, at, book, furnish_office
from tests.web.second_factor import Telephone, give_telephone

ADMINISTRATOR = "alice@exemple.fr"


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


async def give_password(page: Page, office: Office, language: str = "fr") -> None:
    await page.goto(f"{office.tenant.public_url}/agents/connexion?lang={language}")
    await page.locator("input[name=email]").fill(ADMINISTRATOR)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")


async def sign_in(page: Page, office: Office, language: str = "fr") -> None:
    """Sign Alice in with her password and a code of her telephone."""
    telephone = await give_telephone(office.alice)
    await give_password(page, office, language)
    await page.wait_for_url(re.compile("/agents/connexion/code"))
    await page.locator("input[name=code]").fill(telephone.code())
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/agents(\\?|$)"))


async def test_a_second_factor_is_set_up_on_a_phone_without_scripts(
    phone: Page, axe: Axe, office: Office
) -> None:
    await give_password(phone, office)
    await phone.wait_for_url(re.compile("/agents/connexion/telephone"))
    await axe(phone)
    assert await phone.locator("img.qr-code").evaluate("picture => picture.naturalWidth") > 100
    secret = await phone.locator(".secret").inner_text()
    await phone.locator("input[name=code]").fill(Telephone(secret).code())
    await phone.locator("button", has_text="Vérifier le code").click()
    await expect(phone.locator(".recovery-codes li")).to_have_count(10)
    await axe(phone)
    await phone.get_by_role("link", name="J’ai gardé mes codes").click()
    await phone.wait_for_url(re.compile("/agents$"))


@pytest.mark.parametrize(("language", "scheme"), [("fr", "light"), ("en", "dark")])
async def test_every_page_of_agents_and_accounts_is_accessible(
    page: Page, axe: Axe, office: Office, language: str, scheme: str
) -> None:
    await book(office, at(tomorrow(), 10))
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await sign_in(page, office, language)
    for way in (
        "/agents/compte",
        "/administration/agents",
        "/administration/agents/nouveau",
        f"/administration/agents/{office.bea}",
        f"/administration/agents/{office.bea}/retrait",
        f"/administration/agents/{office.bea}/double-authentification",
        "/agents/mot-de-passe-oublie",
        "/agents/invitation/nothing",
    ):
        await page.goto(f"{office.tenant.public_url}{way}")
        await axe(page)


async def test_an_agent_is_invited_and_looked_through_by_keyboard(
    page: Page, axe: Axe, office: Office
) -> None:
    await sign_in(page, office)
    await page.goto(f"{office.tenant.public_url}/administration/agents/nouveau")
    await page.get_by_label("Prénom").fill("Eve")
    await page.get_by_label("Nom de famille", exact=True).fill("Durand")
    await page.get_by_label("Adresse e-mail professionnelle").fill("eve@exemple.fr")
    await page.get_by_label("Citoyenneté").press("Space")
    await page.get_by_label("Mairie principale").select_option("agent")
    await page.get_by_role("button", name="Envoyer l’invitation").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("eve@exemple.fr")
    await page.goto(f"{office.tenant.public_url}/administration/agents/{office.bea}")
    await page.get_by_role("button", name="Voir comme Bea").press("Enter")
    await expect(page.get_by_role("region", name="Visite en cours")).to_contain_text("Bea Martin")
    await axe(page)
    await page.get_by_role("button", name="Terminer la visite").press("Enter")
    await page.wait_for_url(re.compile(str(office.bea)))
