"""No page of the agents' or of the administration is one that somebody cannot use."""

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, acting_for
from creneau_web.app import Application, handlers_of
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from tests.e2e.conftest import Axe
from tests.gates.intruders import House, furnish
from tests.gates.test_r07_routes import path_of
from tests.web.second_factor import give_telephone

AREAS = ("/administration", "/agents")
# Parts of pages and files, and the page on which one is no longer who one was.
NO_PAGES = ("/avancement", "/modele", "/deconnexion", ".pdf", ".svg")
SHARES = 4
"""The pages are looked at in so many tests, each with time enough on a busy machine."""

PHONE = ViewportSize(width=360, height=740)
WIDE = ViewportSize(width=1440, height=900)


@pytest.fixture(scope="module")
async def house(server: Application) -> House:
    del server
    return await furnish("Marjolaine")


@pytest.fixture(scope="module")
async def administrator(house: House) -> UUID:
    draft = AgentDraft(
        email="gaston@example.org",
        first_name="Gaston",
        last_name="Lagaffe",
        password="une longue phrase de passe",
        service_ids=(house.town.service_id,),
        memberships=((house.town.organisation_id, "administrator"),),
    )
    with acting_for(house.tenant):
        made = await agents.create_agent(draft, SYSTEM)
        await give_telephone(made)
    return made


@pytest.fixture
async def inside(
    browser: Browser, house: House, administrator: UUID
) -> AsyncGenerator[BrowserContext, None]:
    context = await browser.new_context(viewport=PHONE, locale="fr-FR")
    with acting_for(house.tenant):
        _session, secret = await auth.open_session(administrator)
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": house.tenant.public_url}])
    yield context
    await context.close()


def pages(app: Application, house: House) -> list[str]:
    ids = {**house.ids, "plugin_name": "digital_aid", "import_kind": "places"}
    ids |= {"message_name": "confirmed", "message_locale": "fr"}
    patterns = {
        route.path
        for route, handler in handlers_of(app.tenant_app)
        if "GET" in handler.http_methods and route.path.startswith(AREAS)
    }
    return sorted(path_of(one, ids) for one in patterns if not one.endswith(NO_PAGES))


async def looked_at(page: Page, axe: Axe, url: str, language: str) -> list[str]:
    answer = await page.goto(f"{url}?lang={language}")
    assert answer is not None
    if not answer.headers["content-type"].startswith("text/html"):
        return [f"{url}: no page"]
    found = [f"{url}: {answer.status}"] if answer.status not in {200, 403, 404, 409, 410} else []
    wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found += [f"{url}: {wide} pixels too wide"] if wide > 0 else []
    try:
        await axe(page)
    except AssertionError as said:
        found.append(f"{url}: {said}")
    return found


@pytest.mark.parametrize("share", range(SHARES))
async def test_each_page_passes_on_a_french_phone(
    server: Application, house: House, inside: BrowserContext, axe: Axe, share: int
) -> None:
    page = await inside.new_page()
    found: list[str] = []
    for path in pages(server, house)[share::SHARES]:
        found += await looked_at(page, axe, f"{house.tenant.public_url}{path}", "fr")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("share", range(SHARES))
async def test_each_page_passes_on_an_english_desk_in_the_dark(
    server: Application, house: House, inside: BrowserContext, axe: Axe, share: int
) -> None:
    page = await inside.new_page()
    await page.set_viewport_size(WIDE)
    await page.emulate_media(color_scheme="dark")
    found: list[str] = []
    for path in pages(server, house)[share::SHARES]:
        found += await looked_at(page, axe, f"{house.tenant.public_url}{path}", "en")
    assert found == [], "\n".join(found)
