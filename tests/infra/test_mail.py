import mailbox
import socket
from collections.abc import Generator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from creneau_infra.mail.building import build, named
from creneau_infra.mail.errors import DeferredError, MailRefusedError, ServerAwayError
from creneau_infra.mail.mailbox import Mailbox
from creneau_infra.mail.schemas import Attachment, Message
from creneau_infra.mail.transports import (
    MailboxTransport,
    SmtpTransport,
    mailbox_of,
    transport_for,
)
from creneau_infra.settings import Settings

SENDER = "Mairie de Villeneuve <ne-pas-repondre@example.org>"
INVITATION = Attachment(
    "rendez-vous.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR\r\n"
)
MESSAGE = Message(
    to="Zoé Lefèvre <zoe@example.org>",
    subject="Confirmé\u00a0: lundi 23 novembre 2026 à 10\u00a0h\u00a015",
    text="Bonjour,\n\nà bientôt.\n",
    html="<p>Bonjour,</p><p>à bientôt.</p>",
    reply_to="accueil@example.org",
    attachments=(INVITATION,),
    headers={"X-Tenant": "ville"},
    message_id="0192-abc",
)


class MailServer:
    """A real mail server that keeps what it is given, and answers as it is told to."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.senders: list[str | None] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answer_to_data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.received.append(message_from_bytes(envelope.content, policy=default))
            self.recipients += envelope.rcpt_tos
            self.senders.append(envelope.mail_from)
        return self.answer_to_data


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server(port: int) -> Generator[MailServer, None, None]:
    kept = MailServer()
    controller = Controller(kept, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    yield kept
    controller.stop()


@pytest.fixture
def smtp(port: int) -> SmtpTransport:
    return SmtpTransport(f"smtp://127.0.0.1:{port}", SENDER)


async def test_a_message_can_come_back_elsewhere_than_to_its_sender(
    server: MailServer, smtp: SmtpTransport
) -> None:
    await smtp.send(msgspec.structs.replace(MESSAGE, return_to="abc@retours.example.org"))
    await smtp.send(msgspec.structs.replace(MESSAGE, message_id="2"))
    assert server.senders == ["abc@retours.example.org", "ne-pas-repondre@example.org"]
    assert server.received[0]["From"] == SENDER
    assert "retours" not in str(server.received[0]["To"])


async def test_a_message_arrives_whole(server: MailServer, smtp: SmtpTransport) -> None:
    await smtp.send(MESSAGE)
    (message,) = server.received
    assert server.recipients == ["zoe@example.org"]
    assert message["To"] == "Zoé Lefèvre <zoe@example.org>"
    assert message["From"] == SENDER
    assert message["Reply-To"] == "accueil@example.org"
    assert message["Subject"] == MESSAGE.subject
    assert message["Message-ID"] == "<0192-abc@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Tenant"] == "ville"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "à bientôt." in plain.get_content()
    assert "<p>à bientôt.</p>" in html.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "rendez-vous.ics"
    assert attached["Content-Type"].params["method"] == "REQUEST"
    assert attached.get_payload(decode=True) == INVITATION.content


async def test_a_tenants_own_sender_takes_the_place_of_the_usual(
    server: MailServer, smtp: SmtpTransport
) -> None:
    await smtp.send(msgspec.structs.replace(MESSAGE, sender="Campus <rdv@campus.example>"))
    assert server.received[0]["From"] == "Campus <rdv@campus.example>"
    # The same message, whichever way it takes: a reader drops the second.
    assert server.received[0]["Message-ID"] == "<0192-abc@example.org>"


@pytest.mark.parametrize("answer", ["550 no such user", "553 not allowed"])
async def test_a_recipient_that_is_refused_for_good_is_not_tried_again(
    server: MailServer, smtp: SmtpTransport, answer: str
) -> None:
    server.answer_to_recipient = answer
    with pytest.raises(MailRefusedError) as caught:
        await smtp.send(MESSAGE)
    assert "zoe" not in str(caught.value)


async def test_content_that_is_refused_for_good_is_not_tried_again(
    server: MailServer, smtp: SmtpTransport
) -> None:
    server.answer_to_data = "554 looks like spam"
    with pytest.raises(MailRefusedError):
        await smtp.send(MESSAGE)


@pytest.mark.parametrize("answer", ["450 come back", "452 mailbox full"])
async def test_a_recipient_that_is_refused_for_now_is_tried_again(
    server: MailServer, smtp: SmtpTransport, answer: str
) -> None:
    server.answer_to_recipient = answer
    with pytest.raises(DeferredError):
        await smtp.send(MESSAGE)
    server.answer_to_recipient = "250 OK"
    await smtp.send(MESSAGE)
    assert len(server.received) == 1


async def test_a_server_that_is_away_is_tried_again(smtp: SmtpTransport) -> None:
    with pytest.raises(ServerAwayError) as caught:
        await smtp.send(MESSAGE)
    assert caught.value.trouble == "unreachable"


@pytest.mark.usefixtures("server")
async def test_a_server_without_encryption_is_refused_where_it_is_asked_for(port: int) -> None:
    transport = SmtpTransport(f"smtp://127.0.0.1:{port}?starttls=always", SENDER)
    with pytest.raises(ServerAwayError) as caught:
        await transport.send(MESSAGE)
    assert caught.value.trouble == "encryption"


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x00\n"])
async def test_a_text_cannot_become_a_header(
    ending: str, server: MailServer, smtp: SmtpTransport
) -> None:
    forged = f"Bonjour{ending}Bcc: eve@example.org{ending}{ending}Cliquez"
    await smtp.send(
        msgspec.structs.replace(
            MESSAGE,
            subject=forged,
            headers={"X-Name": forged},
            attachments=(Attachment(f"a{forged}", f"text/plain{ending}Bcc: eve", b"x"),),
            message_id=forged,
        )
    )
    (message,) = server.received
    assert server.recipients == ["zoe@example.org"]
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Bonjour Bcc: eve@example.org")
    assert message["X-Name"].startswith("Bonjour Bcc:")
    assert all("Bcc" not in name for part in message.walk() for name in part.keys())  # noqa: SIM118 - a message is no dict


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "zoe",
        "zoe@",
        "@example.org",
        "zoe@example.org, eve@example.org",
        "zoe@example.org\r\nBcc: eve@example.org",
        "Zoé\n <zoe@example.org>",
    ],
)
def test_what_is_not_one_address_is_refused(wrong: str) -> None:
    for field in ("to", "sender", "reply_to"):
        if wrong or field == "to":
            with pytest.raises(MailRefusedError):
                build(msgspec.structs.replace(MESSAGE, **{field: wrong}), SENDER)


@pytest.mark.parametrize("name", ["Bcc", "to", "Subject", "X Name", "X:Y", "", "X\r\nBcc"])
def test_a_header_that_is_ours_or_none_is_refused(name: str) -> None:
    with pytest.raises(MailRefusedError):
        build(msgspec.structs.replace(MESSAGE, headers={name: "x"}), SENDER)


@pytest.mark.parametrize(
    "name", ["Zoé Lefèvre", "Dupont, Zoé", 'Zoé "la Grande"', "Zoé\r\nBcc: x", ""]
)
async def test_a_name_before_an_address_may_hold_anything(
    name: str, server: MailServer, smtp: SmtpTransport
) -> None:
    await smtp.send(msgspec.structs.replace(MESSAGE, to=named(name, "zoe@example.org")))
    assert server.recipients == ["zoe@example.org"]
    (recipient,) = server.received[0]["To"].addresses
    assert recipient.display_name == name.replace("\r\n", " ")


def test_a_file_name_never_leads_elsewhere() -> None:
    built = build(
        msgspec.structs.replace(
            MESSAGE, attachments=(Attachment("../../etc/passwd", "text/plain", b"x"),)
        ),
        SENDER,
    )
    (attached,) = built.iter_attachments()
    assert attached.get_filename() == "..-..-etc-passwd"


async def test_the_mailbox_shows_what_was_sent_the_newest_first(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mailbox")
    transport = MailboxTransport(box, SENDER)
    assert await box.letters() == []
    await transport.send(MESSAGE)
    await transport.send(
        Message(to="bob@example.org", subject="Second", text="Bonsoir", message_id="2")
    )
    second, first = await box.letters()
    assert (second.subject, second.text.strip(), second.html) == ("Second", "Bonsoir", None)
    assert (first.to, first.sender) == ("Zoé Lefèvre <zoe@example.org>", SENDER)
    assert first.html is not None
    assert "à bientôt" in first.html
    assert first.attachments == (
        Attachment("rendez-vous.ics", "text/calendar", INVITATION.content),
    )
    assert first.headers["X-Tenant"] == "ville"
    assert await box.letter(first.id) == first
    assert len(await box.letters(most=1)) == 1


async def test_the_same_message_again_stays_one(tmp_path: Path) -> None:
    transport = MailboxTransport(Mailbox(tmp_path), SENDER)
    await transport.send(MESSAGE)
    await transport.send(MESSAGE)
    assert len(await Mailbox(tmp_path).letters()) == 1


@pytest.mark.parametrize("wrong", ["", "..", "../../etc/passwd", "unknown", "*"])
async def test_an_id_that_is_none_finds_nothing(wrong: str, tmp_path: Path) -> None:
    await MailboxTransport(Mailbox(tmp_path), SENDER).send(MESSAGE)
    assert await Mailbox(tmp_path).letter(wrong) is None


async def test_any_mail_program_can_read_the_mailbox_and_it_can_be_emptied(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mailbox")
    await MailboxTransport(box, SENDER).send(MESSAGE)
    read = mailbox.Maildir(tmp_path / "mailbox", create=False)
    assert [message["Message-ID"] for message in read] == ["<0192-abc@example.org>"]
    read.close()
    assert ((tmp_path / "mailbox" / "new").stat().st_mode & 0o777) == 0o700
    await box.clear()
    assert await box.letters() == []


async def test_the_settings_choose_the_way_out(
    tmp_path: Path, server: MailServer, port: int
) -> None:
    demo = Settings(data_dir=tmp_path, mail_sender=SENDER)
    await transport_for(demo).send(MESSAGE)
    assert len(await mailbox_of(tmp_path).letters()) == 1
    await transport_for(msgspec.structs.replace(demo, smtp_url=f"smtp://127.0.0.1:{port}")).send(
        MESSAGE
    )
    assert len(server.received) == 1


def test_a_picture_lies_in_the_mail_and_an_invitation_is_a_way_to_read_it() -> None:
    picture = Attachment("logo.png", "image/png", b"\x89PNG", content_id="logo")
    invitation = msgspec.structs.replace(INVITATION, also_shown=True)
    built = build(
        msgspec.structs.replace(
            MESSAGE, html='<img src="cid:logo">', attachments=(invitation, picture)
        ),
        SENDER,
    )
    read = message_from_bytes(built.as_bytes(), policy=default)
    kinds = [part.get_content_type() for part in read.walk()]
    assert kinds == [
        *("multipart/mixed", "multipart/alternative", "text/plain"),
        *("multipart/related", "text/html", "image/png", "text/calendar", "text/calendar"),
    ]
    (shown,) = [part for part in read.walk() if part["Content-ID"]]
    assert shown["Content-ID"] == "<logo>"
    assert [part.get_filename() for part in read.iter_attachments()] == ["rendez-vous.ics"]


async def test_the_mailbox_shows_the_pictures_that_lie_in_a_mail(tmp_path: Path) -> None:
    picture = Attachment("logo.png", "image/png", b"\x89PNG", content_id="logo")
    message = msgspec.structs.replace(MESSAGE, html='<img src="cid:logo">', attachments=(picture,))
    box = Mailbox(tmp_path)
    await MailboxTransport(box, SENDER).send(message)
    (letter,) = await box.letters()
    assert letter.html is not None
    assert letter.html.strip() == '<img src="data:image/png;base64,iVBORw==">'
    assert letter.attachments == ()
