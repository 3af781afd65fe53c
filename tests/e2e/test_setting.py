"""Setting an appointment and finding a free time, in a real browser, with scripts and without."""

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import AgendaEntry, Booking
from creneau.context import Tenant
from creneau.database import tenant_transaction
from playwright.async_api import Page, expect

from tests.days import tomorrow
from tests.e2e.conftest import Axe
from tests.e2e.keyboard import press, tab_to
from tests.e2e.test_agent_day import sign_in
from tests.e2e.test_agent_day import tab_to as pass_to
from tests.platform.cast import PASSWORD
from tests.web.backoffice.cast import Office, at, book, furnish_office


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
async def zoe(office: Office) -> Booking:
    """Zoé Petit is known: she comes tomorrow afternoon."""
    return await book(office, at(tomorrow(), 15))


async def all_of(office: Office) -> list[AgendaEntry]:
    return await appointments.agenda([office.bea], at(tomorrow(), 0), at(tomorrow(), 14))


@pytest.mark.feature("C-62")
async def test_a_click_on_a_time_leads_to_an_appointment_for_somebody_known(
    page: Page, axe: Axe, office: Office, zoe: Booking
) -> None:
    await sign_in(page, office, "/agents/connexion")
    await page.goto(f"{office.tenant.public_url}/agenda?vue=jour&date={tomorrow()}")
    await expect(page.locator(".rdv")).to_have_count(1)
    body = page.locator(".ec-body .ec-day").first
    place = await body.bounding_box()
    assert place is not None
    hour = place["height"] / 24
    await page.mouse.click(place["x"] + 80, place["y"] + 9.5 * hour + 4)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pour quel motif ?")
    await axe(page)
    await page.get_by_label("Carte d’identité").check()
    await page.get_by_role("button", name="Continuer").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Qui vient ?")
    await page.get_by_role("searchbox").press_sequentially("peti")
    await page.get_by_label("Zoé Petit").check()
    await axe(page)
    await page.get_by_label("Notes sur le rendez-vous").fill("Deux photos.")
    await page.get_by_role("button", name="Continuer").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Quand, où et avec qui ?")
    await expect(page.get_by_label("Heure")).to_have_value("09:30")
    await axe(page)
    await page.get_by_label("Durée").fill("40")
    await page.get_by_role("button", name="Créer le RDV").click()
    await expect(page.get_by_role("status").first).to_contain_text("est posé")
    (made,) = await all_of(office)
    assert (made.starts_at, made.ends_at) == (at(tomorrow(), 9, 30), at(tomorrow(), 10, 10))
    assert made.person_id == zoe.person_id


@pytest.mark.feature("C-62")
async def test_without_scripts_somebody_new_gets_an_appointment_on_a_phone(
    phone: Page, axe: Axe, office: Office
) -> None:
    await sign_in(phone, office, "/agents/connexion")
    await phone.goto(f"{office.tenant.public_url}/agenda?vue=jour&date={tomorrow()}")
    await phone.locator(".agenda-day").get_by_role("link", name="Poser un RDV").click()
    await axe(phone)
    await phone.get_by_label("Carte d’identité").check()
    await phone.get_by_role("button", name="Continuer").click()
    await axe(phone)
    await phone.get_by_text("Créer une fiche").click()
    await phone.get_by_label("Prénom").fill("Noé")
    await phone.get_by_label("Nom de famille", exact=True).fill("Petit")
    await phone.get_by_role("button", name="Continuer").click()
    await axe(phone)
    await phone.get_by_role("button", name="Créer le RDV").click()
    await expect(phone.get_by_role("status").first).to_contain_text("est posé")
    (made,) = await all_of(office)
    assert (made.first_name, made.starts_at) == ("Noé", at(tomorrow(), 9))


@pytest.mark.feature("C-63")
async def test_the_keyboard_alone_finds_a_time_and_takes_it(
    page: Page, axe: Axe, office: Office
) -> None:
    await sign_in(page, office, "/agents/connexion")
    await press(page, "Trouver un créneau")
    await axe(page)
    await tab_to(page, "Motif")
    await page.keyboard.type("Carte")
    # Between them lies a date, whose parts the browser itself marks.
    await pass_to(page, "Afficher les créneaux")
    await page.keyboard.press("Enter")
    await expect(page.locator(".finding-free").first).to_be_visible()
    await axe(page)
    said = await page.locator(".finding-free").first.text_content()
    assert said is not None
    await pass_to(page, said)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Qui vient ?")
    await tab_to(page, "Créer une fiche")
    await page.keyboard.press("Enter")
    await tab_to(page, "Prénom")
    await page.keyboard.type("Noé")
    await tab_to(page, "Nom de famille")
    await page.keyboard.type("Petit")
    await press(page, "Créer le RDV")
    await expect(page.get_by_role("status").first).to_contain_text("est posé")


async def test_what_was_typed_outlives_a_session_that_ended(page: Page, office: Office) -> None:
    await sign_in(page, office, "/agents/connexion")
    way = f"/rendez-vous/nouveau?motif={office.motive}&debut={tomorrow()}T09:30"
    await page.goto(f"{office.tenant.public_url}{way}")
    await page.get_by_text("Créer une fiche").click()
    await page.get_by_label("Prénom").fill("Noé")
    await page.get_by_label("Nom de famille", exact=True).fill("Petit")
    await page.get_by_label("Notes sur le rendez-vous").fill("Vient avec sa mère.")
    async with tenant_transaction() as tx:
        await tx.execute("DELETE FROM session WHERE tenant_id = $1", tx.tenant_id)
    await page.get_by_role("button", name="Continuer").click()
    await page.locator("input[name=email]").fill("bea@exemple.fr")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("input[name=password]").press("Enter")
    await expect(page.get_by_label("Prénom")).to_have_value("Noé")
    await expect(page.get_by_label("Notes sur le rendez-vous")).to_have_value("Vient avec sa mère.")
    assert await page.evaluate("sessionStorage.getItem('kept')") is None
