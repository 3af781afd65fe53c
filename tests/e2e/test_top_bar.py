"""The search of the top bar, and the keys that lead to it, in a real browser."""

import re
from uuid import UUID

import pytest
from creneau.context import Tenant
from msgspec.structs import replace
from playwright.async_api import Page, ViewportSize, expect

from tests.days import tomorrow
from tests.e2e.conftest import Axe
from tests.e2e.looking import fits
from tests.e2e.test_planning import enter
from tests.web.backoffice.cast import ZOE, Office, at, book, furnish_office

PHONE = ViewportSize(width=360, height=740)


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
async def zoe(office: Office) -> UUID:
    """Zoé Petit, and a sister."""
    day = tomorrow()
    await book(office, at(day, 11), replace(ZOE, first_name="Zélie", email=""))
    booking = await book(office, at(day, 10))
    assert booking.person_id is not None
    return booking.person_id


async def test_two_keys_and_a_name_lead_to_a_file(
    page: Page, axe: Axe, office: Office, zoe: UUID
) -> None:
    await enter(page, office, "bea", "/agenda")
    await page.locator("main").focus()
    await page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Rechercher une personne")
    await expect(field).to_be_focused()
    await page.keyboard.type("petit")
    found = page.get_by_role("option")
    await expect(found).to_have_count(2)
    await expect(field).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("ArrowUp")
    await expect(found.nth(1)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowDown")
    await expect(found.nth(0)).to_have_attribute("aria-selected", "true")
    await axe(page)
    await page.keyboard.press("Escape")
    await expect(found.nth(0)).to_be_hidden()
    await expect(field).to_have_value("petit")
    await page.keyboard.type(" zoé")
    await expect(found).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/personnes/{zoe}")
    await page.keyboard.press("/")
    await page.keyboard.type("zéli")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/personnes\?q="))
    await expect(page.get_by_role("link", name="Petit Zélie")).to_be_visible()


async def test_the_keys_are_shown_and_can_be_switched_off(
    page: Page, axe: Axe, office: Office
) -> None:
    await enter(page, office, "bea", "/agents")
    await page.locator("main").focus()
    await page.keyboard.press("?")
    shown = page.get_by_role("dialog", name="Raccourcis clavier")
    await expect(shown).to_be_visible()
    await axe(page)
    await shown.get_by_label("Utiliser les touches / et ?").uncheck()
    await shown.get_by_role("button", name="Fermer").click()
    await page.locator("main").focus()
    await page.keyboard.press("/")
    await page.keyboard.press("?")
    await expect(shown).to_be_hidden()
    await expect(page.locator("main")).to_be_focused()
    await page.locator(".agent-menu summary").click()
    await page.get_by_role("button", name="Raccourcis clavier").click()
    await expect(shown).to_be_visible()


async def test_it_is_folded_on_a_phone_and_does_without_scripts(
    phone: Page, page: Page, axe: Axe, office: Office, zoe: UUID
) -> None:
    await enter(phone, office, "alice", "/administration")
    await phone.locator(".person-find-menu summary").click()
    field = phone.locator("#person-search-folded")
    await field.fill("zoe")
    await fits(phone)
    await axe(phone)
    await field.press("Enter")
    await phone.wait_for_url(re.compile(r"/personnes\?q=zoe"))
    await phone.get_by_role("link", name="Petit Zoé").click()
    await phone.wait_for_url(f"**/personnes/{zoe}")
    await page.set_viewport_size(PHONE)
    await enter(page, office, "alice", "/agents")
    await page.locator(".person-find-menu summary").click()
    await expect(page.locator("#person-search-folded")).to_be_focused()
    await page.keyboard.type("petit")
    await expect(page.locator(".person-option:visible")).to_have_count(2)
    await fits(page)
    await axe(page)


async def test_an_address_that_leads_nowhere_is_left_by_the_menu(
    page: Page, axe: Axe, office: Office
) -> None:
    await enter(page, office, "bea", "/agenda/nulle-part")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    await axe(page)
    await page.locator(".rail").get_by_role("link", name="Absences").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Absences")
