"""The line in front of a motive, in a real browser: with a screen reader's means, and without scripts."""

from datetime import timedelta

import pytest
from creneau.admission import service as admission
from creneau.context import SYSTEM, Tenant
from creneau_infra import clock
from creneau_web.app import Application
from playwright.async_api import Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.looking import fits
from tests.platform.cast import Town, furnish
from tests.platform.planning import open_for, soon


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    del tenant
    furnished = await furnish()
    await open_for(furnished, furnished.alice, soon())
    return furnished


def address(server: Application, tenant: Tenant, town: Town) -> str:
    host = f"{tenant.slug}.{server.settings.base_domain}:{server.settings.port}"
    return f"http://{host}/rdv/{town.motive}/{town.place}"


async def open_line(town: Town, per_second: float) -> None:
    await admission.switch_on(town.motive, clock.now() + timedelta(minutes=30), per_second, SYSTEM)


async def let_all_in(town: Town) -> None:
    await admission.switch_on(town.motive, clock.now() - timedelta(hours=1), 1000, SYSTEM)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_line_can_be_read_by_everybody_on_a_phone_without_scripts(
    phone: Page, axe: Axe, server: Application, tenant: Tenant, town: Town, language: str
) -> None:
    await open_line(town, 0.1)
    await admission.take_place(town.motive)
    await phone.goto(f"{address(server, tenant, town)}?lang={language}")
    title, button, ahead = {
        "fr": ("Vous êtes dans la file d’attente", "Voir où j’en suis", "1 personne est devant"),
        "en": ("You are in the queue", "See where I am in the queue", "1 person is ahead"),
    }[language]
    await expect(phone.get_by_role("heading", level=1)).to_have_text(title)
    await expect(phone.get_by_text(ahead)).to_be_visible()
    await fits(phone)
    await axe(phone)
    await phone.get_by_role("link", name=button).click()
    await expect(phone.get_by_text(ahead)).to_be_visible()
    await let_all_in(town)
    await phone.get_by_role("link", name=button).click()
    await expect(phone.locator("button[name=slot]").first).to_be_attached()


async def test_the_page_says_what_changes_and_opens_by_itself(
    page: Page, axe: Axe, server: Application, tenant: Tenant, town: Town
) -> None:
    await open_line(town, 0.01)
    await admission.take_place(town.motive)
    await page.clock.install()
    await page.goto(address(server, tenant, town))
    status = page.get_by_role("status").filter(has_text="votre tour")
    before = await status.inner_text()
    await expect(page.get_by_text("Cette page se met à jour toute seule")).to_be_visible()
    await axe(page)
    await open_line(town, 1)
    await page.clock.run_for(80_000)
    await expect(status).not_to_have_text(before)
    await let_all_in(town)
    await page.clock.run_for(80_000)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Quand voulez-vous venir ?")
