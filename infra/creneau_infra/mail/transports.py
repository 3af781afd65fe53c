import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from creneau_infra.mail.building import address, build, enveloped
from creneau_infra.mail.connections import Connections
from creneau_infra.mail.errors import UncertainError
from creneau_infra.mail.mailbox import Mailbox
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.servers import MailServer, operators_server
from creneau_infra.mail.talking import hand_over, opened
from creneau_infra.settings import Settings

SECONDS_FOR_A_MESSAGE: Final = 45.0
"""For all steps together; shorter than a handler's time, so that it is told what took so long."""


class Transport(Protocol):
    """A way for messages to leave the house."""

    async def send(self, message: Message) -> None:
        """Send one message.

        Raises:
            MailRefusedError: It will never go out as it is.
            Exception: It did not go out now; try again later.
        """
        ...

    async def close(self) -> None:
        """Let go of whatever was kept for the next message."""
        ...


class SmtpTransport:
    """A mail server; its connections are kept for a moment, each for one message at a time."""

    def __init__(self, server: MailServer | str, sender: str) -> None:
        """Keep the server, or its address, and the platform's sender for messages that name none."""
        self._sender = sender
        found = operators_server(server) if isinstance(server, str) else server
        self._connections = Connections(partial(opened, found, address(sender).domain))

    async def send(self, message: Message) -> None:
        """Hand one message to the server.

        Raises:
            MailRefusedError: The server refuses it for good.
            DeferredError: The server asks to come back with it.
            ServerAwayError: The server takes no message at the moment.
            UncertainError: The server went away before its last word, or took too long for all of it.
        """
        envelope = enveloped(message, self._sender)
        try:
            async with asyncio.timeout(SECONDS_FOR_A_MESSAGE):
                await self._connections.use(lambda client: hand_over(client, envelope))
        except TimeoutError as error:
            raise UncertainError("too slow") from error

    async def greet(self) -> None:
        """Connect, sign in and say goodbye: what every mail begins with.

        Raises:
            ServerAwayError: One of the steps does not work.
        """
        async with self._connections.one():
            pass
        await self.close()

    async def close(self) -> None:
        """End the connections that were kept."""
        await self._connections.close()


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

    async def close(self) -> None:
        """Do nothing: a folder is not kept open."""


Way = Callable[[MailServer | str, str], Transport]
"""Makes what speaks with a mail server, from the server and the platform's sender."""


def transport_for(settings: Settings, way: Way = SmtpTransport) -> Transport:
    """Choose the way out: the mail server that is set, else the mailbox."""
    if settings.smtp_url is not None:
        return way(settings.smtp_url, settings.mail_sender)
    return MailboxTransport(mailbox_of(settings.data_dir), settings.mail_sender)


def mailbox_of(data_dir: Path) -> Mailbox:
    """Give the mailbox of a data folder."""
    return Mailbox(data_dir / "mailbox")
