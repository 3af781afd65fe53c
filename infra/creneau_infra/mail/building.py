import re
from datetime import UTC
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, getaddresses, make_msgid
from typing import cast

from creneau_infra.clock import now
from creneau_infra.mail.errors import MailRefusedError
from creneau_infra.mail.folding import LETTERS
from creneau_infra.mail.schemas import Attachment, Envelope, Message

OURS = frozenset(
    {
        *("to", "from", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id"),
        *("mime-version", "content-type", "content-transfer-encoding", "content-disposition"),
    }
)
"""Headers that come from the message's own fields and cannot be set beside them."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def build(message: Message, default_sender: str) -> EmailMessage:
    """Put a message together, so that no text of it can become a header of its own.

    Raises:
        MailRefusedError: An address or the name of a header is not acceptable.
    """
    built = EmailMessage(policy=LETTERS)
    sender = address(message.sender or default_sender)
    built["From"] = sender
    built["To"] = address(message.to)
    if message.reply_to is not None:
        built["Reply-To"] = address(message.reply_to)
    built["Subject"] = one_line(message.subject)
    built["Date"] = format_datetime(now().astimezone(UTC))
    # The same whoever it comes from: a message that leaves by another way is still the same.
    built["Message-ID"] = _message_id(message, address(default_sender).domain)
    built["Auto-Submitted"] = "auto-generated"
    for name, value in message.headers.items():
        built[_header_name(name)] = one_line(value)
    _add_content(built, message)
    return built


def enveloped(message: Message, default_sender: str) -> Envelope:
    """Put a message together as a server takes it.

    Raises:
        MailRefusedError: An address or the name of a header is not acceptable.
    """
    built = build(message, default_sender)
    sender, recipient = (built[name].addresses[0].addr_spec for name in ("From", "To"))
    return Envelope(
        sender=message.return_to or sender,
        recipient=recipient,
        # As bytes: a message would be folded again, by other rules than ours.
        content=built.as_bytes(),
        message_id=message.message_id,
    )


def one_line(text: str) -> str:
    """Put a header's text on one line, without any control character, spelt out or encoded.

    What looks like an encoded word is decoded when a header is set, and could hold line ends.
    """
    return _CONTROL.sub(" ", text).strip().replace("=?", "= ?")


def address(text: str) -> Address:
    """Read one address, with or without a name.

    Raises:
        MailRefusedError: It is not exactly one address.
    """
    if _CONTROL.search(text):
        raise MailRefusedError("an address with a control character")
    try:
        # One pair, or the text holds several addresses.
        ((name, bare),) = getaddresses([text])
        if not bare.isascii():
            raise MailRefusedError("an address that is not ASCII")
        found = Address(display_name=one_line(name), addr_spec=bare)
    except (ValueError, IndexError, AttributeError, MessageError) as error:
        raise MailRefusedError("not an address") from error
    if not found.username or not found.domain:
        raise MailRefusedError("not an address")
    return found


def named(name: str, bare: str) -> str:
    """Write an address with a name before it, whatever characters the name holds.

    Raises:
        MailRefusedError: `bare` is not an address.
    """
    found = address(bare)
    return str(Address(display_name=one_line(name), addr_spec=found.addr_spec))


def _message_id(message: Message, domain: str) -> str:
    if message.message_id is None:
        return make_msgid(domain=domain)
    local = re.sub(r"[^A-Za-z0-9._-]", "-", message.message_id)
    return f"<{local}@{domain}>"


def _header_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name.lower() in OURS:
        raise MailRefusedError("a header that cannot be set")
    return name


def _add_content(built: EmailMessage, message: Message) -> None:
    built.set_content(message.text)
    if message.html is not None:
        built.add_alternative(message.html, subtype="html")
        html = cast("MIMEPart", built.get_body(("html",)))
        for picture in message.attachments:
            if picture.content_id:
                _show(html, picture)
    for attachment in message.attachments:
        if attachment.also_shown:
            _add_way_to_read(built, attachment)
    for attachment in message.attachments:
        if not attachment.content_id:
            _attach(built, attachment)


def _show(html: MIMEPart, picture: Attachment) -> None:
    kind = _kind(picture)
    html.add_related(
        picture.content,
        kind.get_content_maintype(),
        kind.get_content_subtype(),
        cid=f"<{one_line(picture.content_id)}>",
        disposition="inline",
        filename=_file_name(picture),
    )


def _add_way_to_read(built: EmailMessage, attachment: Attachment) -> None:
    kind = _kind(attachment)
    params = {
        name: value for name, value in kind["Content-Type"].params.items() if name != "charset"
    }
    built.add_alternative(
        attachment.content.decode(), subtype=kind.get_content_subtype(), params=params
    )


def _attach(built: EmailMessage, attachment: Attachment) -> None:
    kind = _kind(attachment)
    built.add_attachment(
        attachment.content,
        kind.get_content_maintype(),
        kind.get_content_subtype(),
        filename=_file_name(attachment),
        params=dict(kind["Content-Type"].params),
    )


def _kind(attachment: Attachment) -> EmailMessage:
    kind = EmailMessage()
    kind["Content-Type"] = one_line(attachment.media_type)
    return kind


def _file_name(attachment: Attachment) -> str:
    return re.sub(r"[/\\]", "-", one_line(attachment.name))
