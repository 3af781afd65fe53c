"""The tutorial, walked in one go: what one role sets up, the next one works with (docs/tutoriel.md).

Each role also tries what is not theirs: the button is not there, and the address says no.
"""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from creneau.context import Tenant
from creneau_web.app import Application
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.e2e import tutorial_settings as settings
from tests.e2e import tutorial_work as work
from tests.e2e.demo_space import HOME, Desk, new_departement
from tests.e2e.post import code_in, letter_after

Opened = Callable[..., Awaitable[Page]]
NO_ACCESS = "Vous n’avez pas accès à cette page"
NOT_HERE = "Cette page n’existe pas"
PASSWORD = "le premier jour à la PMI"
PHONE = ViewportSize(width=360, height=740)
WIDE = ViewportSize(width=1440, height=900)
SETTINGS = (
    "",
    "/organisations",
    "/lieux",
    "/agents",
    "/agents/nouveau",
    "/motifs",
    "/motifs/nouveau",
)


@pytest.fixture
async def opened(browser: Browser) -> AsyncGenerator[Opened, None]:
    """Give windows of several people, each with cookies of their own."""
    contexts: list[BrowserContext] = []

    async def window(size: ViewportSize, *, scripts: bool = True) -> Page:
        context = await browser.new_context(
            viewport=size, locale="fr-FR", java_script_enabled=scripts
        )
        contexts.append(context)
        return await context.new_page()

    yield window
    for context in contexts:
        await context.close()


async def accept(page: Page, server: Application, email: str) -> None:
    """Choose a password by the link of the invitation."""
    letter = await letter_after(server, email, 0)
    link = re.search(r"https?://\S+/agents/invitation/[\w-]+", letter.text)
    assert link is not None, letter.text
    await page.goto(link.group())
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Créer mon compte").click()
    await page.wait_for_url(HOME)


async def book_online(page: Page, space: Tenant, server: Application, email: str) -> None:
    """Book as somebody does who found the new motive on the public page."""
    await page.goto(space.public_url)
    await page.get_by_role("link", name=settings.MOTIVE).first.click()
    await page.get_by_role("button", name="Choisir le prochain rendez-vous").click()
    await page.get_by_label("Prénom").fill("Awa")
    await page.get_by_label("Nom de famille").fill("Traoré")
    await page.get_by_label("Adresse e-mail").fill(email)
    await page.get_by_role("button", name="Continuer").click()
    await page.get_by_label("Code reçu").fill(code_in(await letter_after(server, email, 0)))
    await page.get_by_role("button", name="Vérifier le code").click()
    await expect(page.locator("main")).to_contain_text("Venez sans votre enfant")
    await page.get_by_label("J’ai lu ces consignes").check()
    await page.get_by_role("button", name="Continuer").click()
    await page.get_by_role("button", name="Confirmer le rendez-vous").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Votre rendez-vous est confirmé"
    )
    await expect(page.locator("main")).to_contain_text("Le bureau est au premier étage.")


async def addresses_of_karim(desk: Desk) -> list[str]:
    """Note the addresses of what belongs to a colleague of another service."""
    await desk.go("/plages")
    karim = desk.page.locator("select[name=agent] option", has_text="Haddad Karim")
    agent = await karim.get_attribute("value")
    await desk.go(f"/plages?agent={agent}")
    way = await desk.page.locator("main tbody a").first.get_attribute("href")
    assert way is not None
    agenda = f"/agenda/{agent}"
    return [way, f"{way}/suppression", agenda, f"/absences/nouvelle?agent={agent}"]


async def no_settings(desk: Desk) -> None:
    """Find no way into the settings, neither by the menu nor by hand."""
    await expect(desk.page.get_by_role("link", name="Administration", exact=True)).to_have_count(0)
    for way in SETTINGS:
        await desk.turned_away(f"/administration{way}", NO_ACCESS)


@pytest.mark.parametrize(
    ("size", "scripts"), [(WIDE, True), (PHONE, False)], ids=["desk", "phone without scripts"]
)
async def test_what_the_administrator_sets_up_agent_secretary_and_public_use(
    server: Application, opened: Opened, size: ViewportSize, scripts: bool
) -> None:
    space = await new_departement()
    email = f"nadia@{space.slug}.example"

    helene = Desk(await opened(WIDE), space)
    await helene.sign_in("administrator")
    await settings.set_the_organisation_up(helene)
    await settings.add_a_place(helene)
    await settings.invite_nadia(helene, email)
    await settings.create_the_motive(helene)
    await settings.try_to_be_the_last_to_go(helene)
    karims = await addresses_of_karim(helene)

    nadia = Desk(await opened(size, scripts=scripts), space)
    await accept(nadia.page, server, email)
    await no_settings(nadia)
    for way in karims:
        await nadia.turned_away(way, NO_ACCESS)
    await work.open_mornings(nadia)
    await work.be_away(nadia)
    file = await work.write_down(nadia, "Jeanne", "Vasseur", "06 12 34 56 78")
    await work.add_a_child(nadia, "Timéo", "Vasseur", "Jeanne Vasseur")
    await nadia.by_menu("Agenda")
    await work.set_from_the_agenda(nadia, "Jeanne Vasseur")

    monique = Desk(await opened(WIDE, scripts=scripts), space)
    await monique.sign_in("secretary")
    await no_settings(monique)
    assert settings.NADIA in await work.find_a_time(monique, "Jeanne Vasseur")
    await work.open_agenda_of(monique, settings.NADIA)
    await work.open_agenda_of(monique, "Karim Haddad")

    awa = await opened(PHONE, scripts=scripts)
    await book_online(awa, space, server, f"awa@{space.slug}.example")
    await nadia.turned_away(f"/personnes/{UUID(int=0)}", NOT_HERE, 404)

    await work.open_appointment_of(monique, "Awa Traoré")
    await work.set_status(monique, "En salle d’attente")
    await work.open_appointment_of(nadia, "Awa Traoré")
    await expect(nadia.button("En salle d’attente")).to_have_attribute("aria-pressed", "true")
    await work.set_status(nadia, "Vu")
    await expect(nadia.page.locator(".timeline")).to_contain_text(
        "Monique Tissier a changé le statut"
    )
    await expect(nadia.page.locator(".timeline")).to_contain_text("Nadia Bonnet a changé le statut")

    await work.open_appointment_of(nadia, "Jeanne Vasseur")
    await work.change_it(nadia, "Apporte le carnet de santé.")
    await work.delete_it(nadia)
    await nadia.go(urlsplit(file).path)
    await expect(nadia.page.locator(".person-counts")).to_contain_text(re.compile(r"1\s+À venir"))

    for desk in (monique, nadia):
        await desk.sign_out()
        await desk.go("/agenda")
        await expect(desk.page.locator("input[name=password]")).to_be_visible()

    await helene.by_menu("Statistiques")
    await expect(helene.page.locator("main")).to_contain_text(settings.MOTIVE)
    await helene.sign_out()
