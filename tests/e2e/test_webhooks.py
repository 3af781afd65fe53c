"""A receiver is told of a booking, from the form to the message that it checked, on a phone."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from uuid import UUID

import msgspec
import pytest
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Tenant
from creneau.testing.factories import Town, new_booking, new_town
from creneau.webhooks import service as webhooks
from creneau_infra import outgoing
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import PHONE, Axe
from tests.e2e.looking import fits
from tests.platform.webhooks.cast import time_is_up
from tests.platform.webhooks.receiver import Receiver, receiving
from tests.web.second_factor import give_telephone

HOME = "/administration/webhooks"


@pytest.fixture
async def receiver(server: Application) -> AsyncGenerator[Receiver, None]:
    async with receiving() as made:
        hosts = (f"127.0.0.1:{made.port}",)
        outgoing.configure(msgspec.structs.replace(server.settings, outgoing_private_hosts=hosts))
        yield made
        outgoing.configure(server.settings)


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    del tenant
    return await new_town()


@pytest.fixture
async def alice(browser: Browser, tenant: Tenant, town: Town) -> AsyncGenerator[Page, None]:
    """Give the phone of an administrator who is signed in, with JavaScript as it is."""
    draft = AgentDraft(
        email="alice@example.org",
        first_name="Alice",
        last_name="Martin",
        password="une longue phrase de passe",
        service_ids=(town.service_id,),
        memberships=((town.organisation_id, "administrator"),),
    )
    made = await agents.create_agent(draft, SYSTEM)
    await give_telephone(made)
    _session, secret = await auth.open_session(made)
    context = await browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True)
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": tenant.public_url}])
    yield await context.new_page()
    await context.close()


async def is_fine(page: Page, axe: Axe) -> None:
    await fits(page)
    await axe(page)


@pytest.mark.feature("T-13")
async def test_a_receiver_is_added_tried_told_fails_and_is_told_again(
    alice: Page, axe: Axe, tenant: Tenant, town: Town, receiver: Receiver
) -> None:
    await alice.goto(f"{tenant.public_url}/administration")
    await alice.get_by_role("link", name="Webhooks").first.click()
    await expect(alice.get_by_text("Aucun logiciel n’est prévenu")).to_be_visible()
    await is_fine(alice, axe)
    await alice.get_by_role("link", name="Ajouter un webhook").click()
    await alice.get_by_label("Adresse", exact=False).fill("https://localhost/hook")
    await alice.get_by_role("button", name="Créer le webhook").click()
    await expect(alice.get_by_text("réseau privé").first).to_be_visible()
    await is_fine(alice, axe)
    await alice.get_by_label("Adresse", exact=False).fill(receiver.local)
    await alice.get_by_label("Description", exact=False).fill("Site de la ville, Nadia au 12 34")
    await alice.get_by_role("button", name="Créer le webhook").click()
    secret = await alice.get_by_label("Secret de signature").input_value()
    await is_fine(alice, axe)
    await alice.get_by_role("link", name="J’ai copié le secret").click()
    await alice.get_by_role("button", name="Envoyer un essai").click()
    await expect(alice.get_by_text("Arrivé", exact=True)).to_be_visible()
    assert receiver.received[0].verified(secret)["type"] == "endpoint.test"
    await is_fine(alice, axe)
    await told_of_a_booking(town, receiver)
    assert receiver.received[-1].verified(secret)["type"] == "booking.created"
    receiver.says(500)
    await fails(receiver)
    await alice.get_by_role("link", name="Retour au webhook").click()
    await is_fine(alice, axe)
    receiver.says(204)
    await alice.get_by_role("button", name="Renvoyer l’envoi échoué").click()
    await expect(alice.get_by_text("1 envoi repart.")).to_be_visible()
    while not await stand(receiver, "delivered"):
        pass
    await alice.goto(f"{tenant.public_url}{HOME}")
    await is_fine(alice, axe)
    await alice.get_by_role("link", name=receiver.local).click()
    await alice.get_by_role("link", name="Changer le secret").click()
    await is_fine(alice, axe)
    await alice.get_by_role("button", name="Changer le secret").click()
    assert await alice.get_by_label("Secret de signature").input_value() != secret
    await alice.get_by_role("link", name="J’ai copié le secret").click()
    await alice.get_by_role("button", name="Mettre en pause").click()
    await is_fine(alice, axe)
    await alice.get_by_role("link", name="Retirer ce webhook").click()
    await is_fine(alice, axe)
    await alice.get_by_role("button", name="Retirer ce webhook").click()
    await expect(alice.get_by_text("Aucun logiciel n’est prévenu")).to_be_visible()


async def told_of_a_booking(town: Town, receiver: Receiver) -> None:
    receiver.asked.clear()
    await new_booking(town)
    await receiver.asked.wait()


async def fails(receiver: Receiver) -> None:
    """Let a cancellation fail until its day is over."""
    booking_id = UUID(receiver.received[-1].told["data"]["id"])
    await appointments.cancel(booking_id, SYSTEM)
    while not await stand(receiver, "dead"):
        await time_is_up()


async def stand(receiver: Receiver, state: str) -> bool:
    """Tell whether what was sent last has come to stand so, once the receiver was asked again."""
    receiver.asked.clear()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(receiver.asked.wait(), 0.5)
    (endpoint,) = await webhooks.endpoints()
    return (await webhooks.deliveries(endpoint.id))[0].state == state
