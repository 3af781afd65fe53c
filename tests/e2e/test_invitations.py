"""An invitation in real browsers: from the agent's desk to the person's phone, and back on the file (S-11)."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.people.files import service as files
from creneau.people.schemas import PersonDraft
from creneau_infra import clock
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from msgspec.structs import replace
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.looking import fits
from tests.e2e.post import letter_after
from tests.platform.cast import Town, furnish, new_motive
from tests.platform.planning import open_for, soon
from tests.web.second_factor import give_telephone
from tests.web.stage import new_tenant

WAY = re.compile(r"https?://\S+/invitation/[\w-]+")


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    """Furnish the tenant; Alice receives invited people alone."""
    del tenant
    furnished = await furnish()
    made = await new_motive(
        furnished.organisation,
        furnished.citizenship,
        name="Bilan d’accompagnement",
        audience="invited",
    )
    await open_for(furnished, furnished.alice, soon(), motive_ids=[made])
    return replace(furnished, motive=made)


async def a_file(town: Town, email: str) -> UUID:
    draft = PersonDraft(first_name="Amina", last_name="Diallo", email=email, phone="06 12 34 56 78")
    return await files.create(draft, [town.organisation], SYSTEM)


async def sits_down(context: BrowserContext, tenant: Tenant, agent: UUID) -> None:
    """Open the session of an agent in a window."""
    with acting_for(tenant):
        await give_telephone(agent)
        _session, secret = await auth.open_session(agent)
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": tenant.public_url}])


async def looked_at(page: Page, axe: Axe) -> None:
    await fits(page)
    await axe(page)


@pytest.mark.feature("S-11")
async def test_an_agent_invites_by_mail_and_the_person_books_on_a_phone_and_the_file_says_so(
    server: Application, page: Page, phone: Page, axe: Axe, tenant: Tenant, town: Town
) -> None:
    email = f"amina-{uuid4().hex[:8]}@exemple.fr"
    amina = await a_file(town, email)
    await sits_down(page.context, tenant, town.alice)
    await page.goto(f"{tenant.public_url}/personnes/{amina}")
    await page.get_by_role("link", name="Inviter à prendre rendez-vous").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Inviter Amina Diallo à prendre rendez-vous"
    )
    await looked_at(page, axe)
    await page.get_by_label("Pour quoi ?").select_option(label="Bilan d’accompagnement")
    await page.get_by_label("Votre message").fill("Faisons le point ensemble.")
    await page.get_by_role("button", name="Inviter").click()
    await expect(page.get_by_text("Envoyée", exact=True)).to_be_visible()

    letter = await letter_after(server, email, 0)
    assert "Faisons le point ensemble." in letter.text
    found = WAY.search(letter.text)
    assert found is not None
    await phone.goto(found[0])
    await expect(phone.get_by_text("Amina D.")).to_be_visible()
    await expect(phone.get_by_text("Diallo")).to_have_count(0)
    await looked_at(phone, axe)
    await phone.get_by_role("button", name="Choisir un horaire").click()
    await expect(phone.get_by_text("Sur invitation, pour Amina D.")).to_be_visible()
    await looked_at(phone, axe)
    await phone.get_by_role("button", name="Choisir le prochain rendez-vous").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Tout est juste ?")
    await looked_at(phone, axe)
    await phone.get_by_role("button", name="Confirmer le rendez-vous").click()
    await expect(phone.get_by_role("heading", level=1)).to_contain_text(
        "Votre rendez-vous est confirmé"
    )
    await looked_at(phone, axe)

    await phone.goto(found[0])
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous")
    await looked_at(phone, axe)
    await page.reload()
    await expect(page.get_by_text("Rendez-vous pris", exact=True)).to_be_visible()
    await looked_at(page, axe)


@pytest.mark.feature("S-11")
async def test_a_second_use_an_expired_link_and_a_stranger_s_are_refused_kindly(
    server: Application, page: Page, phone: Page, axe: Axe, tenant: Tenant, town: Town
) -> None:
    email = f"amina-{uuid4().hex[:8]}@exemple.fr"
    amina = await a_file(town, email)
    await sits_down(page.context, tenant, town.alice)
    await page.goto(f"{tenant.public_url}/personnes/{amina}/invitations/nouvelle")
    await page.get_by_label("Pour quoi ?").select_option(label="Bilan d’accompagnement")
    await page.get_by_role("button", name="Inviter").click()
    found = WAY.search((await letter_after(server, email, 0)).text)
    assert found is not None
    way = found[0]

    await phone.goto(f"{tenant.public_url}/rdv/{town.motive}")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    other = await new_tenant()
    await phone.goto(way.replace(tenant.slug, other.slug))
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    await phone.goto(f"{way}x")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")

    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE invitation SET ends_at = $2 WHERE tenant_id = $1",
            tx.tenant_id,
            clock.now() - timedelta(minutes=1),
        )
    await phone.goto(way)
    await expect(phone.get_by_text("Cette invitation n’est plus valable.")).to_be_visible()
    await looked_at(phone, axe)
    await page.goto(f"{tenant.public_url}/personnes/{amina}")
    await expect(page.get_by_text("Expirée", exact=True)).to_be_visible()
