"""A Debian mail server takes our messages, encrypted and signed in, or says why not."""

from collections.abc import Generator
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from creneau_infra.mail import talking
from creneau_infra.mail.errors import DeferredError, MailRefusedError, ServerAwayError
from creneau_infra.mail.schemas import Attachment, Message
from creneau_infra.mail.transports import SmtpTransport

from tests.infra.exim import PASSWORD, USER, MailServer, running

SENDER = "Mairie de Villeneuve <rdv@example.org>"
MESSAGE = Message(
    to="Zoé Lefèvre <zoe@example.org>",
    subject="Confirmé\u00a0: lundi 23 novembre 2026 à 10\u00a0h\u00a015",
    text="Bonjour,\n.\n.. à bientôt.\n",
    html="<p>Bonjour, à bientôt.</p>",
    attachments=(Attachment("rendez-vous.ics", "text/calendar", b"BEGIN:VCALENDAR\r\n"),),
    message_id="0192",
)
SIGNED_IN = f"{USER}:{quote(PASSWORD)}@"


@pytest.fixture(scope="module")
def debian(data_dir: Path) -> Generator[MailServer, None, None]:
    folder = data_dir / "exim"
    folder.mkdir(mode=0o755)
    with running(folder) as server:
        yield server


@pytest.fixture
def trusted(debian: MailServer) -> Generator[MailServer, None, None]:
    """Know the authority of the server's certificate, as a machine does that has it installed."""
    talking.certificates.cache_clear()
    talking.certificates().load_verify_locations(debian.authority)
    yield debian
    talking.certificates.cache_clear()


@pytest.mark.parametrize("way", ["smtps://{}localhost:{}", "smtp://{}localhost:{}?starttls=always"])
async def test_messages_arrive_encrypted_and_signed_in(trusted: MailServer, way: str) -> None:
    port = trusted.implicit if way.startswith("smtps") else trusted.starttls
    smtp = SmtpTransport(way.format(SIGNED_IN, port), SENDER)
    for number in range(3):
        subject = f"{way[:5]} {number} à 10\u00a0h"
        await smtp.send(msgspec.structs.replace(MESSAGE, subject=subject))
    await smtp.close()
    trusted.run_queue()
    arrived = [one for one in trusted.delivered() if str(one["Subject"]).startswith(way[:5])]
    assert len(arrived) == 3
    received = str(arrived[0].get_all("Received"))
    assert "with esmtpsa" in received
    assert arrived[0]["From"] == SENDER
    assert arrived[0]["Message-ID"] == "<0192@example.org>"
    plain = arrived[0].get_body(("plain",))
    assert plain is not None
    assert plain.get_content() == "Bonjour,\n.\n.. à bientôt.\n"
    (attached,) = arrived[0].iter_attachments()
    assert attached.get_filename() == "rendez-vous.ics"


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("smtps://mairie:wrong@localhost:{implicit}", "sign_in"),
        ("smtp://mairie:wrong@localhost:{starttls}?starttls=always", "sign_in"),
        ("smtps://{user}127.0.0.1:{implicit}", "certificate"),
        ("smtp://{user}127.0.0.1:{starttls}?starttls=always", "certificate"),
        ("smtps://{user}localhost:{starttls}", "encryption"),
        ("smtp://{user}localhost:{starttls}?starttls=never", "sign_in"),
    ],
)
async def test_what_is_wrong_with_the_way_in_is_told_apart(
    trusted: MailServer, url: str, trouble: str
) -> None:
    address = url.format(user=SIGNED_IN, implicit=trusted.implicit, starttls=trusted.starttls)
    with pytest.raises(ServerAwayError) as caught:
        await SmtpTransport(address, SENDER).send(MESSAGE)
    assert caught.value.trouble == trouble


async def test_a_certificate_of_nobody_we_know_is_refused(debian: MailServer) -> None:
    for url in (f"smtps://localhost:{debian.implicit}", f"smtp://localhost:{debian.starttls}"):
        with pytest.raises(ServerAwayError) as caught:
            await SmtpTransport(url, SENDER).send(MESSAGE)
        assert caught.value.trouble == "certificate"


async def test_encryption_is_taken_where_it_is_offered(trusted: MailServer) -> None:
    smtp = SmtpTransport(f"smtp://{SIGNED_IN}localhost:{trusted.starttls}", SENDER)
    await smtp.send(msgspec.structs.replace(MESSAGE, subject="opportunistic"))
    await smtp.close()
    trusted.run_queue()
    (arrived,) = [one for one in trusted.delivered() if one["Subject"] == "opportunistic"]
    assert "with esmtpsa" in str(arrived.get_all("Received"))


async def test_who_does_not_sign_in_sends_nothing(trusted: MailServer) -> None:
    with pytest.raises(MailRefusedError):
        await SmtpTransport(f"smtps://localhost:{trusted.implicit}", SENDER).send(MESSAGE)


async def test_greylisting_and_unknown_recipients_are_told_apart(trusted: MailServer) -> None:
    smtp = SmtpTransport(f"smtps://{SIGNED_IN}localhost:{trusted.implicit}", SENDER)
    with pytest.raises(DeferredError):
        await smtp.send(msgspec.structs.replace(MESSAGE, to="patience@example.org"))
    with pytest.raises(MailRefusedError):
        await smtp.send(msgspec.structs.replace(MESSAGE, to="unknown@example.org"))
    await smtp.close()
