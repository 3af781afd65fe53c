"""An appointment is changed and deleted on a phone without scripts; a lost session loses nothing."""

import pytest
from creneau.appointments import service as appointments
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from playwright.async_api import Page, expect

from tests.days import tomorrow
from tests.e2e.conftest import Axe
from tests.e2e.test_planning import enter
from tests.platform.cast import PASSWORD
from tests.web.backoffice.cast import Office, at, book, furnish_office
from tests.web.planning.cast import next_monday


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


async def test_an_appointment_is_noted_about_and_deleted_on_a_phone_without_scripts(
    phone: Page, axe: Axe, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 9, 30))
    await enter(phone, office, "bea", f"/agents/rendez-vous/{booking.id}")
    await axe(phone)
    await phone.get_by_role("link", name="Modifier", exact=True).click()
    await phone.get_by_label("Notes (facultatif)").fill("Vient avec sa fille.")
    await axe(phone)
    await phone.get_by_role("button", name="Enregistrer le rendez-vous").click()
    await expect(phone.get_by_role("status")).to_contain_text("Modifié : notes.")
    await expect(phone.get_by_text("Vient avec sa fille.")).to_be_visible()
    await phone.get_by_role("link", name="Mettre à replanifier").click()
    await axe(phone)
    await phone.get_by_role("link", name="Garder le rendez-vous").click()
    await phone.get_by_role("link", name="Supprimer", exact=True).click()
    await expect(phone.get_by_text("Personne n’est prévenu de la suppression")).to_be_visible()
    await axe(phone)
    await phone.get_by_role("button", name="Supprimer le rendez-vous").click()
    await expect(phone.locator(".notice-success")).to_contain_text("Le rendez-vous est supprimé.")
    assert (await appointments.get(booking.id)).state == "expired"


async def test_a_form_whose_session_ended_stands_there_again_after_signing_in(
    page: Page, axe: Axe, office: Office
) -> None:
    await enter(page, office, "bea", "/plages/nouvelle")
    await page.get_by_label("Nom (facultatif)").fill("Permanence du lundi")
    await page.locator("#first_day").fill(next_monday().isoformat())
    await page.get_by_label("Se répète").select_option("weekly")
    await page.get_by_text("Jeudi", exact=True).click()
    await _end_sessions(office)
    await page.locator("#start_time").fill("09:00")
    await expect(page.locator("#preview")).to_contain_text("Les dates s’affichent ici")
    await page.get_by_role("button", name="Créer la plage d’ouverture").click()
    await expect(page.get_by_role("status")).to_contain_text("est gardé une demi-heure")
    await axe(page)
    await page.locator("#email").fill("bea@exemple.fr")
    await page.locator("#password").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_text("Voici ce que vous aviez écrit")).to_be_visible()
    await axe(page)
    await expect(page.get_by_label("Nom (facultatif)")).to_have_value("Permanence du lundi")
    await expect(page.locator("#start_time")).to_have_value("09:00")
    await expect(page.get_by_label("Jeudi")).to_be_checked()
    await page.locator("#end_time").fill("12:00")
    await page.get_by_role("button", name="Créer la plage d’ouverture").click()
    await expect(page.get_by_role("status")).to_contain_text("enregistrée")


async def _end_sessions(office: Office) -> None:
    with acting_for(office.tenant):
        async with tenant_transaction() as tx:
            await tx.execute(
                "UPDATE session SET expires_at = now() - interval '1 minute' WHERE tenant_id = $1",
                tx.tenant_id,
            )
