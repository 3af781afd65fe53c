from email.message import EmailMessage
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from creneau_infra.mail.acknowledged import accepted
from creneau_infra.mail.building import build
from creneau_infra.mail.errors import MailRefusedError
from creneau_infra.mail.mailbox import Mailbox
from creneau_infra.mail.schemas import Message
from creneau_infra.settings import Settings

FIRST_PERMANENT_CODE = 500
SECONDS_TO_ANSWER = 20.0


class Transport(Protocol):
    """A way for messages to leave the house."""

    async def send(self, message: Message) -> None:
        """Send one message.

        Raises:
            MailRefusedError: It will never go out as it is.
            Exception: It did not go out now; try again later.
        """
        ...


class SmtpTransport:
    """A mail server, as `smtp://user:password@host:25?starttls=always|never` or `smtps://…:465`.

    Without `starttls` the connection is encrypted when the server offers it.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._sender = sender
        self._host = parts.hostname or "localhost"
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._start_tls = _start_tls(parse_qs(parts.query).get("starttls", [""])[0])

    async def send(self, message: Message) -> None:
        """Hand one message to the server.

        Raises:
            MailRefusedError: The server refuses it for good.
            aiosmtplib.SMTPException: The server is away or asks to come back.
        """
        built = build(message, self._sender)
        try:
            await self._hand_over(built)
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
            if _for_good(error):
                raise MailRefusedError("the server refuses the message") from error
            raise

    async def _hand_over(self, built: EmailMessage) -> None:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls,
            start_tls=None if self._tls else self._start_tls,
            timeout=SECONDS_TO_ANSWER,
        )
        async with client:
            # As bytes: a message would be folded again, by other rules than ours.
            await client.sendmail(
                built["From"].addresses[0].addr_spec,
                [built["To"].addresses[0].addr_spec],
                built.as_bytes(),
            )
            # Before the goodbye, which may be slow or fail.
            accepted()


def _start_tls(choice: str) -> Literal[True, False] | None:
    return {"always": True, "never": False}.get(choice)


def _for_good(error: aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPResponseException) -> bool:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        # The operator's mistake: the message is fine, and goes out once it is mended.
        return False
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(one.code >= FIRST_PERMANENT_CODE for one in error.recipients)
    return error.code >= FIRST_PERMANENT_CODE


class MailboxTransport:
    """The demo's way: messages stay in a mailbox on this machine."""

    def __init__(self, mailbox: Mailbox, sender: str) -> None:
        self._mailbox = mailbox
        self._sender = sender

    async def send(self, message: Message) -> None:
        """Put one message into the mailbox.

        Raises:
            MailRefusedError: An address is not one.
        """
        await self._mailbox.keep(build(message, self._sender))


def transport_for(settings: Settings) -> Transport:
    """Choose the way out: the mail server that is set, else the mailbox."""
    if settings.smtp_url is not None:
        return SmtpTransport(settings.smtp_url, settings.mail_sender)
    return MailboxTransport(mailbox_of(settings.data_dir), settings.mail_sender)


def mailbox_of(data_dir: Path) -> Mailbox:
    """Give the mailbox of a data folder."""
    return Mailbox(data_dir / "mailbox")
