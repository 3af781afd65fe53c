"""No page of the agents' or of the administration is one that somebody cannot use.

A new page below one of `AREAS` is looked at without a word; `pages` gives the ids of its address.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, acting_for
from creneau_web.app import Application, handlers_of
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from tests.e2e.looking import bring_axe, complaints, too_wide
from tests.gates.intruders import House, furnish
from tests.gates.test_r07_routes import path_of
from tests.web.second_factor import give_telephone

AREAS = (
    "/administration",
    "/agents",
    "/agenda",
    "/rendez-vous",
    "/creneaux",
    "/plages",
    "/absences",
    "/listes",
    "/statistiques",
    "/personnes",
)
# Parts of pages and files, and the page on which one is no longer who one was.
NO_PAGES = (
    *("/avancement", "/modele", "/deconnexion", "/evenements", "/direct"),
    *("/ressemblances", "/recherche", "/suggestions", ".pdf", ".svg"),
)
SHARES = 4
"""The pages are looked at in so many tests, each with time enough on a busy machine."""

WINDOWS = 2
"""So many pages are open at once."""

Inside = Callable[[ViewportSize], Awaitable[BrowserContext]]
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
) -> AsyncGenerator[Inside, None]:
    """Give the windows of somebody who may see everything, in a size."""
    made: list[BrowserContext] = []

    async def windows(size: ViewportSize) -> BrowserContext:
        context = await browser.new_context(viewport=size, locale="fr-FR")
        made.append(context)
        await bring_axe(context)
        with acting_for(house.tenant):
            _session, secret = await auth.open_session(administrator)
        url = house.tenant.public_url
        await context.add_cookies([{"name": COOKIE, "value": secret, "url": url}])
        return context

    yield windows
    for context in made:
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


async def looked_at(page: Page, url: str, language: str) -> list[str]:
    answer = await page.goto(f"{url}?lang={language}")
    assert answer is not None
    if not answer.headers["content-type"].startswith("text/html"):
        return [f"{url}: no page"]
    found = [f"{url}: {answer.status}"] if answer.status not in {200, 403, 404, 409, 410} else []
    wide = await too_wide(page)
    found += [f"{url}: {wide} pixels too wide"] if wide else []
    return found + [f"{url}: {said}" for said in await complaints(page, brought=True)]


async def look_through(
    inside: BrowserContext, ways: Sequence[str], house: House, language: str, **seen: Any
) -> list[str]:
    """List what is wrong with pages, looked at in some windows at once."""
    waiting = iter([f"{house.tenant.public_url}{way}" for way in ways])

    async def window() -> list[str]:
        page = await inside.new_page()
        await page.emulate_media(**seen)
        return [said for url in waiting for said in await looked_at(page, url, language)]

    return list(chain(*await asyncio.gather(*(window() for _ in range(WINDOWS)))))


@pytest.mark.parametrize("share", range(SHARES))
async def test_each_page_passes_on_a_french_phone(
    server: Application, house: House, inside: Inside, share: int
) -> None:
    ways = pages(server, house)[share::SHARES]
    found = await look_through(await inside(PHONE), ways, house, "fr")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("share", range(SHARES))
async def test_each_page_passes_on_an_english_desk_in_the_dark(
    server: Application, house: House, inside: Inside, share: int
) -> None:
    ways = pages(server, house)[share::SHARES]
    found = await look_through(await inside(WIDE), ways, house, "en", color_scheme="dark")
    assert found == [], "\n".join(found)
