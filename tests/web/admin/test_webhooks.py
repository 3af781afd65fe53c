"""Webhooks on the pages: added, tried, paused, given another secret, sent again, removed (T-13)."""

import asyncio
import re
from collections.abc import AsyncGenerator
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.webhooks import service as webhooks
from creneau.webhooks.rules import CHOICES
from creneau.webhooks.schemas import EndpointDraft
from creneau_infra import outgoing
from creneau_web.app import Application

from tests.days import tomorrow
from tests.platform.webhooks.cast import Workers, time_is_up
from tests.platform.webhooks.receiver import Receiver, here, receiving
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import shown_after
from tests.web.backoffice.cast import Office, at, book
from tests.web.stage import Clients, Visitor

HOME = "/administration/webhooks"
SECRET = re.compile(r'value="(whsec_[A-Za-z0-9+/=]+)"')


@pytest.fixture
async def receiver(app: Application) -> AsyncGenerator[Receiver, None]:
    async with receiving() as made:
        hosts = (f"127.0.0.1:{made.port}",)
        outgoing.configure(msgspec.structs.replace(app.settings, outgoing_private_hosts=hosts))
        yield made
        outgoing.configure(app.settings)


@pytest.fixture
def workers(office: Office) -> Workers:
    return Workers(office.tenant)


async def added(visitor: Visitor, receiver: Receiver) -> tuple[str, str]:
    """Add a webhook on the page; gives its own page, and its secret."""
    fields = {"address": receiver.local, "description": "Site", "events": list(CHOICES)}
    answer = await visitor.submit(f"{HOME}/nouveau", fields)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    (secret,) = SECRET.findall(answer.text)
    (found,) = await webhooks.endpoints()
    return f"{HOME}/{found.id}", secret


async def happened(office: Office) -> None:
    booking = await book(office, at(tomorrow(), 9))
    await appointments.set_state(booking.id, "waiting", SYSTEM)


@pytest.mark.parametrize(
    "end", ["", "/nouveau", "/{id}", "/{id}/modification", "/{id}/secret", "/{id}/suppression"]
)
async def test_strangers_sign_in_and_colleagues_without_the_right_are_told_so(
    client: Clients, entered: Entered, office: Office, receiver: Receiver, end: str
) -> None:
    draft = EndpointDraft(address=receiver.local, events=CHOICES)
    made, _secret = await webhooks.create(draft, SYSTEM, here)
    path = HOME + end.format(id=made)
    stranger = await client(office.tenant).get(path)
    assert stranger.headers["location"].startswith("/agents/connexion")
    assert (await (await entered("Bea")).get(path)).status_code == 403
    for action in ("pause", "reprise", "secret", "suppression", "essai", "renvoi"):
        refused = await (await entered("Bea")).submit(f"{HOME}/{made}/{action}")
        assert refused.status_code == 403
    assert (await webhooks.endpoint(made)).version == 1


async def test_an_empty_page_says_what_a_webhook_is_and_how_to_check_it(entered: Entered) -> None:
    alice = await entered("Alice")
    for language, words in (("fr", "Aucun logiciel n’est prévenu"), ("en", "No program is told")):
        shown = (await alice.get(HOME, params={"lang": language})).text
        assert words in shown
        assert "Webhook(secret).verify(body, headers)" in shown


async def test_a_secret_is_shown_once_and_nowhere_else(
    entered: Entered, receiver: Receiver
) -> None:
    alice = await entered("Alice")
    path, secret = await added(alice, receiver)
    for page in (path, HOME, f"{path}/modification", f"{path}/secret"):
        assert secret not in (await alice.get(page)).text
    again = await alice.submit(
        f"{HOME}/nouveau", {"address": receiver.local, "events": list(CHOICES)}
    )
    assert again.status_code == 422, "a page that is loaded again makes no second one"
    assert "reçoit déjà" in again.text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://example.org/", "commence par https://"),
        ("https://127.0.0.1/<script>", "réseau privé"),
        ("{{7*7}}", "commence par https://"),
        ("", "Écrivez l’adresse qui reçoit"),
    ],
)
async def test_a_wrong_address_is_kept_and_explained(
    entered: Entered, address: str, words: str
) -> None:
    alice = await entered("Alice")
    answer = await alice.submit(
        f"{HOME}/nouveau", {"address": address, "description": "Notre <b>", "events": CHOICES[0]}
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert "Notre &lt;b&gt;" in answer.text
    assert "49" not in re.findall(r'name="address" value="([^"]*)"', answer.text)
    assert "<script>" not in answer.text.partition("<main")[2]


async def test_what_is_sent_is_listed_and_shown_to_the_letter(
    entered: Entered, office: Office, receiver: Receiver, workers: Workers
) -> None:
    alice = await entered("Alice")
    path, secret = await added(alice, receiver)
    await happened(office)
    await workers.work()
    shown = (await alice.get(path)).text
    assert "Rendez-vous pris" in shown
    assert re.search(r"204 en \d+ ms", shown)
    first, second = receiver.received
    (delivery,) = [one for one in await webhooks.deliveries(_id(path)) if one.event_id == first.id]
    detail = (await alice.get(f"{path}/envois/{delivery.id}")).text
    assert str(first.id) in detail
    assert f"&#34;sequence&#34;: {first.told['data']['sequence']}" in detail
    assert first.verified(secret)
    assert second.told["data"]["state"] == "waiting"
    only = (await alice.get(path, params={"filtre-etat": "dead"})).text
    assert "Rien ne correspond" in only


async def test_a_test_tells_at_once_whether_the_address_answers(
    entered: Entered, receiver: Receiver, workers: Workers
) -> None:
    alice = await entered("Alice")
    path, _secret = await added(alice, receiver)
    answer = await alice.submit(f"{path}/essai")
    detail = answer.headers["location"]
    waiting = (await alice.get(detail)).text
    assert "L’envoi part dans un instant." in waiting
    assert f'hx-get="{detail}/avancement"' in waiting
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE webhook_delivery SET attempts = 1")
    assert "hx-get" in (await alice.get(detail)).text, "until an answer is there"
    await workers.work()
    part = (await alice.get(f"{detail}/avancement")).text
    assert "Arrivé" in part
    assert "hx-get" not in part
    receiver.says(301)
    answer = await alice.submit(f"{path}/essai")
    await workers.work()
    failed = (await alice.get(answer.headers["location"])).text
    assert "écrivez ici l’adresse finale" in failed
    assert "Envoyer un autre essai" in failed


@pytest.mark.feature("T-13")
async def test_dead_letters_are_sent_again_from_the_page_and_two_clicks_are_one(
    entered: Entered, office: Office, receiver: Receiver, workers: Workers
) -> None:
    alice = await entered("Alice")
    path, _secret = await added(alice, receiver)
    receiver.says(500)
    await happened(office)
    await workers.work()
    await time_is_up()
    await workers.send()
    assert "Renvoyer les 2 envois échoués" in (await alice.get(path)).text
    one = (await webhooks.deliveries(_id(path)))[0]
    receiver.says(200)
    clicks = [alice.submit(f"{path}/envois/{one.id}/renvoi") for _ in range(2)]
    assert [answer.status_code for answer in await asyncio.gather(*clicks)] == [303, 303]
    clicks = [alice.submit(f"{path}/renvoi") for _ in range(2)]
    await asyncio.gather(*clicks)
    await workers.work()
    assert [found.state for found in await webhooks.deliveries(_id(path))] == ["delivered"] * 2
    assert len(receiver.received) == 6
    async with tenant_transaction() as tx:
        told = await tx.rows(
            "SELECT details FROM history WHERE action = 'webhook.replayed' AND actor_id = $1",
            office.alice,
        )
    assert len(told) == 2
    assert "il n’est plus gardé" in await shown_after(alice, await alice.submit(f"{path}/renvoi"))


async def test_it_is_paused_and_switched_on_again(
    entered: Entered, office: Office, receiver: Receiver, workers: Workers
) -> None:
    alice = await entered("Alice")
    path, _secret = await added(alice, receiver)
    assert "est en pause" in await shown_after(alice, await alice.submit(f"{path}/pause"))
    await happened(office)
    await workers.work()
    assert receiver.received == []
    assert "est en service" in await shown_after(alice, await alice.submit(f"{path}/reprise"))
    assert "Modifié par Alice Martin" in (await alice.get(path)).text


async def test_another_secret_is_shown_once_and_a_second_click_changes_nothing(
    entered: Entered, receiver: Receiver
) -> None:
    alice = await entered("Alice")
    path, former = await added(alice, receiver)
    asked = (await alice.get(f"{path}/secret")).text
    (version,) = re.findall(r'name="version" value="(\d+)"', asked)
    answer = await alice.submit(f"{path}/secret", {"version": version})
    (secret,) = SECRET.findall(answer.text)
    assert secret != former
    assert answer.headers["cache-control"] == "no-store"
    second = await alice.submit(f"{path}/secret", {"version": version})
    assert "reste le même" in await shown_after(alice, second)
    assert "Deux secrets signent jusqu’au" in (await alice.get(path)).text
    for wrong in ("", "x", "1e9", "99999999999999999999"):
        await alice.submit(f"{path}/secret", {"version": wrong})
    assert (await webhooks.endpoint(_id(path))).version == int(version) + 1


async def test_a_form_is_saved_and_two_who_save_at_once_are_shown_each_others_change(
    entered: Entered, receiver: Receiver
) -> None:
    alice = await entered("Alice")
    path, _secret = await added(alice, receiver)
    form = f"{path}/modification"
    version = re.findall(r'name="version" value="(\d+)"', (await alice.get(form)).text)[0]
    typed = {"address": receiver.local, "description": "Portail", "version": version}
    saved = await alice.submit(form, {**typed, "events": CHOICES[0]})
    assert "Modifié : description, événements." in await shown_after(alice, saved)
    late = await alice.submit(form, {**typed, "description": "Accueil", "events": CHOICES[0]})
    assert late.status_code == 409
    assert "Description : Portail" in late.text
    assert 'value="Accueil"' in late.text
    assert (await webhooks.endpoint(_id(path))).events == CHOICES[:1]


async def test_removed_it_is_gone_with_all_that_was_sent(
    entered: Entered, office: Office, receiver: Receiver, workers: Workers
) -> None:
    alice = await entered("Alice")
    path, _secret = await added(alice, receiver)
    receiver.says(500)
    await happened(office)
    await workers.work()
    asked = (await alice.get(f"{path}/suppression")).text
    assert "2 envois ne sont pas arrivés : ils sont perdus." in asked
    shown = await shown_after(alice, await alice.submit(f"{path}/suppression"))
    assert "Aucun logiciel n’est prévenu" in shown
    assert (await alice.get(path)).status_code == 404


@pytest.mark.parametrize("state", ["failing", "gone"])
async def test_one_that_was_switched_off_says_why_and_what_to_do(
    entered: Entered, receiver: Receiver, state: str
) -> None:
    alice = await entered("Alice")
    path, _secret = await added(alice, receiver)
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE webhook_endpoint SET state = $1, failing_since = now(), failures = 9", state
        )
    shown = (await alice.get(path)).text
    assert "Nous avons arrêté ce webhook." in shown
    assert "Remettre en service" in shown
    await alice.submit(f"{path}/reprise")
    assert (await webhooks.endpoint(_id(path))).failing_since is None


def _id(path: str) -> UUID:
    return UUID(path.rpartition("/")[2])
