"""Setting a motive up in a real browser: sentences, the preview beside them, a phone without scripts."""

import re

import pytest
from creneau.context import SYSTEM, Tenant
from creneau.motives import service as motives
from creneau.questions import service as questions
from creneau.questions.schemas import QuestionDraft
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from playwright.async_api import Page, expect

from tests.e2e.conftest import Axe
from tests.web.backoffice.cast import Office, furnish_office

LIST = "/administration/motifs"
HOME = re.compile(r"À domicile|At home")


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


async def enter(page: Page, office: Office) -> str:
    """Come in as Alice, who administers; gives the tenant's address."""
    _session, secret = await auth.open_session(office.alice)
    url = office.tenant.public_url
    await page.context.add_cookies([{"name": COOKIE, "value": secret, "url": url}])
    return url


@pytest.mark.parametrize(
    ("language", "name", "save", "changed"),
    [
        ("fr", "Passeport", "Enregistrer le motif", "Modifié : nom, durée."),
        ("en", "Passport", "Save the type of appointment", "Changed: name, duration."),
    ],
)
async def test_what_is_typed_is_drawn_beside_it_before_it_is_saved(
    page: Page, axe: Axe, office: Office, language: str, name: str, save: str, changed: str
) -> None:
    url = await enter(page, office)
    await questions.ask(office.motive, QuestionDraft(label="Pourquoi ?"), SYSTEM)
    await page.emulate_media(color_scheme="dark" if language == "en" else "light")
    await page.goto(f"{url}{LIST}/{office.motive}?lang={language}")
    await axe(page)
    drawn = page.frame_locator("iframe[data-preview]")
    await page.locator("#name").fill(name)
    await page.locator("#duration_minutes").fill("60")
    await expect(drawn.locator(".path-label")).to_have_text(name)
    await expect(drawn.locator(".preview-effects")).to_contain_text(
        re.compile(r"3 (horaires|times)")
    )
    box = page.locator("#secretariat")
    await page.get_by_role("radio", name=HOME).check()
    await expect(box).to_be_disabled()
    await page.locator("#location_type").check()
    await expect(box).to_be_enabled()
    await page.get_by_role("button", name=save).press("Enter")
    await expect(page.locator(".flashes")).to_contain_text(changed)
    assert (await motives.motive(office.motive)).name == name


async def test_a_motive_is_made_on_a_phone_without_scripts(
    phone: Page, axe: Axe, office: Office
) -> None:
    url = await enter(phone, office)
    await phone.goto(f"{url}{LIST}")
    await axe(phone)
    await phone.get_by_role("link", name="Créer un motif").click()
    await phone.locator("#name").fill("Visite")
    await phone.locator("#service_id").select_option(label="Citoyenneté")
    await phone.get_by_role("radio", name=HOME).check()
    await phone.locator("#secretariat").check()
    await phone.get_by_role("button", name="Créer le motif").click()
    await expect(phone.locator("#secretariat-error")).to_contain_text("à domicile")
    await axe(phone)
    async with phone.context.expect_page() as opened:
        await phone.get_by_role("button", name="Voir l’aperçu").click()
    preview = await opened.value
    await expect(preview.get_by_role("heading", name="Ce que le public verra")).to_be_visible()
    await axe(preview)
    await preview.close()
    # The box is closed now, so that it is no longer sent.
    await phone.get_by_role("button", name="Créer le motif").click()
    await expect(phone.locator("h1")).to_have_text("Visite")
    await phone.get_by_role("link", name="Ajouter une question").click()
    await phone.locator("#label").fill("Quel étage ?")
    await axe(phone)
    await phone.get_by_role("button", name="Ajouter la question").click()
    await expect(phone.locator(".question-list")).to_contain_text("Quel étage ?")
    await phone.get_by_role("link", name="Archiver le motif").click()
    await axe(phone)
    await phone.get_by_role("button", name="Archiver le motif « Visite »").click()
    await expect(phone.locator(".flashes")).to_contain_text("Le motif « Visite » est archivé.")
