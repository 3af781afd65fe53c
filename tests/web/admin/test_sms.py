"""SMS in the administration: what they cost, when they wait, by which gateway they leave (C-80)."""

import re
from collections.abc import AsyncGenerator
from datetime import time

import pytest
from creneau.context import SYSTEM
from creneau.sms import service
from creneau.sms.errors import LimitReached
from creneau.sms.schemas import Sms, SmsSettings
from creneau_web.app import Application

from tests.platform.sms.gateway import Service, running
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, retyped, shown_after
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients

HOME = "/administration/sms"
GATEWAY = f"{HOME}/passerelle"
HTTP = f"{GATEWAY}?choix=core.http"


@pytest.fixture
async def gateway(app: Application) -> AsyncGenerator[Service, None]:
    async with running(app.settings) as found:
        yield found


@pytest.mark.parametrize("path", [HOME, GATEWAY, HTTP, f"{HOME}/essai"])
async def test_strangers_sign_in_and_colleagues_without_the_right_are_told_so(
    client: Clients, entered: Entered, office: Office, path: str
) -> None:
    stranger = await client(office.tenant).get(path)
    assert stranger.headers["location"].startswith("/agents/connexion")
    bea = await entered("Bea")
    assert (await bea.get(path)).status_code == 403
    assert (await bea.submit(path, {"on": "yes"})).status_code == 403


async def test_the_page_is_found_by_what_is_set_there(entered: Entered) -> None:
    alice = await entered("Alice")
    found = await alice.get("/administration", params={"recherche": "heures calmes"})
    assert f'href="{HOME}#quiet_begins"' in found.text
    empty = (await alice.get(HOME)).text
    assert "Sans passerelle, vos usagers reçoivent seulement des e-mails." in empty


async def test_choices_are_saved_and_said(entered: Entered) -> None:
    alice = await entered("Alice")
    typed = {"sender": "MAIRIE", "price": "0,045", "monthly_limit": "2 000", "quiet_ends": "09:30"}
    shown = await shown_after(alice, await retyped(alice, HOME, {**typed, "quiet_sundays": ""}))
    assert "Modifié : nom de l’expéditeur, prix par sms facturé, limite par mois" in shown
    assert "Modifié par Alice Martin le" in shown
    assert "0 sur 2000" in shown
    assert "Environ 0,00 € sur 90,00 €." in shown
    state = await service.state()
    assert state is not None
    assert state.settings == SmsSettings(
        sender="MAIRIE",
        price=450,
        monthly_limit=2000,
        quiet_ends=time(9, 30),
        quiet_sundays=False,
    )
    hours = await service.quiet_hours()
    assert (hours.begins, hours.ends, hours.sundays) == (time(20), time(9, 30), False)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("sender", "Mairie de St"),
        ("sender", "Élysée"),
        ("sender", "<script>"),
        ("price", "cher"),
        ("price", "-1"),
        ("price", "11"),
        ("price", "0,00001"),
        ("price", "NaN"),
        ("monthly_limit", ""),
        ("monthly_limit", "-3"),
        ("monthly_limit", "99999999999"),
        ("quiet_begins", "vingt heures"),
        ("quiet_ends", "25:00"),
    ],
)
async def test_what_cannot_be_used_is_explained_and_kept(
    entered: Entered, field: str, typed: str
) -> None:
    alice = await entered("Alice")
    answer = await retyped(alice, HOME, {field: typed, "quiet_holidays": ""})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert answer.text.count("field-error") == 1
    assert "<script>" not in answer.text.partition("<main")[2].partition("</main")[0]
    kept = re.search(rf'id="{field}"[^>]*value="([^"]*)"', answer.text)
    assert kept is not None
    assert kept[1] == typed.replace("<script>", "&lt;script&gt;")


async def test_two_who_save_at_once_are_shown_each_others_change(entered: Entered) -> None:
    alice = await entered("Alice")
    opened = (await alice.get(HOME)).text
    await retyped(alice, HOME, {"sender": "PREMIER"})
    late = await again(alice, HOME, opened, {"sender": "SECOND"})
    assert late.status_code == 409
    assert "Nom de l’expéditeur : PREMIER" in late.text
    await shown_after(alice, await again(alice, HOME, late.text, {}))
    state = await service.state()
    assert state is not None
    assert state.settings.sender == "SECOND"


async def test_length_and_cost_of_a_text_are_shown_and_nothing_is_sent(
    entered: Entered, gateway: Service
) -> None:
    alice = await entered("Alice")
    await gateway.in_use()
    await retyped(alice, HOME, {"price": "0,06"})
    long = await alice.submit(f"{HOME}/longueur", {"text": "ê" * 71})
    assert "<b>2 SMS facturés</b>, 0,12 €" in long.text
    assert "71 caractères, dont au moins un qui coûte plus cher" in long.text
    short = await alice.submit(f"{HOME}/longueur", {"text": "L’équipe & vous {{7*7}}"})
    assert "<b>1 SMS facturé</b>, 0,06 €" in short.text
    assert "27 caractères. Il en reste 133 avant le SMS suivant." in " ".join(
        re.sub(r"<[^>]+>", " ", short.text).split()
    )
    assert "L’équipe &amp; vous {{7*7}}" in short.text
    assert gateway.asked == []


async def test_a_gateway_is_described_tried_on_one_s_own_phone_and_switched_on(
    entered: Entered, gateway: Service
) -> None:
    alice = await entered("Alice")
    chooser = (await alice.get(GATEWAY)).text
    assert "Service SMS par HTTP" in chooser
    described = {**gateway.described(), "gateway": "core.http"}
    page = await alice.get(HTTP)
    answer = await again(alice, GATEWAY, page.text, described)
    assert "La passerelle est enregistrée." in await shown_after(alice, answer)
    assert "À tester" in (await alice.get(HOME)).text
    early = await alice.submit(f"{HOME}/activation", {"on": "yes"})
    assert "pas encore été testée" in await shown_after(alice, early)
    assert not await service.ready()
    landline = await alice.submit(f"{HOME}/essai", {"to": "01 23 45 67 89"})
    assert landline.status_code == 422
    assert 'value="01 23 45 67 89"' in landline.text
    tried = await alice.submit(f"{HOME}/essai", {"to": "0692 12 34 56"})
    assert "La passerelle a pris le SMS d’essai." in await shown_after(alice, tried)
    assert gateway.asked[0].json["to"] == "+262692123456"
    on = await alice.submit(f"{HOME}/activation", {"on": "yes"})
    assert "Les SMS sont en service." in await shown_after(alice, on)
    assert await service.ready()
    off = await alice.submit(f"{HOME}/activation", {"on": "no"})
    assert "Les SMS sont coupés" in await shown_after(alice, off)
    assert not await service.ready()


async def test_the_secret_is_never_shown_and_an_empty_one_keeps_it(
    entered: Entered, gateway: Service
) -> None:
    alice = await entered("Alice")
    await gateway.in_use(secret="s3cret-k3y")
    page = (await alice.get(HTTP)).text
    assert "s3cret-k3y" not in page
    assert "Enregistrer coupe les SMS" in page
    wrong = await again(alice, GATEWAY, page, {"secret": "n3w-k3y", "url": "http://a/"})
    assert wrong.status_code == 422
    assert "n3w-k3y" not in wrong.text
    saved = await again(alice, GATEWAY, page, {"refused": "400"})
    assert saved.status_code == 303
    await service.try_out("0612345678", SYSTEM)
    assert gateway.asked[-1].headers["authorization"] == "Bearer s3cret-k3y"


async def test_the_secret_does_not_follow_the_gateway_to_another_address(
    entered: Entered, gateway: Service
) -> None:
    alice = await entered("Alice")
    await gateway.in_use(secret="s3cret-k3y")
    page = (await alice.get(HTTP)).text
    elsewhere = {"url": "https://ailleurs.example/sms"}
    asked = await again(alice, GATEWAY, page, elsewhere)
    assert asked.status_code == 422
    assert "Écrivez le secret" in asked.text
    given = await again(alice, GATEWAY, page, {**elsewhere, "secret": "an0ther-k3y"})
    assert given.status_code == 303


async def test_what_the_gateway_answers_is_shown_where_the_test_fails(
    entered: Entered, gateway: Service
) -> None:
    alice = await entered("Alice")
    await gateway.chosen()
    gateway.status, gateway.body = 401, b'{"error": "<b>bad key k3y</b>"}'
    failed = await alice.submit(f"{HOME}/essai", {"to": "06 12 34 56 78"})
    assert failed.status_code == 503
    assert "Elle refuse le secret (HTTP 401)." in failed.text
    assert "&lt;b&gt;bad key •••&lt;/b&gt;" in failed.text
    assert 'value="06 12 34 56 78"' in failed.text
    assert "La passerelle ne fonctionne pas depuis le" in (await alice.get(HOME)).text
    gateway.status = 422
    refused = await alice.submit(f"{HOME}/essai", {"to": "06 12 34 56 78"})
    assert refused.status_code == 422
    assert "La passerelle refuse ce SMS." in refused.text


async def test_a_reached_limit_is_said_with_how_many_did_not_leave(
    entered: Entered, gateway: Service
) -> None:
    alice = await entered("Alice")
    await gateway.in_use()
    await retyped(alice, HOME, {"monthly_limit": "1"})
    with pytest.raises(LimitReached):
        await service.send(Sms(to="+33612345678", text="Bonjour", reference="1"))
    page = (await alice.get(HOME)).text
    assert "La limite de ce mois est atteinte." in page
    assert "1 SMS n’est pas parti." in page
    await retyped(alice, HOME, {"monthly_limit": "1000"})
    assert "La limite de ce mois est atteinte." not in (await alice.get(HOME)).text


async def test_an_unknown_gateway_is_not_found_and_tests_are_limited(
    entered: Entered, gateway: Service
) -> None:
    alice = await entered("Alice")
    await gateway.chosen()
    assert (await alice.get(f"{GATEWAY}?choix=core.none")).status_code == 404
    assert (await alice.submit(GATEWAY, {"gateway": "core.none"})).status_code == 404
    answers = [
        (await alice.submit(f"{HOME}/essai", {"to": "0612345678"})).status_code for _ in range(11)
    ]
    assert answers == [*[303] * 10, 429]
