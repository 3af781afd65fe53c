"""The agenda in a real browser: the calendar, the same as a table, moving by mouse and without."""

from typing import Literal

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import Actor, Tenant
from creneau.database import tenant_transaction
from creneau_web.live.hub import HUB
from msgspec.structs import replace
from playwright.async_api import Page, expect

from tests.days import today, tomorrow
from tests.e2e.conftest import PHONE, WIDE, Axe
from tests.e2e.keyboard import tab_to
from tests.e2e.test_agent_day import sign_in
from tests.web.backoffice.cast import ZOE, Office, at, book, furnish_office

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
async def booking(office: Office) -> Booking:
    return await book(office, at(tomorrow(), 9, 30))


async def show(page: Page, office: Office, way: str = "") -> None:
    await page.goto(f"{office.tenant.public_url}/agenda{way or f'?vue=jour&date={tomorrow()}'}")


@pytest.mark.feature("C-60")
async def test_the_calendar_shows_the_day_and_the_keyboard_opens_an_appointment(
    page: Page, axe: Axe, office: Office, booking: Booking
) -> None:
    await sign_in(page, office, "/agents/connexion")
    await show(page, office)
    event = page.locator(".rdv")
    await expect(event).to_contain_text("Zoé Petit")
    await expect(event).to_contain_text("9 h 30")
    await expect(page.locator(".ground-open").first).to_contain_text("Place de la mairie")
    await expect(page.locator("[data-agenda-table]")).to_be_hidden()
    await axe(page)
    await tab_to(page, WEEKDAYS[tomorrow().weekday()])
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/agents/rendez-vous/{booking.id}")


@pytest.mark.feature("C-60")
async def test_a_drag_asks_and_moves(
    page: Page, axe: Axe, office: Office, booking: Booking
) -> None:
    await sign_in(page, office, "/agents/connexion")
    await show(page, office)
    place = await page.locator(".rdv").bounding_box()
    assert place is not None
    x, y = place["x"] + 60, place["y"] + 8
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y + 20, steps=4)
    await page.mouse.move(x, y + 2 * 48, steps=4)
    await page.mouse.up()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Déplacer le rendez-vous de Zoé Petit")
    await expect(dialog.get_by_label("Heure")).to_have_value("10:30")
    await axe(page)
    await dialog.get_by_role("link", name="Ne rien changer").click()
    await expect(dialog).to_have_count(0)
    await expect(page.locator(".rdv")).to_contain_text("9 h 30")
    assert (await appointments.get(booking.id)).starts_at == booking.starts_at
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y + 20, steps=4)
    await page.mouse.move(x, y + 2 * 48, steps=4)
    await page.mouse.up()
    await page.get_by_role("button", name="Déplacer le rendez-vous").click()
    await expect(page.get_by_role("status").first).to_contain_text("est déplacé au")
    await expect(page.locator(".rdv")).to_contain_text("10 h 30")
    assert (await appointments.get(booking.id)).starts_at == at(tomorrow(), 10, 30)


@pytest.mark.feature("C-60")
async def test_without_scripts_the_table_moves_an_appointment(
    phone: Page, axe: Axe, office: Office, booking: Booking
) -> None:
    await sign_in(phone, office, "/agents/connexion")
    await show(phone, office)
    await axe(phone)
    await phone.get_by_role("link", name="Déplacer le rendez-vous de Zoé Petit").click()
    await axe(phone)
    await phone.get_by_label("Heure").fill("11:00")
    await phone.get_by_role("button", name="Déplacer le rendez-vous").click()
    await expect(phone.get_by_role("status")).to_contain_text("est déplacé au")
    assert (await appointments.get(booking.id)).starts_at == at(tomorrow(), 11)


@pytest.mark.feature("C-61")
@pytest.mark.usefixtures("booking")
async def test_another_agenda_is_found_by_typing_and_stands_beside(
    page: Page, axe: Axe, office: Office
) -> None:
    await sign_in(page, office, "/agents/connexion")
    await show(page, office)
    await page.locator(".agenda-agents summary").click()
    await page.get_by_role("searchbox").press_sequentially("ali")
    await expect(page.locator(".agenda-names li")).to_have_count(1)
    await page.get_by_role("link", name="Afficher à côté l’agenda de Alice Martin").click()
    await expect(page.locator(".ec-main")).to_contain_text("Alice Martin")
    await expect(page.locator(".ec-main")).to_contain_text("Bea Martin")
    await expect(page.locator(".rdv")).to_contain_text("Zoé Petit")
    await axe(page)
    await page.get_by_role("link", name="Ne plus afficher l’agenda de Alice Martin").click()
    await expect(page.locator(".ec-main")).not_to_contain_text("Alice Martin")


async def test_what_others_change_appears_within_two_seconds(
    page: Page, office: Office, booking: Booking
) -> None:
    await sign_in(page, office, "/agents/connexion")
    await show(page, office)
    await expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    sam = Actor("agent", office.sam)
    await appointments.set_state(booking.id, "waiting", sam)
    await expect(page.locator(".rdv")).to_contain_text("En salle d’attente", timeout=2000)
    await expect(page.locator("[data-live-text]")).to_contain_text("Mis à jour à")
    await show(page, office, f"?vue=jour&date={tomorrow()}&tableau=oui")
    await expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    await appointments.cancel(booking.id, sam)
    await expect(page.locator(".agenda-item")).to_contain_text(
        "Annulé par le service", timeout=2000
    )


@pytest.mark.feature("C-65")
async def test_the_day_and_the_waiting_room_follow_an_arrival(page: Page, office: Office) -> None:
    booking = await book(office, at(today(), 23))
    await sign_in(page, office, "/agents/connexion")
    await expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    await appointments.set_state(booking.id, "waiting", Actor("agent", office.sam))
    await expect(page.locator(".agenda-item")).to_contain_text("En salle d’attente", timeout=2000)
    await page.get_by_role("link", name="1 en salle d’attente").click()
    await expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    await appointments.set_state(booking.id, "seen", Actor("agent", office.bea))
    await expect(page.locator("main")).to_contain_text("Personne n’attend", timeout=2000)


async def test_a_broken_stream_says_so_heals_and_catches_up(
    page: Page, axe: Axe, office: Office, booking: Booking
) -> None:
    await sign_in(page, office, "/agents/connexion")
    await show(page, office)
    live = page.locator("[data-live]")
    await expect(live).to_have_attribute("data-state", "live")
    HUB.close()
    try:
        await expect(live).to_contain_text("interrompue : nouvel essai en cours", timeout=10_000)
        await axe(page)
        await appointments.set_state(booking.id, "waiting", Actor("agent", office.sam))
    finally:
        HUB.closing = False
    await expect(page.locator(".rdv")).to_contain_text("En salle d’attente", timeout=15_000)
    await expect(live).to_have_attribute("data-state", "live")


async def test_a_screen_whose_session_ended_says_so(page: Page, office: Office) -> None:
    await sign_in(page, office, "/agents/connexion")
    await show(page, office)
    live = page.locator("[data-live]")
    await expect(live).to_have_attribute("data-state", "live")
    async with tenant_transaction() as tx:
        await tx.execute("DELETE FROM session WHERE tenant_id = $1", tx.tenant_id)
    await expect(live).to_contain_text("Votre session est terminée", timeout=15_000)


@pytest.mark.feature("C-60")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_view_is_accessible_and_no_wider_than_the_screen(
    page: Page, axe: Axe, office: Office, language: str, scheme: Literal["light", "dark"]
) -> None:
    for number, state in enumerate(("planned", "waiting", "seen", "excused", "no_show")):
        one = await book(office, at(tomorrow(), 9 + number), replace(ZOE, first_name=state))
        await appointments.set_state(one.id, state, Actor("agent", office.bea))
    await page.emulate_media(color_scheme=scheme)
    await sign_in(page, office, f"/agents/connexion?lang={language}")
    for view in ("jour", "semaine", "mois", "liste"):
        for size in (PHONE, WIDE):
            await page.set_viewport_size(size)
            await show(page, office, f"?vue={view}&date={tomorrow()}")
            await expect(page.locator(".rdv, .agenda-item").first).to_be_visible()
            await axe(page)
            assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
