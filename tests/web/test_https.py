"""Behind https: cookies tied to the host, and browsers told to stay with it."""

from collections.abc import AsyncGenerator

import httpx
import msgspec
import pytest
from creneau.context import Tenant
from creneau_web.app import Application

from tests.web.stage import new_address


@pytest.fixture
async def visitor(app: Application, tenant: Tenant) -> AsyncGenerator[httpx.AsyncClient, None]:
    settings = msgspec.structs.replace(app.settings, public_scheme="https")
    secure = Application(settings, app.tenant_app, app.platform_app)
    transport = httpx.ASGITransport(secure, client=(new_address(), 1))
    address = f"https://{tenant.slug}.{app.settings.base_domain}"
    async with httpx.AsyncClient(transport=transport, base_url=address) as made:
        yield made


async def test_browsers_are_told_to_stay_with_https(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/")
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")


async def test_cookies_are_tied_to_the_host(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/agents/connexion?lang=en")
    cookies = answer.headers.get_list("set-cookie")
    assert {text.partition("=")[0] for text in cookies} == {"__Host-csrf", "__Host-lang"}
    assert all("; Secure" in text and "; Path=/;" in text for text in cookies)


async def test_a_form_must_come_from_the_https_page(visitor: httpx.AsyncClient) -> None:
    headers = {"origin": str(visitor.base_url).replace("https", "http")}
    assert (await visitor.post("/agents/connexion", headers=headers)).status_code == 403
