"""An agent's day in a real browser: sign in, see it, open one, set its status, sign out."""

import re
from datetime import timedelta
from typing import Literal

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import Tenant
from msgspec.structs import replace
from playwright.async_api import Page, expect

from tests.days import today, tomorrow
from tests.e2e.conftest import Axe
from tests.e2e.looking import fits
from tests.platform.cast import PASSWORD
from tests.web.backoffice.cast import ZOE, Office, at, book, furnish_office

EMAIL = "bea@exemple.fr"
TABS = 120


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
async def booking(office: Office) -> Booking:
    """Zoé comes tomorrow at half past nine; Noé came yesterday, and nobody said what became of it."""
    await book(office, at(today() - timedelta(days=1), 10), replace(ZOE, first_name="Noé"))
    return await book(office, at(tomorrow(), 9, 30))


async def sign_in(page: Page, office: Office, way: str) -> None:
    await page.goto(f"{office.tenant.public_url}{way}")
    await page.locator("input[name=email]").fill(EMAIL)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("input[name=password]").press("Enter")
    await page.wait_for_url(re.compile("/agents(\\?|$)"))


async def sign_out(page: Page, button: str) -> None:
    await page.locator(".agent-menu summary").click()
    await page.get_by_role("button", name=button).click()
    await page.wait_for_url(re.compile("/agents/connexion"))


async def tab_to(page: Page, text: str) -> None:
    """Press Tab until the focus is on what says `text`."""
    for _ in range(TABS):
        await page.keyboard.press("Tab")
        if text in (await page.evaluate("() => document.activeElement.textContent")).strip():
            return
    pytest.fail(f"the keyboard does not reach {text!r}")


@pytest.mark.parametrize(
    ("language", "next_day", "seen", "sentence", "leave"),
    [
        ("fr", "Lendemain", "Vu", "a changé le statut de", "Se déconnecter"),
        ("en", "Next day", "Seen", "changed the status from", "Sign out"),
    ],
)
async def test_an_agent_sees_the_day_and_says_what_became_of_an_appointment(
    page: Page,
    axe: Axe,
    office: Office,
    booking: Booking,
    language: str,
    next_day: str,
    seen: str,
    sentence: str,
    leave: str,
) -> None:
    await sign_in(page, office, f"/agents/connexion?lang={language}")
    await axe(page)
    await page.get_by_role("link", name=next_day, exact=True).click()
    await axe(page)
    await page.get_by_role("link", name="Zoé Petit").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Zoé Petit")
    await axe(page)
    await page.get_by_role("button", name=seen, exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text(seen)
    await expect(page.get_by_role("button", name=seen, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(page.locator(".timeline")).to_contain_text(sentence)
    await axe(page)
    assert (await appointments.get(booking.id)).state == "seen"
    await sign_out(page, leave)
    await page.goto(f"{office.tenant.public_url}/agents")
    await page.wait_for_url(re.compile("/agents/connexion"))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_of_an_agent_is_accessible(
    page: Page,
    axe: Axe,
    office: Office,
    booking: Booking,
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    await page.emulate_media(color_scheme=scheme)
    await sign_in(page, office, f"/agents/connexion?lang={language}")
    for way in (
        "/agents",
        "/agents?jour=2031-01-06",
        "/agents/a-renseigner",
        "/agents/salle-d-attente",
        f"/agents/rendez-vous/{booking.id}",
        f"/agents/rendez-vous/{booking.id}/annulation",
    ):
        await page.goto(f"{office.tenant.public_url}{way}")
        await axe(page)


async def test_the_path_works_on_a_phone_without_scripts(
    phone: Page, axe: Axe, office: Office, booking: Booking
) -> None:
    await sign_in(phone, office, "/agents/connexion")
    await axe(phone)
    await phone.get_by_role("link", name="Lendemain", exact=True).click()
    await phone.get_by_role("link", name="Zoé Petit").click()
    await phone.get_by_role("button", name="En salle d’attente").click()
    await expect(phone.get_by_role("status")).to_contain_text("En salle d’attente")
    await axe(phone)
    await phone.get_by_role("link", name="Annuler le rendez-vous").click()
    await axe(phone)
    await phone.get_by_role("button", name="Annuler le rendez-vous").click()
    await expect(phone.locator(".timeline")).to_contain_text("Bea Martin a annulé le rendez-vous.")
    assert (await appointments.get(booking.id)).state == "cancelled"
    await sign_out(phone, "Se déconnecter")


async def test_no_page_of_an_agent_is_wider_than_a_phone(
    phone: Page, office: Office, booking: Booking
) -> None:
    await sign_in(phone, office, "/agents/connexion")
    for way in (f"/agents?jour={tomorrow()}", f"/agents/rendez-vous/{booking.id}"):
        await phone.goto(f"{office.tenant.public_url}{way}")
        await fits(phone)


async def test_the_keyboard_alone_is_enough(page: Page, office: Office, booking: Booking) -> None:
    await sign_in(page, office, "/agents/connexion")
    await tab_to(page, "Lendemain")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("jour="))
    await tab_to(page, "Zoé Petit")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(str(booking.id)))
    await tab_to(page, "Absent excusé")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Absent excusé")
    await tab_to(page, "Bea Martin")
    await page.keyboard.press("Enter")
    await tab_to(page, "Se déconnecter")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/agents/connexion"))
