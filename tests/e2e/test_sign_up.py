"""From an empty platform to a public booking: sign-up, first steps, publication (T-01, T-02)."""

import re
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
from creneau.agents.second_factor.rules import code_at, step_of
from creneau.context import acting_for
from creneau.database import tenant_transaction
from creneau_infra import clock
from creneau_tenants import service as tenants
from creneau_tenants.signing_up import service as signing_up
from creneau_tenants.signing_up.schemas import SignUp
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import WIDE, Axe
from tests.e2e.keyboard import press, tab_to, write
from tests.e2e.looking import fits
from tests.e2e.post import code_in, letter_after

PASSWORD = "la mairie ouvre à huit heures"
MOTIVE = "Carte d’identité : demande ou renouvellement"


@pytest.fixture
def slug() -> str:
    return f"clairval-{uuid4().hex[:8]}"


@pytest.fixture
async def elsewhere(browser: Browser) -> AsyncGenerator[Page, None]:
    """Give the window of another computer, in a dark room."""
    context = await browser.new_context(viewport=WIDE, locale="fr-FR", color_scheme="dark")
    yield await context.new_page()
    await context.close()


def platform_of(server: Application) -> str:
    return f"http://localhost:{server.settings.port}"


async def sign_up(page: Page, axe: Axe, server: Application, slug: str) -> None:
    """Create a space, taking the address that is proposed first and then another."""
    await page.goto(platform_of(server))
    await axe(page)
    await page.get_by_role("link", name="Créer un espace").first.click()
    await axe(page)
    await page.get_by_label("Nom de l’organisme").fill(f"Ville de {slug}")
    await page.get_by_label("Commune ou intercommunalité").check()
    await page.get_by_role("button", name="Continuer").click()
    await expect(page.get_by_label("Adresse de votre page")).to_have_value(slug)
    await page.get_by_label("Adresse de votre page").fill("www")
    await expect(page.get_by_role("status")).to_contain_text("réservée")
    await axe(page)
    await page.get_by_label("Adresse de votre page").fill(slug)
    await expect(page.get_by_role("status")).to_contain_text("Libre")
    await page.get_by_label("Votre prénom").fill("Odile")
    await page.get_by_label("Votre nom").fill("Brun")
    await page.get_by_label("Votre adresse e-mail").fill(f"odile@{slug}.example")
    await page.get_by_label("J’accepte les conditions").check()
    await page.get_by_role("button", name="Créer l’espace").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("regardez vos e-mails")
    await axe(page)


async def accept(page: Page, server: Application, slug: str) -> str:
    """Follow the link of the message, and give the secret of the second factor."""
    letter = await letter_after(server, f"odile@{slug}.example", 0)
    link = re.search(r"https?://\S+/agents/invitation/[\w-]+", letter.text)
    assert link is not None, letter.text
    await page.goto(link.group())
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Créer mon compte").click()
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    await page.get_by_label("Code à 6 chiffres").fill(code_at(secret, step_of(clock.now())))
    await page.get_by_role("button", name="Vérifier le code").click()
    await page.get_by_role("link", name="J’ai gardé mes codes").click()
    return secret


async def sign_in(page: Page, space: str, slug: str, secret: str) -> None:
    await page.goto(f"{space}/agents")
    await page.locator("input[name=email]").fill(f"odile@{slug}.example")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("input[name=password]").press("Enter")
    # The code of this half minute was used to set the telephone up: the next one counts already.
    await page.locator("input[name=code]").fill(code_at(secret, step_of(clock.now()) + 1))
    await page.locator("input[name=code]").press("Enter")


async def book(phone: Page, server: Application, space: str) -> None:
    """Book as Jeanne does: on a small phone, by keyboard, without scripts."""
    email = f"jeanne-{uuid4().hex[:8]}@exemple.fr"
    await phone.goto(space)
    await press(phone, MOTIVE)
    await press(phone, "Choisir le prochain rendez-vous")
    await write(phone, "Prénom", "Jeanne")
    await write(phone, "Nom de famille", "Dupont")
    await write(phone, "Adresse e-mail", email)
    await press(phone, "Continuer")
    await write(phone, "Code reçu", code_in(await letter_after(server, email, 0)))
    await press(phone, "Vérifier le code")
    await tab_to(phone, "J’ai lu ces consignes")
    await phone.keyboard.press("Space")
    await press(phone, "Continuer")
    await press(phone, "Confirmer le rendez-vous")
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Votre rendez-vous est confirmé"
    )


async def first_half(page: Page, axe: Axe) -> None:
    """Give the contact details and a place, then leave."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Premiers pas")
    await axe(page)
    await page.get_by_role("link", name="Continuer", exact=True).click()
    await page.get_by_label("Téléphone").fill("01 99 00 12 34")
    await axe(page)
    await page.get_by_role("button", name="Enregistrer et continuer").click()
    await axe(page)
    await page.get_by_role("button", name="Créer le lieu et continuer").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vos motifs")


async def second_half(page: Page, axe: Axe, space: str) -> None:
    """Take it up again elsewhere: motives, hours, a look at the page, publication."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Premiers pas")
    await expect(page.locator(".step-done")).to_have_count(2)
    await axe(page)
    await page.get_by_role("link", name="Continuer", exact=True).click()
    await axe(page)
    await page.get_by_role("button", name="Ajouter et continuer").click()
    await axe(page)
    await page.get_by_role("link", name="Passer cette étape").click()
    for day in ("Samedi", "Dimanche"):
        await page.get_by_label(day).check()
    await axe(page)
    await page.get_by_role("button", name="Ouvrir ces heures et continuer").click()
    await expect(
        page.get_by_text("Aperçu : le public ne voit pas encore".replace(" :", "\u00a0:"))
    ).to_be_visible()
    await expect(page.get_by_text(MOTIVE)).to_be_visible()
    await axe(page)
    await page.get_by_role("link", name="Revenir aux premiers pas").click()
    await expect(page.get_by_text("Tout est prêt")).to_be_visible()
    await page.goto(f"{space}/administration/premiers-pas/publication")
    await axe(page)
    await page.get_by_role("button", name="Publier la page").click()
    await expect(page.get_by_role("status").first).to_contain_text("ouverte au public")


@pytest.mark.feature("T-01")
@pytest.mark.feature("T-02")
async def test_from_an_empty_platform_to_a_public_booking(
    server: Application, page: Page, elsewhere: Page, phone: Page, axe: Axe, slug: str
) -> None:
    space = f"http://{slug}.localhost:{server.settings.port}"
    await sign_up(page, axe, server, slug)
    await phone.goto(space)
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Cet espace se prépare")
    await axe(phone)

    secret = await accept(page, server, slug)
    await first_half(page, axe)

    await sign_in(elsewhere, space, slug, secret)
    await second_half(elsewhere, axe, space)

    await book(phone, server, space)


async def test_a_space_is_created_by_keyboard_on_a_phone_without_scripts(
    server: Application, phone: Page, axe: Axe, slug: str
) -> None:
    await phone.goto(f"{platform_of(server)}/?lang=en")
    await axe(phone)
    await press(phone, "Create a space")
    await axe(phone)
    await write(phone, "Name of the organisation", slug)
    await tab_to(phone, "Town or group of towns")
    await phone.keyboard.press("Space")
    await press(phone, "Continue")
    await axe(phone)
    await fits(phone)
    await press(phone, "Create the space")
    await expect(phone.get_by_role("alert")).to_contain_text("Read and accept the terms")
    await axe(phone)
    await write(phone, "Your first name", "Odile")
    await write(phone, "Your last name", "Brun")
    await write(phone, "Your work email address", f"odile@{slug}.example")
    await tab_to(phone, "I accept the terms")
    await phone.keyboard.press("Space")
    await press(phone, "Create the space")
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("look at your emails")
    await axe(phone)
    for path in ("/conditions", "/accessibilite"):
        await phone.goto(f"{platform_of(server)}{path}")
        await axe(phone)


async def test_every_first_step_fits_a_phone_without_scripts(
    server: Application, phone: Page, axe: Axe, slug: str
) -> None:
    wanted = SignUp(
        name=slug,
        kind="town",
        slug=slug,
        first_name="Odile",
        last_name="Brun",
        email=f"odile@{slug}.example",
        plugins=frozenset({"counter"}),
        terms_accepted=True,
    )
    space = await signing_up.sign_up(wanted)
    async with tenant_transaction(space.tenant.id) as tx:
        await tx.execute("UPDATE agent SET state = 'active'")
    with acting_for(space.tenant):
        _session, secret = await auth.open_session(space.agent_id)
    await phone.context.add_cookies(
        [{"name": COOKIE, "value": secret, "url": space.tenant.public_url}]
    )
    home = f"{space.tenant.public_url}/administration/premiers-pas"
    for step in ("", "/organisation", "/lieu", "/modele", "/equipe", "/ouverture", "/publication"):
        await phone.goto(f"{home}{step}?lang=en")
        await fits(phone)
        await axe(phone)
    await tenants.suspend(space.tenant.id)
    await phone.goto(home)
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("suspended for now")
    await axe(phone)
    del server
