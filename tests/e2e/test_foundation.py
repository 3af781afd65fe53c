"""The pages of the foundation in a real browser."""

import pytest
from creneau.context import Tenant
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.transports import transport_for
from creneau_web.app import Application
from playwright.async_api import Page

from tests.e2e.conftest import Axe


@pytest.mark.parametrize("path", ["/_ui", "/absent", "/agents/connexion"])
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_pages_of_a_tenant_are_accessible(
    page: Page, axe: Axe, tenant: Tenant, path: str, language: str
) -> None:
    await page.goto(f"{tenant.public_url}{path}?lang={language}")
    await axe(page)


@pytest.mark.parametrize("path", ["/", "/_mailbox", "/absent"])
async def test_pages_of_the_platform_are_accessible(
    page: Page, axe: Axe, server: Application, path: str
) -> None:
    await page.goto(f"http://localhost:{server.settings.port}{path}")
    await axe(page)


async def test_pages_are_accessible_on_a_phone_without_scripts(
    phone: Page, axe: Axe, tenant: Tenant
) -> None:
    await phone.goto(f"{tenant.public_url}/agents/connexion")
    await axe(phone)


@pytest.mark.parametrize("window", ["page", "phone"])
async def test_the_check_of_accessibility_can_fail(
    page: Page, phone: Page, axe: Axe, tenant: Tenant, window: str
) -> None:
    seen = {"page": page, "phone": phone}[window]
    await seen.goto(f"{tenant.public_url}/agents/connexion")
    await seen.evaluate(
        "() => document.querySelector('main').append(document.createElement('img'))"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        await axe(seen)


async def test_a_mail_is_shown_with_its_own_styles_in_its_frame(
    page: Page, axe: Axe, server: Application
) -> None:
    message = Message(
        to="zoe@example.org",
        subject="Votre rendez-vous est confirmé",
        text="Bonjour",
        html='<!doctype html><html lang="fr"><title>x</title><p style="color:rgb(1, 2, 3)">Bonjour</p>',
        message_id="test-of-the-frame",
    )
    await transport_for(server.settings).send(message)
    await page.goto(f"http://localhost:{server.settings.port}/_mailbox")
    await page.get_by_role("link", name="Votre rendez-vous est confirmé").first.click()
    shown = page.frame_locator("iframe").get_by_text("Bonjour")
    assert await shown.evaluate("node => getComputedStyle(node).color") == "rgb(1, 2, 3)"
    await axe(page)
