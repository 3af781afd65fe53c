"""Whoever works or comes in reads of structures and learners, on whatever page (D-10)."""

import html
import re

import pytest
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, acting_for
from creneau.i18n import Locale
from creneau.wording import said
from creneau_digital_aid.phrases import PHRASES
from creneau_tenants.service import switch_plugin
from creneau_web.app import Application, handlers_of
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE

from tests.gates.intruders import House, furnish
from tests.gates.test_r07_routes import path_of
from tests.web.public.citizen import words
from tests.web.second_factor import give_telephone
from tests.web.stage import Clients, Visitor

OTHERS = ("counter", "lms", "social")
CORE: dict[Locale, re.Pattern[str]] = {
    "fr": re.compile(r"organisations?\b|usag(?:er|ère)s?\b", re.IGNORECASE),
    "en": re.compile(r"organisations?\b|\busers\b", re.IGNORECASE),
}
NO_PAGES = ("/evenements", "/direct", ".pdf", ".svg", "/deconnexion")
# What other verticals are for is said in their own words there.
MODULES = "/administration/modules"
# Neither tags nor the names of placeholders are words of the page.
SHOWN = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>|\{\w+\}", re.DOTALL)


@pytest.fixture
async def house(app: Application) -> House:
    del app
    found = await furnish("Marjolaine")
    for name in OTHERS:
        await switch_plugin(found.tenant.id, name, False)
    return found


async def session_of(house: House, role: str) -> str:
    draft = AgentDraft(
        email=f"{role}@exemple.fr",
        first_name="Gaston",
        last_name="Lagaffe",
        password="une longue phrase de passe",
        service_ids=(house.town.service_id,),
        memberships=((house.town.organisation_id, role),),
    )
    with acting_for(house.tenant):
        made = await agents.create_agent(draft, SYSTEM)
        await give_telephone(made)
        _session, secret = await auth.open_session(made)
    return secret


def ways(app: Application, house: House) -> list[str]:
    ids = {**house.ids, "plugin_name": "digital_aid", "import_kind": "places"}
    ids |= {"message_name": "confirmed", "message_locale": "fr"}
    patterns = {
        route.path
        for route, handler in handlers_of(app.tenant_app)
        if "GET" in handler.http_methods
        and not route.path.endswith(NO_PAGES)
        and not route.path.startswith(MODULES)
    }
    known = [one for one in patterns if set(re.findall(r"{(\w+):", one)) <= set(ids)]
    return sorted(path_of(one, ids) for one in known)


async def core_words(visitor: Visitor, way: str, language: Locale) -> list[str]:
    """List where a page says one of the core's words, with what stands around."""
    answer = await visitor.get(f"{way}?lang={language}")
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    text = " ".join(html.unescape(SHOWN.sub(" ", answer.text)).split())
    return [
        f"{way}: …{text[max(0, found.start() - 40) : found.end() + 30]}…"
        for found in CORE[language].finditer(text)
    ]


@pytest.mark.feature("D-10")
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_no_page_of_the_vertical_says_the_core_s_words(
    app: Application, house: House, client: Clients, language: Locale
) -> None:
    found: list[str] = []
    for role in ("administrator", "agent", ""):
        visitor = client(house.tenant)
        if role:
            secret = await session_of(house, role)
            visitor.cookies.set(COOKIE, secret, domain=visitor.cookie_domain)
        for way in ways(app, house):
            found += [
                f"{role or 'public'} {said}" for said in await core_words(visitor, way, language)
            ]
    assert found == [], "\n".join(found)


async def test_between_several_verticals_the_core_s_words_are_everybody_s(
    client: Clients, house: House
) -> None:
    secret = await session_of(house, "administrator")
    for plugins, title in ((True, "Organisations"), (False, "Structures")):
        await switch_plugin(house.tenant.id, "counter", plugins)
        alice = client(house.tenant)
        alice.cookies.set(COOKIE, secret, domain=alice.cookie_domain)
        page = await alice.get("/administration/organisations")
        assert f"<title>{title}" in page.text


async def test_what_another_vertical_is_for_is_said_in_its_own_words(
    client: Clients, house: House
) -> None:
    alice = client(house.tenant)
    secret = await session_of(house, "administrator")
    alice.cookies.set(COOKIE, secret, domain=alice.cookie_domain)
    assert "usagers" in words(await alice.get("/administration/modules"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("L’organisation ferme.", "La structure ferme."),
        ("Un lieu reste à son organisation.", "Un lieu reste à sa structure."),
        ("Pas d’organisation, d’organisations", "Pas de structure, de structures"),
        ("%(organisation)s invite l’usager", "%(organisation)s invite l’apprenant"),
        ("Désorganisation, usagers", "Désorganisation, apprenants"),
        ("Agents", "Conseillers numériques"),
        ("Un agent de l’organisation", "Un agent de la structure"),
        ("Rendez-vous", "Rendez-vous"),
    ],
)
def test_phrases_are_said_whole_and_with_their_articles(text: str, says: str) -> None:
    assert said(text, PHRASES["fr"]) == says
