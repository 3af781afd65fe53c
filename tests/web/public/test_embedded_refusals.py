"""What goes wrong inside another site's page is told there, and to the sites that are allowed alone (C-47)."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from uuid import uuid4

import httpx
import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.embedding import service as embedding
from creneau.motives import service as motives
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_tenants import service as tenants
from creneau_web import framing, tenancy, throttling
from creneau_web.throttling import Limit

from tests.platform.cast import Town
from tests.web.public.citizen import words
from tests.web.stage import Clients, Visitor, new_tenant

SITE = "https://www.ville.fr"
WHOLE = r'<a class="button[^"]*" href="/" target="_top">'


@pytest.fixture
async def allowed(tenant: Tenant) -> AsyncGenerator[None, None]:
    del tenant
    await embedding.allow(SITE, SYSTEM)
    yield
    framing.Known.sites.clear()


def ancestors(answer: httpx.Response) -> str:
    found = re.search(r"frame-ancestors ([^;]+)", answer.headers["content-security-policy"])
    assert found is not None
    return found[1]


def is_told_in_the_frame(answer: httpx.Response) -> None:
    assert ancestors(answer) == f"'self' {SITE}"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    assert '<html class="embedded"' in answer.text
    assert re.search(WHOLE, answer.text)
    assert "set-cookie" not in answer.headers
    # Whatever else leads on stays among the pages that a frame may show.
    inside = re.findall(r'<a class="button[^"]*" href="([^"]+)">', answer.text)
    assert inside
    assert all(framing.is_framed(href.partition("?")[0]) for href in inside)
    assert "/agents" not in answer.text
    assert "<form" not in answer.text


async def _not_found(jeanne: Visitor, _tenant: Tenant, _change: pytest.MonkeyPatch) -> str:
    del jeanne
    return f"/integration/rdv/{uuid4()}"


async def _no_route(jeanne: Visitor, _tenant: Tenant, _change: pytest.MonkeyPatch) -> str:
    del jeanne
    return "/integration/ailleurs"


async def _too_often(jeanne: Visitor, _tenant: Tenant, change: pytest.MonkeyPatch) -> str:
    few = {**throttling.LIMITS, "short_address": (Limit("address", 1, 600.0),)}
    change.setattr(throttling, "LIMITS", few)
    path = "/integration?shown=/r/2222-2222"
    assert (await jeanne.get(path)).status_code == 404
    return path


async def _suspended(jeanne: Visitor, tenant: Tenant, _change: pytest.MonkeyPatch) -> str:
    del jeanne
    await tenants.suspend(tenant.id)
    return "/integration"


async def _broken(jeanne: Visitor, _tenant: Tenant, change: pytest.MonkeyPatch) -> str:
    async def breaks() -> None:
        raise RuntimeError("secret detail")

    del jeanne
    change.setattr(motives, "public_motives", breaks)
    return "/integration"


async def _away(jeanne: Visitor, _tenant: Tenant, change: pytest.MonkeyPatch) -> str:
    async def away(*_of: object) -> None:
        raise DatabaseUnavailableError("away")

    assert (await jeanne.get("/integration")).status_code == 200
    change.setattr(tenancy, "tenant_by_host", away)
    return "/integration"


Making = Callable[[Visitor, Tenant, pytest.MonkeyPatch], Awaitable[str]]
REFUSALS = (
    (_not_found, 404, "n’existe plus", "no longer there"),
    (_no_route, 404, "n’existe plus", "no longer there"),
    (_too_often, 429, "Trop de demandes", "Too many"),
    (_suspended, 503, "suspendu", "suspended"),
    (_broken, 500, "La panne vient de nous", "The fault is ours"),
    (_away, 503, "arrêté pour un court moment", "short"),
)


@pytest.mark.usefixtures("allowed", "town")
@pytest.mark.parametrize(("making", "status", "french", "english"), REFUSALS)
async def test_a_refusal_is_told_in_the_frame_of_an_allowed_site(
    jeanne: Visitor,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    making: Making,
    status: int,
    french: str,
    english: str,
) -> None:
    path = await making(jeanne, tenant, monkeypatch)
    for language, said in (("fr", french), ("en", english)):
        answer = await jeanne.get(path, headers={"accept-language": language})
        assert answer.status_code == status
        assert said in words(answer)
        is_told_in_the_frame(answer)
        assert f'<html class="embedded" lang="{language}"' in answer.text


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(("making", "status", "french", "english"), REFUSALS)
async def test_where_no_site_is_allowed_none_shows_a_refusal_either(
    jeanne: Visitor,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    making: Making,
    status: int,
    french: str,
    english: str,
) -> None:
    del french, english
    answer = await jeanne.get(await making(jeanne, tenant, monkeypatch))
    assert answer.status_code == status
    assert ancestors(answer) == "'self'"


@pytest.mark.usefixtures("tenant")
async def test_a_tenant_that_is_being_prepared_says_so_in_the_frame(client: Clients) -> None:
    space = await new_tenant(state="onboarding")
    with acting_for(space):
        await embedding.allow(SITE, SYSTEM)
    answer = await client(space).get("/integration")
    assert answer.status_code == 503
    assert "Cet espace se prépare" in words(answer)
    is_told_in_the_frame(answer)


@pytest.mark.usefixtures("allowed", "town")
async def test_what_can_be_tried_again_leads_to_the_same_and_the_rest_to_the_frame_s_first_page(
    jeanne: Visitor, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = await jeanne.get("/integration/<b>?x=<b>")
    assert 'href="/integration">Voir les rendez-vous proposés' in lost.text
    await _too_often(jeanne, tenant, monkeypatch)
    often = await jeanne.get("/integration", params={"shown": '/r/2222-2222"><b>'})
    assert often.status_code == 200
    often = await jeanne.get("/integration", params={"shown": "/r/2222-2222"})
    assert 'href="/integration?shown=%2Fr%2F2222-2222">Réessayer' in often.text
    assert "<b>" not in lost.text + often.text


@pytest.mark.usefixtures("allowed", "town")
async def test_refusals_of_all_other_pages_stay_out_of_frames(
    jeanne: Visitor, tenant: Tenant
) -> None:
    for path in ("/integrations", "/rien", f"/rdv/{uuid4()}", "/integrationx/rdv"):
        answer = await jeanne.get(path)
        assert (answer.status_code, ancestors(answer)) == (404, "'none'"), path
        assert 'class="embedded"' not in answer.text
    await tenants.suspend(tenant.id)
    assert ancestors(await jeanne.get("/")) == "'none'"


@pytest.mark.usefixtures("allowed", "town")
async def test_another_tenant_s_refusals_are_not_for_that_site(
    client: Clients, other_tenant: Tenant
) -> None:
    answer = await client(other_tenant).get("/integration/rien")
    assert (answer.status_code, ancestors(answer)) == (404, "'self'")
    unknown = await client("nobody.localhost").get("/integration")
    assert (unknown.status_code, ancestors(unknown)) == (404, "'self'")


@pytest.mark.usefixtures("allowed", "town")
async def test_a_site_that_was_withdrawn_shows_no_refusal_any_more(jeanne: Visitor) -> None:
    assert ancestors(await jeanne.get("/integration/rien")) == f"'self' {SITE}"
    await embedding.withdraw(SITE, SYSTEM)
    assert ancestors(await jeanne.get("/integration/rien")) == "'self'"


@pytest.mark.usefixtures("allowed", "town")
async def test_if_the_sites_cannot_be_read_what_went_wrong_is_told_all_the_same(
    jeanne: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks() -> None:
        raise RuntimeError("other")

    monkeypatch.setattr(embedding, "origins", breaks)
    answer = await jeanne.get("/integration/rien")
    assert (answer.status_code, ancestors(answer)) == (404, "'self'")
    assert "n’existe plus" in words(answer)


async def test_only_so_many_hosts_are_remembered(
    jeanne: Visitor, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    del town
    monkeypatch.setattr(framing, "MOST_KNOWN", 2)
    framing.Known.sites.update({"a": (), "b": ()})
    await jeanne.get("/integration")
    assert list(framing.Known.sites) == ["b", jeanne.base_url.netloc.decode()]
    framing.Known.sites.clear()
