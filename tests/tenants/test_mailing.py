"""Mails leave by a tenant's own server under its own address, and by the platform's where it fails."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau_infra import clock, outgoing
from creneau_infra.mail.errors import (
    DeferredError,
    MailRefusedError,
    ServerAwayError,
    UncertainError,
)
from creneau_infra.settings import Settings
from creneau_tenants.mailing import jobs, service
from creneau_tenants.mailing.errors import NoServer, NotConfirmed, NotTested, ServerDoesNotWork
from creneau_tenants.mailing.schemas import ServerSettings

from tests.infra.rude import RudeServer
from tests.platform.cast import new_tenant
from tests.tenants.post import ADDRESS, MESSAGE, PLATFORM, Office, confirmed, in_use, read, seen


async def test_without_any_setting_mails_come_from_the_platform(
    tenant: Tenant, office: Office
) -> None:
    await office.post.deliver(MESSAGE)
    (letter,) = await office.box.letters()
    assert letter.sender == f"{tenant.name} <ne-pas-repondre@plateforme.example>"
    assert "Reply-To" not in letter.headers


async def test_an_address_gets_no_answers_before_somebody_there_says_yes(
    tenant: Tenant, office: Office
) -> None:
    assert await service.choose_address(" RDV@Ville.example ", SYSTEM, seen=None) == ADDRESS
    await office.work(tenant)
    (asking,) = await office.box.letters()
    assert asking.to == ADDRESS
    assert asking.sender == f"{tenant.name} <ne-pas-repondre@plateforme.example>"
    secret = await office.secret()
    await office.post.deliver(MESSAGE)
    letter = (await office.box.letters())[0]
    assert "Reply-To" not in letter.headers
    assert ADDRESS not in letter.sender
    await office.post.deliver(
        msgspec.structs.replace(MESSAGE, message_id="2", reply_to="accueil@ville.example")
    )
    assert (await office.box.letters())[0].headers["Reply-To"] == "accueil@ville.example"
    assert await service.confirm(secret) == ADDRESS
    await office.post.deliver(msgspec.structs.replace(MESSAGE, message_id="3"))
    letter = (await office.box.letters())[0]
    assert letter.headers["Reply-To"] == ADDRESS
    assert ADDRESS not in letter.sender


async def test_a_link_confirms_once_for_its_own_tenant_and_the_address_it_was_sent_to(
    tenant: Tenant, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.choose_address(ADDRESS, SYSTEM, seen=None)
    await office.work(tenant)
    first = await office.secret()
    with acting_for(await new_tenant()), pytest.raises(NotFound):
        await service.confirm(first)
    assert await service.confirmation(first) == ADDRESS
    assert (await service.state()).confirmed_at is None  # looking changes nothing
    await service.choose_address("autre@ville.example", SYSTEM, seen=await seen())
    for wrong in (first, "x" * 43, ""):
        with pytest.raises(NotFound):
            await service.confirm(wrong)
    await office.work(tenant)
    second = await office.secret()
    later = clock.now() + timedelta(days=7, minutes=1)
    with monkeypatch.context() as moved:
        moved.setattr(clock, "now", lambda: later)
        with pytest.raises(NotFound):
            await service.confirm(second)
    assert await service.confirm(second) == "autre@ville.example"
    with pytest.raises(NotFound):
        await service.confirm(second)


async def test_asking_again_makes_another_link_and_the_first_still_works(
    tenant: Tenant, office: Office
) -> None:
    await service.choose_address(ADDRESS, SYSTEM, seen=None)
    await office.work(tenant)
    first = await office.secret()
    await service.ask_again(SYSTEM)
    await office.work(tenant)
    assert await office.secret() != first
    assert await service.confirm(first) == ADDRESS


async def test_a_server_is_used_once_the_address_is_confirmed_and_a_mail_went_through(
    tenant: Tenant, office: Office, rude: RudeServer
) -> None:
    with pytest.raises(NoServer):
        await service.switch(SYSTEM, on=True)
    chosen = ServerSettings(host="127.0.0.1", port=rude.port, security="opportunistic")
    await service.set_server(chosen, "", SYSTEM, seen=await seen())
    with pytest.raises(NotConfirmed):
        await service.to_test()
    await confirmed(office, tenant)
    with pytest.raises(NotTested):
        await service.switch(SYSTEM, on=True)
    rude.answers["END"] = "550 5.7.1 not you"
    with pytest.raises(ServerDoesNotWork) as caught:
        await jobs.send_trial(await service.to_test(), "alice@example.org", PLATFORM)
    assert "refuse cet e-mail" in str(caught.value)
    del rude.answers["END"]
    await in_use(office, tenant, rude)
    await office.post.deliver(MESSAGE)
    (arrived,) = read(rude)
    assert arrived["From"] == f"{tenant.name} <{ADDRESS}>"
    assert arrived["Reply-To"] is None
    assert await office.box.letters() == []
    assert rude.received[0].count(b"Message-ID: <0192@plateforme.example>") == 1


async def test_another_tenant_s_mails_do_not_pass_by_this_server(
    tenant: Tenant, office: Office, rude: RudeServer
) -> None:
    await in_use(office, tenant, rude)
    with acting_for(await new_tenant()):
        await office.post.deliver(MESSAGE)
    assert rude.received == []
    (letter,) = await office.box.letters()
    assert ADDRESS not in str(letter.headers)


async def test_a_change_of_the_address_or_of_the_way_switches_the_server_off(
    tenant: Tenant, office: Office, rude: RudeServer
) -> None:
    await in_use(office, tenant, rude)
    same = ServerSettings(host="127.0.0.1", port=rude.port, security="opportunistic")
    await service.set_server(same, "", SYSTEM, seen=await seen())
    assert (await service.state()).enabled
    other = msgspec.structs.replace(same, security="required")
    await service.set_server(other, "", SYSTEM, seen=await seen())
    assert not (await service.state()).enabled
    await in_use(office, tenant, rude)
    await service.choose_address("", SYSTEM, seen=await seen())
    state = await service.state()
    assert (state.enabled, state.confirmed_at, state.host) == (False, None, "127.0.0.1")


async def test_a_server_in_trouble_is_waited_for_and_then_the_platform_takes_its_place(
    tenant: Tenant, office: Office, rude: RudeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_use(office, tenant, rude)
    start = clock.now()
    rude.answers["MAIL"] = "421 4.3.2 shutting down"

    def minutes_later(minutes: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=minutes))

    for minutes in (0, 1):
        minutes_later(minutes)
        with pytest.raises(ServerAwayError):
            await office.post.deliver(MESSAGE)
    state = await service.state()
    assert (state.trouble, state.trouble_since) == ("busy", start)
    assert await office.box.letters() == []
    minutes_later(2)
    await office.post.deliver(MESSAGE)
    (letter,) = await office.box.letters()
    assert letter.sender == f"{tenant.name} <ne-pas-repondre@plateforme.example>"
    assert letter.headers["Reply-To"] == ADDRESS
    assert letter.headers["Message-ID"] == "<0192@plateforme.example>"
    tried = rude.connections
    minutes_later(5.5)
    await office.post.deliver(msgspec.structs.replace(MESSAGE, message_id="2"))
    assert rude.connections == tried  # left alone for five minutes
    assert len(await office.box.letters()) == 2
    del rude.answers["MAIL"]
    minutes_later(7)
    await office.post.deliver(msgspec.structs.replace(MESSAGE, message_id="3"))
    assert len(read(rude)) == 1
    assert (await service.state()).trouble == ""


async def test_one_mail_knocks_at_a_server_in_trouble_and_none_waits_behind_it(
    tenant: Tenant, office: Office, rude: RudeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_use(office, tenant, rude)
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start)
    rude.hangs_up_at = "MAIL"
    with pytest.raises(ServerAwayError):
        await office.post.deliver(MESSAGE)
    rude.hangs_up_at, rude.silent_at = "", "GREETING"
    knocking = asyncio.create_task(office.post.deliver(MESSAGE))
    await rude.fell_silent.wait()
    tried = rude.connections
    another = msgspec.structs.replace(MESSAGE, message_id="2")
    with pytest.raises(ServerAwayError):
        await office.post.deliver(another)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=6))
    await office.post.deliver(another)
    assert len(await office.box.letters()) == 1
    assert rude.connections == tried
    knocking.cancel()
    await asyncio.gather(knocking, return_exceptions=True)
    rude.silent_at = ""
    await office.post.deliver(MESSAGE)
    assert len(read(rude)) == 1


async def test_a_lost_last_word_is_tried_again_and_later_by_the_platform_under_the_same_id(
    tenant: Tenant, office: Office, rude: RudeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_use(office, tenant, rude)
    start = clock.now()
    rude.hangs_up_at = "END"
    monkeypatch.setattr(clock, "now", lambda: start)
    with pytest.raises(UncertainError):
        await office.post.deliver(MESSAGE)
    assert await office.box.letters() == []
    assert (await service.state()).trouble == "unreachable"
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=3))
    await office.post.deliver(MESSAGE)
    (letter,) = await office.box.letters()
    assert letter.headers["Message-ID"] == read(rude)[0]["Message-ID"]


async def test_what_is_wrong_with_one_message_is_not_the_server_s_trouble(
    tenant: Tenant, office: Office, rude: RudeServer
) -> None:
    await in_use(office, tenant, rude)
    rude.answers["RCPT"] = "550 5.1.1 no such user"
    with pytest.raises(MailRefusedError):
        await office.post.deliver(MESSAGE)
    rude.answers["RCPT"] = "450 4.2.0 greylisted"
    with pytest.raises(DeferredError):
        await office.post.deliver(MESSAGE)
    assert (await service.state()).trouble == ""
    assert await office.box.letters() == []


async def test_a_private_server_is_not_called(
    tenant: Tenant, office: Office, rude: RudeServer, settings: Settings
) -> None:
    await in_use(office, tenant, rude)
    outgoing.configure(settings)
    called = rude.connections
    await office.post.close()
    with pytest.raises(ServerAwayError):
        await office.post.deliver(MESSAGE)
    with pytest.raises(ServerDoesNotWork) as caught:
        await jobs.send_trial(await service.to_test(), "alice@example.org", PLATFORM)
    assert "réseau privé" in str(caught.value)
    assert rude.connections == called
    del tenant


@pytest.mark.parametrize(
    ("field", "changes", "password"),
    [
        ("host", {"host": ""}, ""),
        ("host", {"host": "http://smtp.ville.fr/"}, ""),
        ("host", {"host": "smtp.ville.fr\r\nX: y"}, ""),
        ("port", {"port": 0}, ""),
        ("port", {"port": 70000}, ""),
        ("security", {"security": "never"}, ""),
        ("security", {"security": "opportunistic", "username": "u"}, "p"),
        ("password", {"username": "mairie"}, ""),
        ("username", {}, "p"),
        ("password", {"username": "mairie"}, "p\r\nRSET"),
    ],
)
async def test_what_cannot_be_a_server_is_said_beside_its_field(
    tenant: Tenant, field: str, changes: dict[str, str], password: str
) -> None:
    chosen = msgspec.structs.replace(ServerSettings(host="smtp.ville.fr"), **changes)
    with pytest.raises(InvalidInput) as caught:
        await service.set_server(chosen, password, SYSTEM, seen=None)
    assert set(caught.value.fields) == {field}
    del tenant


async def test_a_password_is_sealed_kept_and_never_told_to_another_server(tenant: Tenant) -> None:
    chosen = ServerSettings(host="smtp.ville.fr", username="mairie")
    await service.set_server(chosen, "m0t", SYSTEM, seen=None)
    kept = (await service.state()).password
    assert kept is not None
    assert b"m0t" not in kept
    assert service.server_of(await service.state()).password == "m0t"
    await service.set_server(
        msgspec.structs.replace(chosen, port=465), "", SYSTEM, seen=await seen()
    )
    assert service.server_of(await service.state()).password == "m0t"
    elsewhere = msgspec.structs.replace(chosen, host="smtp.elsewhere.example")
    with pytest.raises(InvalidInput) as caught:
        await service.set_server(elsewhere, "", SYSTEM, seen=await seen())
    assert set(caught.value.fields) == {"password"}
    await service.forget_server(SYSTEM)
    state = await service.state()
    assert (state.host, state.password, state.username) == ("", None, "")
    del tenant


async def test_two_who_save_at_once_are_told(tenant: Tenant) -> None:
    await service.choose_address(ADDRESS, SYSTEM, seen=None)
    with pytest.raises(ChangedMeanwhile):
        await service.choose_address("autre@ville.example", SYSTEM, seen=None)
    del tenant
