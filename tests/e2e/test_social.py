"""Social services in a real browser: a follow-up, a sector, a group session."""

from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest
from creneau.context import SYSTEM, VISITOR, Actor, Tenant
from creneau.people.following.service import add_referent
from creneau.people.schemas import Identity
from creneau_social.sectors import service as sectors
from creneau_social.sectors.schemas import ZoneDraft
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from msgspec.structs import replace
from playwright.async_api import Page, expect

from tests.e2e.conftest import Axe
from tests.e2e.looking import fits
from tests.e2e.post import code_in, letter_after
from tests.platform.cast import PASSWORD, Town, furnish, new_agent, new_motive
from tests.platform.planning import nine, open_for, soon


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    """Furnish the tenant; Alice receives whoever comes on another day."""
    del tenant
    furnished = await furnish()
    await open_for(furnished, furnished.alice, soon(8))
    return furnished


async def motive(town: Town, name: str, flag: str) -> Town:
    made = await new_motive(town.organisation, town.registry, name=name, extra={flag: "yes"})
    return replace(town, motive=made)


async def known(town: Town, email: str) -> None:
    """Keep Jeanne, whom Bob follows."""
    held = HoldRequest(
        motive_id=town.motive, starts_at=nine(8), place_id=town.place, owner=b"jeanne"
    )
    who = Identity(first_name="Jeanne", last_name="Dupont", email=email)
    booked = await appointments.book(held, ConfirmRequest(identity=who, email_proven=True), VISITOR)
    assert booked.person_id is not None
    await add_referent(booked.person_id, town.bob, SYSTEM)


async def looked_at(page: Page, axe: Axe) -> None:
    await fits(page)
    await axe(page)


@pytest.mark.feature("S-02")
async def test_a_follow_up_is_booked_on_a_phone_after_identifying(
    server: Application, phone: Page, axe: Axe, tenant: Tenant, town: Town
) -> None:
    email = f"jeanne-{uuid4().hex[:8]}@exemple.fr"
    await known(town, email)
    follow_up = await motive(town, "Rendez-vous de suivi", "social.follow_up")
    await open_for(follow_up, town.bob, soon())
    await open_for(follow_up, town.bea, soon())

    await phone.goto(tenant.public_url)
    await phone.get_by_role("link", name="Rendez-vous de suivi").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Quelle est votre adresse e-mail ?"
    )
    await looked_at(phone, axe)
    letters = len([await letter_after(server, email, 0)])
    await phone.get_by_label("Adresse e-mail").fill(email)
    await phone.get_by_role("button", name="Recevoir un code").click()
    code = code_in(await letter_after(server, email, letters))
    await phone.get_by_label("Code reçu par e-mail").fill(code)
    await phone.get_by_role("button", name="Vérifier le code").click()
    await expect(phone.get_by_text("Voici les horaires de : Bob Martin.")).to_be_visible()
    await looked_at(phone, axe)
    await phone.get_by_role("button", name="Choisir le prochain rendez-vous").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Tout est juste ?")
    await phone.get_by_role("button", name="Confirmer le rendez-vous").click()
    await expect(phone.get_by_text("Votre rendez-vous est confirmé").first).to_be_visible()
    await expect(phone.get_by_text("Bob Martin")).to_be_visible()


@pytest.mark.feature("S-12")
async def test_the_town_is_asked_for_before_any_time(
    server: Application, phone: Page, axe: Axe, tenant: Tenant, town: Town
) -> None:
    del server
    shared = await motive(town, "Accueil social", "social.sectorised")
    await open_for(shared, town.bob, soon())
    actor = Actor("agent", town.alice)
    north = await sectors.add_sector("Nord", actor)
    await sectors.add_zone(north, ZoneDraft(town_code="51454", town_name="Reims"), actor)
    await sectors.give(north, organisation_id=None, agent_id=town.bob, actor=actor)

    await phone.goto(f"{tenant.public_url}/rdv/{shared.motive}")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Où habitez-vous ?")
    await looked_at(phone, axe)
    await phone.get_by_label("Commune ou code postal").fill("Nevers")
    await phone.get_by_role("button", name="Continuer").click()
    await expect(phone.get_by_text("Aucune équipe ne prend de rendez-vous")).to_be_visible()
    await looked_at(phone, axe)
    await phone.get_by_role("link", name="Essayer une autre adresse").click()
    await phone.get_by_label("Commune ou code postal").fill("Reims")
    await phone.get_by_role("button", name="Continuer").click()
    await expect(phone.get_by_text("Horaires pour l’adresse : Reims")).to_be_visible()
    await looked_at(phone, axe)


@pytest.mark.feature("S-13")
async def test_an_agent_fills_a_session(
    server: Application, page: Page, axe: Axe, tenant: Tenant, town: Town
) -> None:
    del server
    await new_motive(town.organisation, town.registry, name="Réunion d’information", capacity=3)
    account = await new_agent("Bruno", town.organisation, town.registry, "agent", password=PASSWORD)
    _session, secret = await auth.open_session(account)
    await page.context.add_cookies([{"name": COOKIE, "value": secret, "url": tenant.public_url}])

    await page.goto(f"{tenant.public_url}/rendez-vous-collectifs")
    await looked_at(page, axe)
    await page.get_by_role("link", name="Créer une séance").first.click()
    await page.get_by_label("Titre de la séance").fill("Vos droits en clair")
    await page.get_by_label("Jour").fill(soon().isoformat())
    await page.get_by_label("Commence à").fill("14:00")
    await looked_at(page, axe)
    await page.get_by_role("button", name="Créer la séance").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vos droits en clair")
    await page.get_by_text("Une personne sans fiche").click()
    await page.get_by_label("Prénom").fill("Amina")
    await page.get_by_label("Nom de famille").fill("Diallo")
    await page.get_by_role("button", name="Créer la fiche et inscrire").click()
    await expect(page.get_by_text("2 places libres")).to_be_visible()
    await page.get_by_label("Statut de Amina Diallo").select_option("waiting")
    await page.get_by_role("button", name="Enregistrer les présences").click()
    await expect(page.get_by_text("1 statut est enregistré.")).to_be_visible()
    await looked_at(page, axe)
