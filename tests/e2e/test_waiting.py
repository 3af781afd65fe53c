"""Somebody waits for an earlier slot in a real browser, is offered one, and takes it (C-28)."""

import re

import pytest
from creneau.appointments import service as appointments
from creneau.context import VISITOR, Tenant, acting_for
from playwright.async_api import Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.looking import fits
from tests.e2e.post import code_in, letter_after, letters_to
from tests.platform.cast import Town, furnish
from tests.platform.planning import open_for, soon
from tests.platform.waiting.cast import fill
from tests.web.stage import Application

ADDRESS = "amina@exemple.fr"
LINK = re.compile(r"https?://\S+/attente/[\w-]+")


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    """Furnish the tenant, with one morning that is full."""
    del tenant
    furnished = await furnish()
    await open_for(furnished, furnished.alice, soon())
    return furnished


async def look(opened: Page, axe: Axe) -> None:
    """Check a page in both languages, at the width of a small phone."""
    await fits(opened)
    await axe(opened)
    here = opened.url.partition("?")[0]
    await opened.goto(f"{here}?lang=en")
    await fits(opened)
    await axe(opened)
    await opened.goto(f"{here}?lang=fr")


async def join(phone: Page, axe: Axe, town: Town, tenant: Tenant, server: Application) -> None:
    await phone.goto(f"{tenant.public_url}/rdv/{town.motive}/{town.place}")
    await look(phone, axe)
    await phone.get_by_role("link", name="Être prévenu plus tôt").click()
    await phone.get_by_role("button", name="Continuer").click()
    await expect(phone.locator(".error-summary")).to_contain_text("Indiquez votre prénom.")
    await axe(phone)
    await phone.locator("input[name=first_name]").fill("Amina")
    await phone.locator("input[name=last_name]").fill("Petit")
    await phone.locator("input[name=email]").fill(ADDRESS)
    await phone.get_by_role("button", name="Continuer").click()
    await phone.wait_for_url(re.compile("/attente/code$"))
    await look(phone, axe)
    await phone.locator("input[name=code]").fill(code_in(await letter_after(server, ADDRESS, 0)))
    await phone.get_by_role("button", name="Vérifier le code").click()
    await expect(phone.locator("h1")).to_contain_text("Vous êtes sur la liste d’attente")
    await look(phone, axe)


async def offer_link(server: Application, known: int) -> str:
    letter = await letter_after(server, ADDRESS, known)
    found = LINK.search(letter.text)
    assert found is not None, letter.text
    return found.group()


async def test_a_freed_slot_is_offered_and_taken_without_scripts_on_a_small_phone(
    phone: Page, axe: Axe, town: Town, tenant: Tenant, server: Application
) -> None:
    booked = await fill(town)
    await join(phone, axe, town, tenant, server)
    await phone.goto(await offer_link(server, 1))
    await expect(phone.locator("h1")).to_contain_text("Vous êtes sur la liste d’attente")
    await look(phone, axe)
    await phone.get_by_role("link", name="Quitter la liste d’attente").click()
    await look(phone, axe)
    await phone.get_by_role("link", name="Rester sur la liste").click()
    known = len(await letters_to(server, ADDRESS))
    with acting_for(tenant):
        await appointments.cancel(booked[0].id, VISITOR)
    await phone.goto(await offer_link(server, known))
    await expect(phone.locator("h1")).to_contain_text("Un créneau s’est libéré pour vous")
    await expect(phone.locator("main")).to_contain_text("Il vous reste")
    await look(phone, axe)
    await phone.goto(f"{tenant.public_url}/mes-rendez-vous")
    await expect(phone.locator("main")).to_contain_text("En attente d’un créneau plus tôt")
    await look(phone, axe)
    await phone.get_by_role("link", name="répondez-nous").click()
    await phone.get_by_role("button", name="Accepter ce créneau").click()
    await expect(phone.locator("h1")).to_contain_text("Votre rendez-vous est confirmé")
    await look(phone, axe)


async def test_a_declined_slot_goes_to_the_next_and_a_wide_screen_reads_as_well(
    page: Page, axe: Axe, town: Town, tenant: Tenant, server: Application
) -> None:
    booked = await fill(town)
    await page.goto(f"{tenant.public_url}/rdv/{town.motive}/attente?lang=en")
    await axe(page)
    await page.get_by_label("First name").fill("Amina")
    await page.get_by_label("Last name").fill("Petit")
    await page.get_by_label("Email").first.fill(ADDRESS)
    known = len(await letters_to(server, ADDRESS))
    await page.get_by_role("button", name="Continue").click()
    code = code_in(await letter_after(server, ADDRESS, known))
    await page.locator("input[name=code]").fill(code)
    await page.locator("main form button").first.click()
    await expect(page.locator("h1")).to_contain_text("You are on the waiting list")
    link = await offer_link(server, known + 1)
    with acting_for(tenant):
        await appointments.cancel(booked[0].id, VISITOR)
    await offer_link(server, known + 2)
    await page.goto(link)
    await axe(page)
    await page.get_by_role("button", name="Decline this time").click()
    await expect(page.locator("main")).to_contain_text("this time is offered to the next person")
    await axe(page)
