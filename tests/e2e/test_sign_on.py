"""Single sign-on in a browser, at a real provider that is not ours (T-06)."""

import re
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
from creneau.context import Tenant, acting_for
from creneau_tenants import addresses
from creneau_web.app import Application
from playwright.async_api import Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.post import letter_after
from tests.platform.cast import furnish
from tests.ports import free_port
from tests.web.sso.cast import House, reachable, signed_in
from tests.web.sso.real import SECRET, client_of, real_provider
from tests.web.stage import new_tenant


@pytest.fixture
async def house(server: Application, tenant: Tenant) -> House:
    addresses.configure(server.settings)
    return House(app=server, tenant=tenant, town=await furnish())


@pytest.fixture
async def elsewhere(server: Application) -> House:
    """Give another tenant, where the public signs on at the same provider."""
    tenant = await new_tenant()
    with acting_for(tenant):
        return House(app=server, tenant=tenant, town=await furnish())


@pytest.fixture
async def issuer(house: House, elsewhere: House) -> AsyncGenerator[str, None]:
    """Run a provider that knows both tenants, and tells the second one of sign-outs."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    public_id = await elsewhere.provider(
        address, label="Compte citoyen", client_id="public", for_agents=False, for_public=True
    )
    told = f"{house.platform}/connexion/deconnexion/{elsewhere.tenant.slug}/{public_id}"
    clients = [
        client_of("creneau", house.platform, house.tenant.slug),
        client_of("public", house.platform, elsewhere.tenant.slug, backchannel_logout_uri=told),
    ]
    with reachable(house.app.settings, address):
        async with real_provider(clients, port=port):
            yield address


def at(house: House, path: str) -> str:
    return f"http://{house.tenant.slug}.{house.app.settings.base_domain}:{house.app.settings.port}{path}"


async def looked_at(page: Page, axe: Axe, heading: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    await axe(page)


async def enter_as_alice(page: Page, house: House) -> None:
    visitor = await signed_in(house)
    [session] = [cookie for cookie in visitor.cookies.jar if cookie.name == "session"]
    await page.context.add_cookies(
        [{"name": "session", "value": session.value or "", "url": at(house, "/")}]
    )


async def set_up(page: Page, house: House, issuer: str, axe: Axe) -> None:
    await page.goto(at(house, "/administration/connexion"))
    await page.get_by_role("link", name="Ajouter un fournisseur").click()
    await page.get_by_role("link", name="OpenID Connect").click()
    await page.get_by_label("Nom du bouton").fill("l’annuaire")
    await page.get_by_label("Émetteur").fill(issuer)
    await page.get_by_label("Créer l’agent à sa première connexion").check()
    await page.get_by_role("button", name="Ajouter le fournisseur").click()
    await expect(page.get_by_role("alert")).to_contain_text("Écrivez l’identifiant client.")
    await looked_at(page, axe, "Ajouter OpenID")
    await page.get_by_label("Identifiant client").fill("creneau")
    await page.get_by_label("Secret client").fill(SECRET)
    await page.get_by_label("Organisation des nouveaux agents").select_option(
        label="Mairie principale"
    )
    await page.get_by_label("Service des nouveaux agents").select_option(label="État civil")
    await page.get_by_label("Rôle des nouveaux agents").select_option(label="Agent")
    await page.get_by_role("button", name="Ajouter le fournisseur").click()


async def prove_and_switch_on(page: Page, axe: Axe) -> None:
    await page.get_by_role("button", name="Tester la connexion").click()
    await expect(page.get_by_text("Le fournisseur répond.")).to_be_visible()
    await looked_at(page, axe, "Tester")
    await page.get_by_role("link", name="Continuer chez « l’annuaire »").click()
    await page.get_by_role("link", name="alice").click()
    await expect(page.get_by_role("heading", name="L’essai a réussi")).to_be_visible()
    await looked_at(page, axe, "L’essai a réussi")
    await page.get_by_role("button", name="Mettre en service").click()
    await expect(page.get_by_text("« l’annuaire » est en service.")).to_be_visible()
    await page.locator("summary", has_text="Réglages techniques").click()
    await looked_at(page, axe, "l’annuaire")


@pytest.mark.feature("T-06")
async def test_an_administrator_sets_a_provider_up_and_an_agent_comes_in_by_it(
    page: Page, phone: Page, house: House, elsewhere: House, issuer: str, axe: Axe
) -> None:
    await enter_as_alice(page, house)
    await set_up(page, house, issuer, axe)
    await prove_and_switch_on(page, axe)
    await an_agent_comes_and_goes(phone, house, elsewhere, axe)


async def an_agent_comes_and_goes(phone: Page, house: House, elsewhere: House, axe: Axe) -> None:
    """Do it without JavaScript, on a small phone; signing out ends the session elsewhere too."""
    await phone.goto(at(elsewhere, "/mes-rendez-vous/connexion"))
    await axe(phone)
    await phone.get_by_role("link", name="Se connecter avec Compte citoyen").click()
    await phone.get_by_role("link", name="zoe").click()
    await expect(phone).to_have_url(at(elsewhere, "/mes-rendez-vous/personne"))
    await phone.goto(at(house, "/agents/connexion"))
    await looked_at(phone, axe, "Connexion")
    await phone.get_by_role("link", name="Se connecter avec l’annuaire").click()
    await expect(phone).to_have_url(at(house, "/agents"))
    refused = await phone.goto(at(house, "/administration"))
    assert refused is not None
    assert refused.status == 403
    await phone.goto(at(house, "/agents"))
    await sign_out(phone, house)
    await phone.goto(at(elsewhere, "/mes-rendez-vous/personne"))
    await expect(phone).to_have_url(at(elsewhere, "/mes-rendez-vous/connexion"))


async def sign_out(phone: Page, house: House) -> None:
    await phone.locator("summary", has_text="Zoé Petit").click()
    await phone.get_by_role("button", name="Se déconnecter").click()
    await phone.get_by_role("button", name="Oui").click()
    await expect(phone).to_have_url(at(house, "/agents/connexion"))
    await expect(phone.get_by_text("Vous êtes déconnecté.")).to_be_visible()


async def invited(page: Page, house: House, email: str) -> str:
    """Invite Uma as an agent of Citoyenneté, and give the link that the mail brings."""
    await page.goto(at(house, "/administration/agents/nouveau"))
    await page.get_by_label("Prénom").fill("Uma")
    await page.get_by_label("Nom de famille", exact=True).fill("Blanc")
    await page.get_by_label("Adresse e-mail professionnelle").fill(email)
    await page.get_by_label("Citoyenneté").check()
    await page.get_by_label("Mairie principale").select_option("agent")
    await page.get_by_role("button", name="Envoyer l’invitation").click()
    await expect(page.get_by_role("status")).to_contain_text(email)
    letter = await letter_after(house.app, email, 0)
    found = re.search(r"https?://\S+/agents/invitation/[\w-]+", letter.text)
    assert found is not None, letter.text
    return found.group()


@pytest.mark.feature("T-06")
@pytest.mark.feature("C-04")
async def test_an_invited_agent_joins_by_the_provider_and_sees_only_their_own_services(
    page: Page, phone: Page, house: House, issuer: str, axe: Axe
) -> None:
    await house.provider(issuer, label="l’annuaire")
    await enter_as_alice(page, house)
    invitation = await invited(page, house, f"uma-{uuid4().hex[:8]}@exemple.fr")
    await phone.goto(invitation)
    await looked_at(phone, axe, "Bienvenue")
    await phone.get_by_role("button", name="Rejoindre avec l’annuaire").click()
    await phone.get_by_role("link", name="uma").click()
    await expect(phone).to_have_url(at(house, "/agents"))
    town = house.town
    seen = {town.bea: 200, town.bob: 403, town.sam: 403}
    for agent, status in seen.items():
        answer = await phone.goto(at(house, f"/agents?agent={agent}"))
        assert answer is not None
        assert answer.status == status
    closed = await phone.goto(at(house, "/administration"))
    assert closed is not None
    assert closed.status == 403
    again = await phone.goto(invitation)
    assert again is not None
    assert again.status >= 400
