"""What reads as an encoded word is decoded when a header is set: it may hold no line end."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from creneau_infra.mail.building import address, build, enveloped, named
from creneau_infra.mail.errors import MailRefusedError
from creneau_infra.mail.folding import LETTERS
from creneau_infra.mail.schemas import Attachment, Message

SENDER = "Mairie de Villeneuve <ne-pas-repondre@example.org>"
ZOE = "zoe@example.org"
HEADERS = {
    *("from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "x-name"),
    *("mime-version", "content-type", "content-transfer-encoding", "content-disposition"),
}
FORGED = [
    "=?utf-8?q?Zo=C3=AB=0D=0ABcc:_eve=40example.org?=",
    "=?utf-8?q?a=0ABcc:_eve=40example.org?=",
    "=?utf-8?q?a=0D=0A=0D=0ACliquez?=",
    "=?utf-8?b?YQ0KQmNjOiBldmVAZXhhbXBsZS5vcmc=?=",
    "a =?utf-8?q?b=0DBcc:_eve=40example.org?= c",
    "==??utf-8?q?a=0D=0ABcc:_eve=40example.org?=",
    "=\x00?utf-8?q?a=0D=0ABcc:_eve=40example.org?=",
]


@pytest.mark.parametrize("end", ["", " é"])
@pytest.mark.parametrize("forged", FORGED)
def test_an_encoded_word_that_somebody_typed_becomes_no_header(forged: str, end: str) -> None:
    text = forged + end
    envelope = enveloped(
        Message(
            to=named(text, ZOE),
            sender=named(text, "mairie@example.org"),
            reply_to=named(text, "accueil@example.org"),
            subject=text,
            text="Bonjour.",
            headers={"X-Name": text},
            attachments=(Attachment(text, "text/plain", b"x"),),
            message_id="0192-abc",
        ),
        SENDER,
    )
    read = message_from_bytes(envelope.content, policy=default)
    assert {name.lower() for part in read.walk() for name in part} <= HEADERS
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Bonjour.\r\n"
    assert (envelope.recipient, envelope.sender) == (ZOE, "mairie@example.org")


@pytest.mark.parametrize("name", ["Subject", "X-Name"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_a_header_that_holds_another_is_never_written(name: str, ending: str) -> None:
    # Set past `one_line`, as by a way to encode line ends that nobody knows yet.
    built = EmailMessage(policy=LETTERS)
    encoded = "".join(f"={ord(char):02X}" for char in ending)
    built[name] = f"=?utf-8?q?a{encoded}Bcc:_eve?="
    with pytest.raises(MailRefusedError):
        built.as_bytes()


@pytest.mark.parametrize("wrong", ["zoé@example.org", "zoe@exemplé.fr", "Zoé <zoe@exemplé.fr>"])
def test_an_address_that_no_server_takes_as_it_is_is_refused_for_good(wrong: str) -> None:
    with pytest.raises(MailRefusedError):
        address(wrong)
    with pytest.raises(MailRefusedError):
        build(Message(to=wrong, subject="x", text="x"), SENDER)
