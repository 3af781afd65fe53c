"""The whole path of a citizen in a real browser, against a real server with its worker."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.context import Tenant
from creneau_web.app import Application
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.keyboard import press, tab_to, write
from tests.e2e.looking import fits
from tests.e2e.post import code_in, letter_after, links_in
from tests.platform.cast import Town, furnish, new_motive
from tests.platform.planning import open_for, soon

Check = Callable[[Page], Awaitable[None]]


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    """Furnish the tenant; Alice and Bob take people on one morning."""
    del tenant
    furnished = await furnish()
    await open_for(furnished, furnished.alice, soon())
    motive = await new_motive(
        furnished.organisation,
        furnished.registry,
        name="Reconnaissance d’un enfant",
        instructions_before="Venez avec une pièce d’identité.",
        instructions_after="L’acte vous est remis sur place.",
        cancellation_warning="Le délai avant un autre rendez-vous est long.",
    )
    await open_for(furnished, furnished.bob, soon(), motive_ids=[motive])
    return furnished


@pytest.fixture
def readable(axe: Axe) -> Check:
    """Give the check of a page: fits the screen, and axe finds nothing in either language."""

    async def check(page: Page) -> None:
        await fits(page)
        await axe(page)
        address = page.url
        separator = "&" if "?" in address else "?"
        await page.goto(f"{address}{separator}lang=en")
        assert await page.locator("html").get_attribute("lang") == "en"
        await fits(page)
        await axe(page)
        await page.goto(f"{address}{separator}lang=fr")
        await page.goto(address)

    return check


@pytest.mark.feature("C-43")
async def test_the_whole_path_works_by_keyboard_on_a_phone_without_scripts(
    server: Application, phone: Page, readable: Check, tenant: Tenant, town: Town
) -> None:
    del town
    email = f"jeanne-{uuid4().hex[:8]}@exemple.fr"
    await phone.goto(tenant.public_url)
    await readable(phone)

    await press(phone, "Reconnaissance d’un enfant")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Quand voulez-vous venir ?")
    await readable(phone)

    await press(phone, "Choisir le prochain rendez-vous")
    await expect(phone.get_by_text("Ce créneau vous est réservé jusqu’à")).to_be_visible()
    await readable(phone)

    await press(phone, "Pour moi")
    await press(phone, "Continuer")
    await expect(phone.get_by_role("alert")).to_contain_text("Indiquez votre prénom.")
    await readable(phone)

    await write(phone, "Prénom", "Jeanne")
    await write(phone, "Nom de famille", "Dupont")
    await write(phone, "Adresse e-mail", email)
    await press(phone, "Continuer")
    await readable(phone)

    await write(phone, "Code reçu", code_in(await letter_after(server, email, 0)))
    await press(phone, "Vérifier le code")
    await expect(phone.get_by_text("Venez avec une pièce d’identité.")).to_be_visible()
    await readable(phone)

    await tab_to(phone, "J’ai lu ces consignes")
    await phone.keyboard.press("Space")
    await press(phone, "Continuer")
    await expect(phone.get_by_text("Jeanne Dupont")).to_be_visible()
    await readable(phone)

    await press(phone, "Confirmer le rendez-vous")
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Votre rendez-vous est confirmé"
    )
    await expect(phone.get_by_text("L’acte vous est remis sur place.")).to_be_visible()
    await readable(phone)
    await tab_to(phone, "Ajouter à mon agenda")
    async with phone.expect_download() as download:
        await phone.keyboard.press("Enter")
    assert (await download.value).suggested_filename == "rendez-vous.ics"

    letter = await letter_after(server, email, 1)
    assert any(part.media_type.startswith("text/calendar") for part in letter.attachments)
    await _move_and_cancel(phone, readable, links_in(letter)[0])


async def _move_and_cancel(phone: Page, readable: Check, link: str) -> None:
    await phone.goto(link)
    await readable(phone)
    await press(phone, "Déplacer le rendez-vous")
    await readable(phone)
    await press(phone, await _first_time(phone))
    await readable(phone)
    await press(phone, "Déplacer le rendez-vous")
    await expect(phone.get_by_text("Votre rendez-vous est déplacé.")).to_be_visible()

    await press(phone, "Annuler le rendez-vous")
    await expect(phone.get_by_text("Le délai avant un autre rendez-vous est long.")).to_be_visible()
    await readable(phone)
    await press(phone, "Annuler le rendez-vous")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Ce rendez-vous est annulé")
    await readable(phone)
    booking = await appointments.by_link(link.rpartition("/")[2])
    assert booking.state == "excused"


async def _first_time(page: Page) -> str:
    """Give the words of the first time on a page of times."""
    said = await page.locator("button.slot").first.inner_text()
    return said.replace("\n", " ").strip()


@pytest.mark.parametrize(
    "path",
    [
        "/aide",
        "/accessibilite",
        "/mentions-legales",
        "/mes-rendez-vous/connexion",
        "/organisations/{0.organisation}",
        "/services/{0.citizenship}",
        "/lieux/{0.place}",
    ],
)
async def test_pages_beside_the_path_are_accessible(
    phone: Page, readable: Check, tenant: Tenant, town: Town, path: str
) -> None:
    await phone.goto(f"{tenant.public_url}{path.format(town)}")
    await readable(phone)


async def test_ones_own_pages_are_accessible(
    server: Application, phone: Page, readable: Check, tenant: Tenant, town: Town
) -> None:
    email = f"jeanne-{uuid4().hex[:8]}@exemple.fr"
    await phone.goto(f"{tenant.public_url}/rdv/{town.motive}/{town.place}")
    await _book(server, phone, email)
    mine = f"{tenant.public_url}/mes-rendez-vous"
    for path in ("", "/mes-informations", "/proches", "/effacement"):
        await phone.goto(f"{mine}{path}")
        await readable(phone)


async def _book(server: Application, page: Page, email: str) -> None:
    await page.get_by_role("button", name="Choisir").click()
    await page.get_by_role("link", name="Pour moi").click()
    await page.get_by_label("Prénom", exact=True).fill("Jeanne")
    await page.get_by_label("Nom de famille").fill("Dupont")
    await page.get_by_label("Adresse e-mail", exact=True).fill(email)
    await page.get_by_role("button", name="Continuer").click()
    await page.get_by_label("Code reçu").fill(code_in(await letter_after(server, email, 0)))
    await page.get_by_role("button", name="Vérifier le code").click()
    await page.get_by_role("button", name="Confirmer le rendez-vous").click()


async def test_two_browsers_want_the_same_time_and_the_second_is_offered_the_nearest(
    browser: Browser, axe: Axe, tenant: Tenant, town: Town
) -> None:
    address = f"{tenant.public_url}/rdv/{town.motive}/{town.place}"
    windows = [
        await browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
        for _ in range(2)
    ]
    jeanne, paul = [await window.new_page() for window in windows]
    for page in (jeanne, paul):
        await page.goto(address)
    wanted = jeanne.locator("button.slot").nth(2)
    value = await wanted.get_attribute("value")
    await wanted.click()
    await expect(jeanne.get_by_text("Ce créneau vous est réservé jusqu’à")).to_be_visible()

    await paul.locator(f"button.slot[value='{value}']").click()
    offers = paul.locator(".offers button")
    await expect(paul.get_by_text("Ce créneau vient d’être pris.")).to_be_visible()
    await expect(offers).to_have_count(3)
    await expect(paul.get_by_label("Vos choix")).to_contain_text("Place de la mairie")
    await axe(paul)
    await offers.first.click()
    await expect(paul.get_by_text("Ce créneau vous est réservé jusqu’à")).to_be_visible()
    for window in windows:
        await window.close()


async def test_the_time_left_is_counted_down_and_told_at_its_end(
    page: Page, tenant: Tenant, town: Town
) -> None:
    await page.clock.install()
    await page.goto(f"{tenant.public_url}/rdv/{town.motive}/{town.place}")
    await page.get_by_role("button", name="Choisir").click()
    await expect(page.get_by_text("Il vous reste 10 minutes.")).to_be_visible()
    await page.clock.fast_forward("09:00")
    await expect(page.get_by_role("status")).to_have_text(
        "Il vous reste moins de deux minutes pour confirmer ce rendez-vous."
    )
    await page.clock.fast_forward("02:00")
    await expect(page.get_by_role("status")).to_contain_text("ne vous est plus réservé")
