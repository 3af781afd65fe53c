"""Openings and absences in a real browser: as one types, and on a phone without scripts."""

import pytest
from creneau.appointments import service as appointments
from creneau.context import Tenant, acting_for
from creneau.planning import service as planning
from creneau.planning.schemas import SeriesRef
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from playwright.async_api import Page, expect

from tests.days import tomorrow
from tests.e2e.conftest import Axe
from tests.web.backoffice.cast import Office, at, book, furnish_office
from tests.web.planning.cast import next_monday


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


async def enter(page: Page, office: Office, who: str, way: str) -> None:
    """Open a page with somebody's session: how they got in is tried elsewhere."""
    with acting_for(office.tenant):
        _session, secret = await auth.open_session(getattr(office, who))
    url = office.tenant.public_url
    await page.context.add_cookies([{"name": COOKIE, "value": secret, "url": url}])
    await page.goto(f"{url}{way}")


async def test_what_an_opening_would_do_follows_what_is_typed(
    page: Page, axe: Axe, office: Office
) -> None:
    await enter(page, office, "alice", "/agents")
    await page.locator(".rail").get_by_role("link", name="Plages d’ouverture").click()
    await page.get_by_label("Pour qui").select_option(str(office.bea))
    await page.get_by_role("button", name="Filtrer").click()
    await axe(page)
    await page.get_by_role("link", name="Créer une plage d’ouverture").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Créer une plage d’ouverture")
    await page.get_by_label("Nom (facultatif)").fill("Permanence sociale")
    await page.locator("#first_day").fill(next_monday().isoformat())
    await page.locator("#start_time").fill("09:00")
    await page.locator("#end_time").fill("12:00")
    await expect(page.locator("#preview")).to_contain_text("9\u00a0h – 12\u00a0h")
    await expect(page.get_by_text("Quels jours de la semaine ?")).to_be_hidden()
    await page.get_by_label("Se répète").select_option("weekly")
    await page.get_by_text("Jeudi", exact=True).click()
    await page.get_by_text("Lundi", exact=True).click()
    await page.get_by_text("Un nombre de fois", exact=True).click()
    await page.get_by_label("Nombre de fois en tout").fill("8")
    await expect(page.locator("#preview")).to_contain_text("tous les lundis et jeudis, 8 fois")
    await axe(page)
    await page.get_by_label("Pour qui").select_option(str(office.bob))
    await expect(page.get_by_text("Aucun motif n’est ouvert à cette personne.")).to_be_visible()
    await page.get_by_label("Pour qui").select_option(str(office.bea))
    await page.locator("input[name=motives]").first.check()
    await page.get_by_role("button", name="Créer la plage d’ouverture").click()
    await expect(page.get_by_role("status")).to_contain_text("enregistrée")
    await expect(page.get_by_text("tous les lundis et jeudis, 8 fois")).to_be_visible()
    await page.get_by_role("link", name="Permanence sociale").click()
    await axe(page)
    await page.locator("#planned-dates-caption").wait_for()
    await page.locator("table a").nth(1).click()
    await axe(page)
    await page.get_by_role("button", name="Supprimer cette date").click()
    await expect(page.get_by_role("status")).to_contain_text("Cette date est supprimée.")
    (made, *_others) = [one for one in await planning.openings_of([office.bea]) if one.title]
    assert made.recurrence == "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=8"
    assert None in (await planning.changes(SeriesRef("opening", made.id))).values()


async def test_an_absence_over_a_booked_day_on_a_phone_without_scripts(
    phone: Page, axe: Axe, office: Office
) -> None:
    day = tomorrow()
    booking = await book(office, at(day, 10))
    await enter(phone, office, "bea", "/absences?lang=en")
    await axe(phone)
    await phone.get_by_role("link", name="Add an absence").first.click()
    await phone.get_by_role("button", name="Add the absence").click()
    await expect(phone.get_by_role("alert")).to_contain_text("Choose the first day of the absence.")
    await phone.locator("#first_day").fill(day.isoformat())
    await phone.locator("#repetition").select_option("daily")
    await phone.get_by_text("A number of times", exact=True).click()
    await phone.locator("#times").fill("2")
    await phone.get_by_role("button", name="Show the dates of what I entered").click()
    await expect(phone.locator("#preview")).to_contain_text("every day, 2 times")
    await axe(phone)
    await phone.get_by_role("button", name="Add the absence").click()
    await expect(phone.get_by_text("This change affects 1 appointment.")).to_be_visible()
    await axe(phone)
    await phone.get_by_text("Mark them to be rescheduled").click()
    await phone.get_by_role("button", name="Add the absence").click()
    await expect(phone.get_by_role("status")).to_contain_text("1 appointment is to be rescheduled")
    assert (await appointments.get(booking.id)).state == "to_reschedule"
    (made,) = await planning.absences_of([office.bea])
    assert made.recurrence == "FREQ=DAILY;COUNT=2"
