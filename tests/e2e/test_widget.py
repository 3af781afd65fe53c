"""The booking inside a page of another origin, in a real browser (C-47)."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import uuid4

import pytest
from creneau.context import SYSTEM, Tenant
from creneau.embedding import service as embedding
from creneau_tenants import service as tenants
from creneau_web.admin.embedding import snippets
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.elsewhere import Elsewhere, another_site
from tests.platform.cast import Town, furnish, new_motive
from tests.platform.planning import open_for, soon


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    del tenant
    furnished = await furnish()
    await open_for(furnished, furnished.alice, soon())
    return furnished


@pytest.fixture
async def site(town: Town) -> AsyncGenerator[Elsewhere, None]:
    """Give another site with what the administration says to paste there."""
    del town
    async with another_site() as made:
        made.html = f"<h1>Mairie</h1>{snippets()['widget_html']}"
        yield made


@pytest.mark.feature("C-47")
async def test_an_allowed_site_shows_the_times_and_the_booking_goes_on_in_the_whole_window(
    page: Page, axe: Axe, site: Elsewhere, town: Town, tenant: Tenant
) -> None:
    await embedding.allow(site.origin, SYSTEM)
    await page.goto(f"{site.origin}/rendez-vous")
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_role("heading", name="Prendre rendez-vous")).to_be_visible()
    await expect(page.locator("a[data-creneau]")).to_be_hidden()
    await frame.get_by_role("link", name=re.compile("Carte d’identité")).click()
    times = frame.locator("a.slot")
    await expect(times.first).to_be_visible()
    # The frame grew with what it shows: no second scrollbar.
    box = await page.locator("iframe").bounding_box()
    inside = page.frames[1]
    needed = await inside.evaluate("document.documentElement.getBoundingClientRect().height")
    assert box is not None
    assert abs(box["height"] - needed) <= 2
    assert await inside.evaluate("document.cookie") == ""
    await times.nth(1).click()
    await expect(page.get_by_text("Vous avez choisi")).to_be_visible()
    assert page.url.startswith(f"{tenant.public_url}/rdv/{town.motive}/{town.place}?")
    await axe(page)
    await page.get_by_role("button", name="Continuer avec cet horaire").click()
    await page.get_by_role("link", name="Pour moi").click()
    await expect(page.locator("input[name=first_name]")).to_be_visible()


async def test_a_short_page_after_a_long_one_leaves_no_hole_and_is_seen_from_its_top(
    page: Page, site: Elsewhere, town: Town
) -> None:
    await embedding.allow(site.origin, SYSTEM)
    for number in range(12):
        motive = await new_motive(town.organisation, town.citizenship, name=f"Démarche {number}")
        await open_for(town, town.alice, soon() + timedelta(days=number), motive_ids=[motive])
    await page.goto(site.origin)
    frame = page.frame_locator("iframe")
    await frame.get_by_role("link", name="Démarche 11").scroll_into_view_if_needed()
    before = await page.locator("iframe").bounding_box()
    await frame.get_by_role("link", name="Démarche 11").click()
    await expect(frame.get_by_role("link", name="Retour")).to_be_in_viewport()
    await page.wait_for_function(
        "before => document.querySelector('iframe').clientHeight < before",
        arg=before["height"] if before else 0,
    )


async def opened_on(browser: Browser, site: Elsewhere) -> tuple[Page, list[str]]:
    """Open the other site with its frame; gives what the browser complains of, too."""
    page = await (await browser.new_context(locale="fr-FR")).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    await page.goto(site.origin)
    await expect(page.locator("iframe")).to_be_attached()
    return page, complaints


@pytest.mark.feature("C-47")
async def test_a_site_that_is_not_allowed_keeps_its_link_and_shows_no_times(
    browser: Browser, site: Elsewhere, tenant: Tenant
) -> None:
    await embedding.allow("http://127.0.0.1:1", SYSTEM)
    page, refused = await opened_on(browser, site)
    await expect(page.frame_locator("iframe").get_by_text("Prendre rendez-vous")).to_have_count(0)
    link = page.locator("a[data-creneau]")
    await expect(link).to_be_visible()
    await link.click()
    await expect(page.locator("main")).to_contain_text("Carte d’identité")
    assert page.url == f"{tenant.public_url}/"
    assert any("frame-ancestors" in text for text in refused), refused
    await page.context.close()


def old_link(tenant: Tenant) -> str:
    """Write what a site has pasted for a motive that is not there any more."""
    link = f'href="{tenant.public_url}/'
    return f"<h1>Mairie</h1>{snippets()['widget_html']}".replace(link, f"{link}rdv/{uuid4()}")


async def test_a_refusal_is_read_in_the_frame_and_leads_out_of_it(
    page: Page, site: Elsewhere, tenant: Tenant
) -> None:
    await embedding.allow(site.origin, SYSTEM)
    site.html = old_link(tenant)
    await page.goto(site.origin)
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_role("heading")).to_have_text(
        "Ce que cette page devait montrer n’existe plus"
    )
    await expect(page.locator("a[data-creneau]")).to_be_hidden()
    await frame.get_by_role("link", name="Voir les rendez-vous proposés").click()
    await expect(frame.get_by_role("link", name=re.compile("Carte d’identité"))).to_be_visible()
    await tenants.suspend(tenant.id)
    await frame.get_by_role("link", name=re.compile("Carte d’identité")).click()
    await expect(frame.get_by_role("heading")).to_have_text(
        "Cet espace est suspendu pour le moment"
    )
    await tenants.resume(tenant.id)
    await frame.get_by_role("link", name="Réessayer").click()
    await expect(frame.locator("a.slot").first).to_be_visible()
    await page.goto(site.origin)
    await frame.get_by_role("link", name="Ouvrir le site en entier").click()
    await expect(page.locator("main")).to_contain_text("Carte d’identité")
    assert page.url == f"{tenant.public_url}/"


async def test_a_refusal_is_not_read_in_the_frame_of_a_site_that_is_not_allowed(
    browser: Browser, site: Elsewhere, tenant: Tenant
) -> None:
    await embedding.allow("http://127.0.0.1:1", SYSTEM)
    site.html = old_link(tenant)
    page, refused = await opened_on(browser, site)
    # Nothing stands where the frame was: the link is the way.
    await expect(page.locator("iframe")).to_be_hidden()
    await expect(page.locator("a[data-creneau]")).to_be_visible()
    assert any("frame-ancestors" in text for text in refused), refused
    await page.context.close()


async def test_without_scripts_the_link_is_the_way(
    phone: Page, site: Elsewhere, tenant: Tenant
) -> None:
    await embedding.allow(site.origin, SYSTEM)
    await phone.goto(site.origin)
    await expect(phone.locator("iframe")).to_have_count(0)
    await phone.get_by_role("link", name="Prendre rendez-vous").click()
    await expect(phone.locator("main")).to_contain_text("Carte d’identité")
    assert phone.url == f"{tenant.public_url}/"


async def test_the_frame_itself_is_readable_by_everybody(
    page: Page, axe: Axe, town: Town, tenant: Tenant
) -> None:
    for path in ("", f"/rdv/{town.motive}/{town.place}", "/rien"):
        await page.goto(f"{tenant.public_url}/integration{path}")
        await axe(page)
