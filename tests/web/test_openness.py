"""A suspended tenant answers nobody; one that is being set up, its own agents only."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.testing.factories import Town, new_town
from creneau.tokens.service import create_token
from creneau_tenants import service as tenants
from creneau_web.access import OFFICE
from creneau_web.app import Application, handlers_of
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE

from tests.platform.cast import PASSWORD
from tests.web.stage import Clients, Visitor, new_tenant

PUBLIC = ("/", "/mes-rendez-vous/connexion", "/aide", "/mentions-legales", "/absent")
AGENTS = ("/agents", "/agents/connexion", "/administration")
Enter = Callable[[Tenant, Town], Awaitable[Visitor]]


@pytest.fixture
async def unpublished(app: Application) -> Tenant:
    del app
    return await new_tenant(state="onboarding")


@pytest.fixture
def enter(client: Clients) -> Enter:
    """Give a visitor who is signed in as an administrator of a tenant's town."""

    async def entered(at: Tenant, town: Town) -> Visitor:
        with acting_for(at):
            _session, secret = await auth.open_session(await _administrator(town))
        visitor = client(at)
        visitor.cookies.set(COOKIE, secret, domain=str(visitor.base_url.host))
        return visitor

    return entered


async def _administrator(town: Town) -> UUID:
    draft = AgentDraft(
        email="odile@example.fr",
        first_name="Odile",
        last_name="Brun",
        password=PASSWORD,
        service_ids=(town.service_id,),
        memberships=((town.organisation_id, "administrator"),),
    )
    return await agents.create_agent(draft, SYSTEM)


async def founded(tenant: Tenant) -> Town:
    with acting_for(tenant):
        return await new_town()


async def test_the_public_finds_a_calm_page_and_nothing_else(
    client: Clients, unpublished: Tenant
) -> None:
    town = await founded(unpublished)
    visitor = client(unpublished)
    for path in (*PUBLIC, f"/rdv/{town.motive_id}", f"/lieux/{town.place_id}"):
        answer = await visitor.get(path)
        assert answer.status_code == 503, path
        assert "Cet espace se prépare" in answer.text
        assert "Carte d’identité" not in answer.text
    english = await visitor.get("/?lang=en")
    assert "This space is being prepared" in english.text
    for path in ("/branding.css", "/accessibilite"):
        assert (await visitor.get(path)).status_code == 200
    assert (await visitor.get("/agents/connexion")).status_code == 200


def test_every_page_of_agents_asks_for_the_agent_itself(app: Application) -> None:
    alone = [
        route.path
        for route, handler in handlers_of(app.tenant_app)
        if handler.opt["access"].kind in {"signed_in", "permission"}
        and not route.path.startswith(OFFICE)
    ]
    assert alone == []


async def test_programs_are_refused_with_a_code(
    client: Clients, unpublished: Tenant, tenant: Tenant
) -> None:
    for at, code in ((unpublished, "tenant_in_preparation"), (tenant, "tenant_suspended")):
        token = await create_token(at, ["places:read"], "", 1)
        if code == "tenant_suspended":
            await tenants.suspend(at.id)
        headers = {"authorization": f"Bearer {token}"}
        answer = await client(at).get("/api/v1/places", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (503, code)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_its_agents_look_at_the_page_before_anybody_else(
    unpublished: Tenant, enter: Enter
) -> None:
    town = await founded(unpublished)
    odile = await enter(unpublished, town)
    page = await odile.get("/")
    assert page.status_code == 200
    assert "le public ne voit pas encore cette page" in page.text
    assert "Carte d’identité" in page.text
    slots = await odile.get(f"/rdv/{town.motive_id}/{town.place_id}")
    assert slots.status_code == 200
    tried = await odile.submit(f"/rdv/{town.motive_id}/{town.place_id}/reservation", {"slot": "x"})
    assert tried.status_code == 409
    assert "Ceci est un aperçu" in tried.text


async def test_an_agent_of_another_tenant_is_a_stranger_there(
    client: Clients, unpublished: Tenant, tenant: Tenant, enter: Enter
) -> None:
    odile = await enter(tenant, await founded(tenant))
    stranger = client(unpublished)
    stranger.cookies.set(COOKIE, odile.cookies[COOKIE], domain=f"{unpublished.slug}.localhost")
    assert (await stranger.get("/")).status_code == 503


async def test_a_suspension_is_told_at_once_and_ends_where_it_began(
    client: Clients, tenant: Tenant, enter: Enter
) -> None:
    town = await founded(tenant)
    odile, zoe = await enter(tenant, town), client(tenant)
    assert (await odile.get("/agents")).status_code == 200
    assert (await zoe.get("/")).status_code == 200
    await tenants.suspend(tenant.id)
    for visitor, paths in ((odile, AGENTS), (zoe, PUBLIC)):
        for path in paths:
            answer = await visitor.get(path)
            assert answer.status_code == 503, path
            assert "suspendu pour le moment" in answer.text
            assert "Carte d’identité" not in answer.text
    posted = await odile.submit("/agents/deconnexion")
    assert posted.status_code == 503
    await tenants.resume(tenant.id)
    assert (await odile.get("/agents")).status_code == 200
    assert (await zoe.get("/")).status_code == 200


async def test_publishing_opens_the_doors_once(
    client: Clients, unpublished: Tenant, enter: Enter
) -> None:
    odile = await enter(unpublished, await founded(unpublished))
    published = await odile.submit("/administration/premiers-pas/publication")
    assert published.status_code == 303
    assert (await client(unpublished).get("/")).status_code == 200
    again = await odile.submit("/administration/premiers-pas/publication")
    assert again.status_code == 303


@pytest.mark.parametrize("state", ["onboarding", "suspended"])
async def test_other_tenants_notice_nothing(
    client: Clients, tenant: Tenant, unpublished: Tenant, state: str
) -> None:
    if state == "suspended":
        await tenants.suspend(unpublished.id)
    assert (await client(unpublished).get("/")).status_code == 503
    assert (await client(tenant).get("/")).status_code == 200
    assert (await client("localhost").get("/")).status_code == 200
