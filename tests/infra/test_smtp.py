"""Each step at which a mail server can fail, and what becomes of the message then."""

import asyncio
import re
from collections.abc import AsyncGenerator

import msgspec
import pytest
from creneau_infra import outgoing
from creneau_infra.mail import talking, transports
from creneau_infra.mail.acknowledged import Acknowledged, once
from creneau_infra.mail.connections import MOST_MESSAGES
from creneau_infra.mail.errors import (
    DeferredError,
    MailRefusedError,
    ServerAwayError,
    UncertainError,
)
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.servers import MailServer, operators_server
from creneau_infra.mail.transports import SmtpTransport
from creneau_infra.outbox.rules import TIME_FOR_A_HANDLER
from creneau_infra.settings import Settings

from tests.infra.rude import RudeServer, running

SENDER = "Créneau <ne-pas-repondre@example.org>"
MESSAGE = Message(to="zoe@example.org", subject="Bonjour", text="Bonjour", message_id="0192")


@pytest.fixture
async def rude() -> AsyncGenerator[RudeServer, None]:
    async with running() as server:
        yield server


@pytest.fixture
async def smtp(rude: RudeServer) -> AsyncGenerator[SmtpTransport, None]:
    transport = SmtpTransport(f"smtp://127.0.0.1:{rude.port}?starttls=never", SENDER)
    yield transport
    await transport.close()


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("GREETING", "421 too many"),
        ("GREETING", "554 no"),
        ("MAIL", "421 shutting down"),
        ("MAIL", "550 who are you"),
        ("MAIL", "530 sign in first"),
        ("RCPT", "421 shutting down"),
        ("DATA", "421 shutting down"),
    ],
)
async def test_what_a_server_says_to_every_message_is_the_server_s_trouble(
    rude: RudeServer, smtp: SmtpTransport, step: str, answer: str
) -> None:
    rude.answers[step] = answer
    with pytest.raises(ServerAwayError):
        await smtp.send(MESSAGE)
    del rude.answers[step]
    await smtp.send(MESSAGE)
    assert len(rude.received) == 1


@pytest.mark.parametrize("step", ["RCPT", "DATA", "END"])
async def test_a_server_decides_about_a_message_up_to_its_last_word(
    rude: RudeServer, smtp: SmtpTransport, step: str
) -> None:
    rude.answers[step] = "450 4.2.0 greylisted, come back in 300 seconds"
    with pytest.raises(DeferredError):
        await smtp.send(MESSAGE)
    rude.answers[step] = "550 5.7.1 no"
    with pytest.raises(MailRefusedError):
        await smtp.send(MESSAGE)


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "MAIL", "RCPT"])
async def test_a_connection_lost_before_the_message_leaves_nothing_behind(
    rude: RudeServer, smtp: SmtpTransport, step: str
) -> None:
    rude.hangs_up_at = step
    with pytest.raises(ServerAwayError) as caught:
        await smtp.send(MESSAGE)
    assert caught.value.trouble == "unreachable"
    assert rude.received == []


@pytest.mark.parametrize("step", ["DATA", "MIDDLE", "END"])
async def test_a_connection_lost_within_a_message_is_tried_again_under_the_same_id(
    rude: RudeServer, smtp: SmtpTransport, step: str
) -> None:
    rude.hangs_up_at = step
    with pytest.raises(UncertainError):
        await smtp.send(MESSAGE)
    rude.hangs_up_at = ""
    await smtp.send(MESSAGE)
    ids = {re.findall(rb"Message-ID: (\S+)", content)[0] for content in rude.received}
    assert ids == {b"<0192@example.org>"}
    assert len(rude.received) == (2 if step == "END" else 1)


@pytest.mark.parametrize("step", ["GREETING", "RCPT", "END"])
async def test_a_server_that_falls_silent_is_left_in_time(
    rude: RudeServer, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    # Long enough for every step before the last one, on a busy machine too.
    monkeypatch.setattr(talking, "SECONDS_TO_ANSWER", 3.0 if step == "END" else 0.2)
    smtp = SmtpTransport(f"smtp://127.0.0.1:{rude.port}?starttls=never", SENDER)
    rude.silent_at = step
    with pytest.raises(UncertainError if step == "END" else ServerAwayError):
        await smtp.send(MESSAGE)


async def test_a_server_that_is_slow_at_every_step_is_left_before_its_handler_s_time_is_over(
    rude: RudeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TIME_FOR_A_HANDLER.total_seconds() > transports.SECONDS_FOR_A_MESSAGE
    monkeypatch.setattr(transports, "SECONDS_FOR_A_MESSAGE", 0.2)
    smtp = SmtpTransport(f"smtp://127.0.0.1:{rude.port}?starttls=never", SENDER)
    rude.silent_at = "RCPT"
    async with asyncio.timeout(60):
        with pytest.raises(UncertainError):
            await smtp.send(MESSAGE)


async def test_one_connection_carries_many_messages_and_says_goodbye(
    rude: RudeServer, smtp: SmtpTransport
) -> None:
    for number in range(MOST_MESSAGES + 3):
        await smtp.send(msgspec.structs.replace(MESSAGE, message_id=str(number)))
    assert len(rude.received) == MOST_MESSAGES + 3
    assert rude.connections == 2
    await smtp.close()
    assert rude.commands.count("QUIT") == 2


async def test_a_kept_connection_is_let_go_after_a_moment(
    rude: RudeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creneau_infra.mail.connections.SECONDS_KEPT", 0.05)
    smtp = SmtpTransport(f"smtp://127.0.0.1:{rude.port}?starttls=never", SENDER)
    await smtp.send(MESSAGE)
    async with asyncio.timeout(60):
        await rude.left.wait()


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
async def test_a_kept_connection_that_the_server_ended_is_replaced_unnoticed(
    rude: RudeServer, smtp: SmtpTransport, step: str
) -> None:
    await smtp.send(MESSAGE)
    rude.answers[step] = "421 idle too long"
    with pytest.raises(ServerAwayError):
        await smtp.send(MESSAGE)  # the new one is ended, too
    assert rude.connections == 2
    del rude.answers[step]
    await smtp.send(MESSAGE)
    await smtp.send(MESSAGE)
    assert rude.connections == 3


async def test_messages_at_the_same_time_never_share_a_connection(
    rude: RudeServer, smtp: SmtpTransport
) -> None:
    messages = [msgspec.structs.replace(MESSAGE, message_id=str(one)) for one in range(20)]
    await asyncio.gather(*(smtp.send(one) for one in messages))
    assert sorted(
        int(re.findall(rb"Message-ID: <(\d+)@", content)[0]) for content in rude.received
    ) == list(range(20))


async def test_a_message_that_was_acknowledged_is_not_sent_again_after_a_bad_goodbye(
    rude: RudeServer, smtp: SmtpTransport, tmp_path_factory: pytest.TempPathFactory
) -> None:
    kept = Acknowledged(tmp_path_factory.mktemp("acknowledged") / "known")
    send = once(smtp.send, kept)
    await send(MESSAGE)
    await send(MESSAGE)
    assert len(rude.received) == 1


async def test_a_tenant_s_server_is_never_one_of_ours(rude: RudeServer, settings: Settings) -> None:
    for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "169.254.169.254"):  # noqa: S104 - addresses to refuse
        server = MailServer(host=host, port=rude.port, security="opportunistic")
        with pytest.raises(ServerAwayError) as caught:
            await SmtpTransport(server, SENDER).send(MESSAGE)
        assert caught.value.trouble == "private"
    assert rude.connections == 0
    outgoing.configure(
        msgspec.structs.replace(settings, outgoing_private_hosts=(f"127.0.0.1:{rude.port}",))
    )
    smtp = SmtpTransport(
        MailServer(host="127.0.0.1", port=rude.port, security="opportunistic"), SENDER
    )
    await smtp.send(MESSAGE)
    await smtp.close()
    outgoing.configure(settings)
    assert len(rude.received) == 1


async def test_neither_password_nor_message_leaves_in_the_clear_where_encryption_is_asked_for(
    rude: RudeServer,
) -> None:
    for url in (
        f"smtp://127.0.0.1:{rude.port}?starttls=always",
        f"smtp://user:word@127.0.0.1:{rude.port}",
    ):
        with pytest.raises(ServerAwayError) as caught:
            await SmtpTransport(url, SENDER).send(MESSAGE)
        assert caught.value.trouble == "encryption"
    assert rude.received == []
    assert "AUTH" not in rude.commands


async def test_a_server_that_cannot_sign_anybody_in_says_so(rude: RudeServer) -> None:
    smtp = SmtpTransport(f"smtp://user:word@127.0.0.1:{rude.port}?starttls=never", SENDER)
    with pytest.raises(ServerAwayError) as caught:
        await smtp.send(MESSAGE)
    assert caught.value.trouble == "sign_in"


def test_an_operator_s_address_is_read_whole_and_its_password_not_told() -> None:
    found = operators_server("smtps://re%40lay:p%2Fw@mail.example.org")
    assert (found.host, found.port, found.security) == ("mail.example.org", 465, "implicit")
    assert (found.user, found.password) == ("re@lay", "p/w")
    assert "p/w" not in repr(found)
    assert operators_server("smtp://relay").security == "opportunistic"
    assert operators_server("smtp://relay:2525?starttls=always").security == "required"
    assert operators_server("smtp://relay?starttls=never").port == 25
