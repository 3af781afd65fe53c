"""An administrator sets the space up in a real browser: by keyboard, on a phone, in both languages."""

import pytest
from creneau.appointments import service as appointments
from creneau.context import Tenant, acting_for
from creneau.organisations import service as organisations
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from playwright.async_api import Page, expect

from tests.days import tomorrow
from tests.e2e.conftest import Axe
from tests.web.backoffice.cast import Office, at, book, furnish_office

TABS = 120


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


async def enter(page: Page, office: Office, way: str) -> None:
    """Open a page with Alice's session: how she got in is tried elsewhere."""
    with acting_for(office.tenant):
        _session, secret = await auth.open_session(office.alice)
    url = office.tenant.public_url
    await page.context.add_cookies([{"name": COOKIE, "value": secret, "url": url}])
    await page.goto(f"{url}{way}")


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what the selector names."""
    for _ in range(TABS):
        await page.keyboard.press("Tab")
        if await page.evaluate("name => document.activeElement.matches(name)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector!r}")


async def test_a_setting_is_found_and_changed_by_keyboard_alone(
    page: Page, axe: Axe, office: Office
) -> None:
    await enter(page, office, "/agents")
    await tab_to(page, ".rail a[href='/administration']")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Administration")
    await axe(page)
    await tab_to(page, "input[name=recherche]")
    await page.keyboard.type("parapluie")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Aucun réglage ne porte ces mots.")).to_be_visible()
    await tab_to(page, "input[name=recherche]")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("telephone organisation")
    await page.keyboard.press("Enter")
    await expect(page.locator("a[href$='champ=phone']")).to_be_visible()
    await axe(page)
    await tab_to(page, "a[href$='champ=phone']")
    await page.keyboard.press("Enter")
    await expect(page.locator("#phone:target")).to_be_visible()
    await axe(page)
    await tab_to(page, "#phone")
    await page.keyboard.type("01 22 33 44 55")
    await page.keyboard.press("Enter")
    await expect(page.locator(".notice[role=status]")).to_contain_text("Modifié : téléphone.")
    assert (await organisations.organisation(office.organisation)).phone == "01 22 33 44 55"


BESIDE = """() => {
  const here = document.activeElement;
  const { top, bottom, left, right } = here.getBoundingClientRect();
  if (here.matches("body, iframe") || here.closest(".topbar")) return "";
  const under = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const hidden = !under || !(here.contains(under) || here.closest("label")?.contains(under));
  return hidden ? here.name || here.innerText : "";
}"""


async def test_whatever_has_the_focus_on_the_longest_form_is_in_sight(
    page: Page, office: Office
) -> None:
    await enter(page, office, "/administration/motifs/nouveau")
    await tab_to(page, ".admin-menu a")
    unseen: list[str] = []
    for _ in range(TABS):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('.motive-actions button')"):
            break
        unseen += [said for said in [await page.evaluate(BESIDE)] if said]
    else:
        pytest.fail("the keyboard does not reach the end of the form")
    assert unseen == []


async def test_a_closure_on_a_phone_without_scripts_shows_whom_it_touches_first(
    phone: Page, axe: Axe, office: Office
) -> None:
    day = tomorrow()
    booking = await book(office, at(day, 10))
    await enter(phone, office, "/administration/fermetures/nouvelle?lang=en")
    await phone.get_by_role("button", name="Save the closure").click()
    await axe(phone)
    await expect(phone.get_by_role("alert")).to_contain_text("Choose the first day")
    await phone.locator("#first_day").fill(day.isoformat())
    await phone.get_by_role("button", name="Save the closure").click()
    await axe(phone)
    await expect(phone.get_by_text("This change affects 1 appointment.")).to_be_visible()
    await phone.get_by_text("Mark them to be rescheduled").click()
    await phone.get_by_role("button", name="Save the closure").click()
    await axe(phone)
    await expect(phone.get_by_role("status")).to_contain_text("1 appointment is to be rescheduled")
    assert (await appointments.get(booking.id)).state == "to_reschedule"


async def test_places_and_holidays_pass_in_the_dark(page: Page, axe: Axe, office: Office) -> None:
    await page.emulate_media(color_scheme="dark")
    for way in (
        "/administration/organisations",
        "/administration/services",
        "/administration/lieux",
        f"/administration/lieux/{office.place}",
        f"/administration/lieux/{office.place}/archivage",
        "/administration/fermetures",
        f"/administration/organisations/{office.organisation}/jours-feries",
    ):
        await enter(page, office, f"{way}?lang=en")
        await axe(page)
