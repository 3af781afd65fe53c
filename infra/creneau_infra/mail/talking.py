"""The conversation with a mail server, step by step, and what each of its errors means."""

import asyncio
import contextlib
import ssl
from collections.abc import Generator, Iterator
from functools import cache
from typing import Final

import aiosmtplib

from creneau_infra import outgoing
from creneau_infra.mail.acknowledged import accepted
from creneau_infra.mail.errors import (
    DeferredError,
    MailRefusedError,
    ServerAwayError,
    Trouble,
    UncertainError,
)
from creneau_infra.mail.schemas import Envelope
from creneau_infra.mail.servers import MailServer

SECONDS_TO_ANSWER: Final = 20.0
FIRST_PERMANENT_CODE: Final = 500
BUSY: Final = 421
SIGN_IN_NEEDED: Final = frozenset({530, 535, 538})


async def opened(
    server: MailServer, our_name: str, resolve: outgoing.Resolve = outgoing.resolved
) -> aiosmtplib.SMTP:
    """Connect to a server, encrypt as it asks for, and sign in.

    Raises:
        ServerAwayError: One of the steps does not work.
    """
    with _meaning("unreachable"):
        client = await _client(server, our_name, resolve)
        await client.connect()
    try:
        await _encrypt(client, server)
        await _sign_in(client, server)
    except BaseException:
        drop(client)
        raise
    return client


async def _client(server: MailServer, our_name: str, resolve: outgoing.Resolve) -> aiosmtplib.SMTP:
    # A tenant's server is called at the very address that was checked.
    connected = (
        None
        if server.may_be_private
        else await outgoing.connected(server.host, server.port, resolve)
    )
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port if connected is None else None,
        sock=connected,
        # Asking the name servers for our own name can take longer than sending.
        local_hostname=our_name,
        use_tls=server.security == "implicit",
        start_tls=False,
        tls_context=certificates(),
        timeout=SECONDS_TO_ANSWER,
    )


@cache
def certificates() -> ssl.SSLContext:
    """Give what certificates are checked with: the machine's authorities."""
    return ssl.create_default_context()


async def _encrypt(client: aiosmtplib.SMTP, server: MailServer) -> None:
    if server.security in {"implicit", "never"}:
        return
    with _meaning("encryption"):
        await client.ehlo()
        offered = client.supports_extension("starttls")
        if not offered and server.security == "opportunistic" and not server.password:
            return
        if not offered:
            # Neither the message nor the password leaves in the clear.
            raise ServerAwayError("encryption")
        await client.starttls()


async def _sign_in(client: aiosmtplib.SMTP, server: MailServer) -> None:
    if server.user:
        with _meaning("sign_in"):
            await client.login(server.user, server.password)


@contextlib.contextmanager
def _meaning(trouble: Trouble) -> Generator[None, None, None]:
    """Tell what goes wrong inside as the trouble of a server."""
    try:
        yield
    except outgoing.AddressRefusedError as error:
        raise ServerAwayError("private") from error
    except outgoing.OutgoingError as error:
        raise ServerAwayError("unreachable") from error
    except ServerAwayError:
        raise
    except (aiosmtplib.SMTPException, OSError) as error:
        raise ServerAwayError(_kind_of(error, trouble)) from error


def _kind_of(error: BaseException, step: Trouble) -> Trouble:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return "certificate"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "encryption"
    if isinstance(error, aiosmtplib.SMTPResponseException) and step != "sign_in":
        return "busy"
    if isinstance(error, aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPTimeoutError):
        return "unreachable"
    return step


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


async def hand_over(
    client: aiosmtplib.SMTP, envelope: Envelope, seconds_for_the_last_word: float | None = None
) -> None:
    """Give one message to a server that is connected; its answer after the last line decides.

    Raises:
        MailRefusedError: It refuses the recipient or the message for good.
        DeferredError: It asks to come back with this message.
        ServerAwayError: It takes no message at all.
        UncertainError: It went away before its last word.
    """
    try:
        await client.mail(envelope.sender)
        await client.rcpt(envelope.recipient)
    except aiosmtplib.SMTPResponseException as error:
        raise _judged(error) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise ServerAwayError("unreachable") from error
    try:
        await client.data(envelope.content, timeout=seconds_for_the_last_word or client.timeout)
    except aiosmtplib.SMTPResponseException as error:
        raise _judged(error) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise UncertainError("no last word") from error
    # Before the goodbye, which may be slow or fail.
    accepted()


def _judged(error: aiosmtplib.SMTPResponseException) -> Exception:
    if error.code == BUSY:
        return ServerAwayError("busy")
    if error.code in SIGN_IN_NEEDED:
        return ServerAwayError("sign_in")
    if isinstance(error, aiosmtplib.SMTPSenderRefused) and error.code >= FIRST_PERMANENT_CODE:
        # What it refuses is our address, the same for every message.
        return ServerAwayError("sender")
    if error.code >= FIRST_PERMANENT_CODE:
        return MailRefusedError("the server refuses the message")
    return DeferredError(str(error.code))


async def say_goodbye(client: aiosmtplib.SMTP) -> None:
    """End a conversation, politely if the server still listens."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        await client.quit(timeout=2)
    drop(client)


def drop(client: aiosmtplib.SMTP) -> None:
    """End a connection at once: a polite end of TLS would wait for the other side."""
    transport = client.transport
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
