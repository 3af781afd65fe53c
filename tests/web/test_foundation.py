"""What every answer carries, whoever asks, and whose address it is."""

import pytest
from creneau.context import Tenant
from creneau_web.app import Application

from tests.web.stage import Clients


async def test_the_home_page_of_a_tenant_names_it(client: Clients, tenant: Tenant) -> None:
    answer = await client(tenant).get("/")
    assert answer.status_code == 200
    assert tenant.name in answer.text


async def test_the_platforms_own_address_lists_the_demo_tenants(
    client: Clients, tenant: Tenant
) -> None:
    answer = await client("localhost").get("/")
    assert answer.status_code == 200
    assert tenant.public_url in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/agents/connexion", "/absent", "/branding.css", "/api/v1/places"]
)
async def test_every_answer_is_guarded(client: Clients, tenant: Tenant, path: str) -> None:
    answer = await client(tenant).get(path)
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]


async def test_an_unknown_tenant_is_told_so_in_both_languages(client: Clients) -> None:
    visitor = client("nobody-here.localhost")
    french = await visitor.get("/")
    english = await visitor.get("/", headers={"accept-language": "en"})
    assert (french.status_code, english.status_code) == (404, 404)
    assert "Aucun espace" in french.text
    assert "Aucun espace" not in english.text
    sheet = french.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert (await visitor.get(sheet)).status_code == 200
    assert f'href="http://localhost:{visitor.settings.port}/"' in french.text


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "a b", "ville.localhost@evil", ""]
)
async def test_a_forged_host_is_refused(client: Clients, tenant: Tenant, host: str) -> None:
    visitor = client(tenant)
    answer = await visitor.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert f'href="http://localhost:{visitor.settings.port}/"' in answer.text


@pytest.mark.parametrize(
    "name", ["x-forwarded-host", "x-forwarded-for", "x-forwarded-proto", "forwarded"]
)
async def test_a_stranger_who_claims_to_be_a_proxy_is_refused(
    client: Clients, tenant: Tenant, name: str
) -> None:
    answer = await client(tenant).get("/", headers={name: "192.0.2.1"})
    assert answer.status_code == 400


async def test_the_health_checks_answer_whatever_the_host(
    app: Application, client: Clients
) -> None:
    del app
    assert (await client("10.0.0.7").get("/health/live")).json() == {"status": "ok"}
    assert (await client("10.0.0.7").get("/health/ready")).json()["servers"]["postgres"] is True


async def test_a_head_request_has_no_other_status_than_get(client: Clients, tenant: Tenant) -> None:
    assert (await client(tenant).head("/")).status_code == 200


@pytest.mark.parametrize(
    ("language", "path", "expected"),
    [
        ("fr", "/", "fr"),
        ("en-GB,fr;q=0.5", "/", "en"),
        ("fr", "/?lang=en", "en"),
        ("xx", "/", "fr"),
    ],
)
async def test_the_language_is_asked_for_in_this_order(
    client: Clients, tenant: Tenant, language: str, path: str, expected: str
) -> None:
    answer = await client(tenant).get(path, headers={"accept-language": language})
    assert f'<html lang="{expected}"' in answer.text


async def test_a_chosen_language_stays(client: Clients, tenant: Tenant) -> None:
    visitor = client(tenant)
    await visitor.get("/?lang=en")
    assert '<html lang="en"' in (await visitor.get("/")).text


async def test_files_are_kept_for_ever_under_their_digest(client: Clients, tenant: Tenant) -> None:
    visitor = client(tenant)
    page = await visitor.get("/")
    href = page.text.split('rel="icon"')[1].split('href="')[1].split('"')[0]
    file = await visitor.get(href)
    assert file.status_code == 200
    assert "immutable" in file.headers["cache-control"]
    assert (await visitor.get("/static/../app.py")).status_code == 404
    assert (await visitor.get("/static/%2e%2e/app.py")).status_code == 404


async def test_the_colours_of_a_tenant_are_a_style_sheet(client: Clients, tenant: Tenant) -> None:
    answer = await client(tenant).get("/branding.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "--brand:#" in answer.text


async def test_the_style_page_and_the_mailbox_are_shown(client: Clients, tenant: Tenant) -> None:
    assert (await client("localhost").get("/_ui")).status_code == 200
    assert (await client(tenant).get("/_ui")).status_code == 200
    assert (await client("localhost").get("/_mailbox")).status_code == 200
    assert (await client(tenant).get("/_mailbox")).status_code == 404
