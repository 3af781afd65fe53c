"""The sender of a tenant's mails in the administration, and the link that confirms it (C-80)."""

import re
from collections.abc import AsyncGenerator

import msgspec
import pytest
from creneau.context import Tenant
from creneau_infra import outgoing
from creneau_infra.mail.transports import mailbox_of
from creneau_infra.outbox.service import deliver_due
from creneau_tenants.mailing import service
from creneau_web.app import Application
from creneau_web.outbox import handlers_for

from tests.infra.rude import RudeServer, running
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import IN_PAGE, fields_of, shown_after
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients, Visitor

HOME = "/administration/expediteur"
ADDRESS = "rdv@ville.example"


@pytest.fixture
async def rude(app: Application) -> AsyncGenerator[RudeServer, None]:
    async with running() as server:
        opened = (f"127.0.0.1:{server.port}",)
        outgoing.configure(msgspec.structs.replace(app.settings, outgoing_private_hosts=opened))
        yield server
        outgoing.configure(app.settings)


async def typed(visitor: Visitor, end: str, **changes: str) -> dict[str, str]:
    """Read one of the two forms of the page as it stands, with some fields changed."""
    page = (await visitor.get(HOME)).text
    forms = [found[0] for found in re.finditer(IN_PAGE, page)]
    (form,) = [one for one in forms if f'action="{HOME}/{end}"' in one]
    return {**fields_of(form), **changes}


async def link_sent(app: Application, tenant: Tenant) -> str:
    await deliver_due(handlers_for(app.settings), tenant.id)
    letters = await mailbox_of(app.settings.data_dir).letters()
    letter = next(one for one in letters if one.to == ADDRESS and tenant.slug in one.text)
    found = re.search(r"/expediteur/[\w-]{43}", letter.text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    "end", ["", "/adresse", "/confirmation", "/serveur", "/serveur/suppression", "/essai"]
)
async def test_strangers_sign_in_and_colleagues_without_the_right_are_told_so(
    client: Clients, entered: Entered, office: Office, end: str
) -> None:
    if not end:
        stranger = await client(office.tenant).get(HOME)
        assert stranger.headers["location"].startswith("/agents/connexion")
    assert (await client(office.tenant).submit(HOME + end)).status_code in {303, 405}
    bea = await entered("Bea")
    assert (await (bea.submit(HOME + end) if end else bea.get(HOME))).status_code == 403


async def test_an_address_is_typed_confirmed_by_its_reader_and_said_on_the_page(
    app: Application, client: Clients, entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    wrong = await alice.submit(f"{HOME}/adresse", await typed(alice, "adresse", address="ville"))
    assert wrong.status_code == 422
    assert 'value="ville"' in wrong.text
    sent = await alice.submit(f"{HOME}/adresse", await typed(alice, "adresse", address=ADDRESS))
    shown = await shown_after(alice, sent)
    assert f"Un e-mail est parti à {ADDRESS}." in shown
    assert "À confirmer" in shown
    assert "ils seraient pris pour des faux" in shown
    link = await link_sent(app, office.tenant)
    reader = client(office.tenant)
    page = await reader.get(link)
    assert f"pourront venir de {ADDRESS}" in page.text
    assert (await service.state()).confirmed_at is None
    done = await reader.submit(link)
    assert "L’adresse est confirmée" in done.text
    assert (await service.state()).confirmed_at is not None
    assert (await reader.submit(link)).status_code == 404
    assert "Confirmée" in (await alice.get(HOME)).text


async def test_a_server_is_typed_tested_and_switched_on(
    app: Application, client: Clients, entered: Entered, office: Office, rude: RudeServer
) -> None:
    alice = await entered("Alice")
    await alice.submit(f"{HOME}/adresse", await typed(alice, "adresse", address=ADDRESS))
    await client(office.tenant).submit(await link_sent(app, office.tenant))
    values = {"host": "127.0.0.1", "port": str(rude.port), "security": "opportunistic"}
    saved = await alice.submit(f"{HOME}/serveur", await typed(alice, "serveur", **values))
    assert "À tester" in await shown_after(alice, saved)
    early = await alice.submit(f"{HOME}/activation", {"on": "yes"})
    assert "Testez d’abord le serveur" in await shown_after(alice, early)
    rude.answers["MAIL"] = "550 5.7.1 sender refused"
    failed = await alice.submit(f"{HOME}/essai")
    assert failed.status_code == 503
    assert "Il refuse l’adresse de l’expéditeur." in failed.text
    del rude.answers["MAIL"]
    tried = await alice.submit(f"{HOME}/essai")
    assert "Le serveur a pris un e-mail d’essai pour alice@exemple.fr." in await shown_after(
        alice, tried
    )
    on = await alice.submit(f"{HOME}/activation", {"on": "yes"})
    shown = await shown_after(alice, on)
    assert "Vos e-mails partent maintenant par votre serveur." in shown
    assert f"&lt;{ADDRESS}&gt;" in shown
    await service.note_trouble(office.tenant.id, "sign_in")
    trouble = (await alice.get(HOME)).text
    assert "Votre serveur ne prend plus les e-mails depuis le" in trouble
    assert "Il refuse l’identifiant ou le mot de passe." in trouble
    assert "Après deux minutes" in trouble
    asked = (await alice.get(f"{HOME}/serveur/suppression")).text
    assert "l’identifiant et le mot de passe sont effacés" in asked
    gone = await alice.submit(f"{HOME}/serveur/suppression")
    assert "Votre serveur est oublié" in await shown_after(alice, gone)


async def test_a_password_is_never_shown_and_what_is_wrong_is_explained(entered: Entered) -> None:
    alice = await entered("Alice")
    values = {"host": "smtp.ville.fr", "username": "mairie", "password": "s3cret-word"}
    wrong = await alice.submit(
        f"{HOME}/serveur", await typed(alice, "serveur", **{**values, "port": "587 bis"})
    )
    assert wrong.status_code == 422
    assert 'href="#port"' in wrong.text
    assert "s3cret-word" not in wrong.text
    assert 'value="mairie"' in wrong.text
    saved = await alice.submit(f"{HOME}/serveur", await typed(alice, "serveur", **values))
    assert "s3cret-word" not in await shown_after(alice, saved)
    early = await alice.submit(f"{HOME}/essai")
    assert early.status_code == 409
    assert "Confirmez d’abord l’adresse" in early.text


async def test_two_who_save_at_once_are_shown_each_others_change(entered: Entered) -> None:
    alice = await entered("Alice")
    early = await typed(alice, "serveur", host="smtp.un.example")
    late = await typed(alice, "serveur", host="smtp.deux.example")
    await alice.submit(f"{HOME}/serveur", early)
    conflict = await alice.submit(f"{HOME}/serveur", late)
    assert conflict.status_code == 409
    assert "Nom du serveur : smtp.un.example" in conflict.text
    assert 'value="smtp.deux.example"' in conflict.text
