"""Mails on their way: by the tenant's own server where it works, else by the platform's (C-80)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from creneau.context import Tenant, current_tenant
from creneau.database import tenant_transaction
from creneau.messages.letter import LOGO, Letter
from creneau.messages.schemas import Reader
from creneau.messages.telling.jobs import Deliver, Teller, TenantOf
from creneau.messages.telling.schemas import Mail, Told, nobody_reads
from creneau_infra import clock
from creneau_infra.mail.building import address, named
from creneau_infra.mail.errors import (
    DeferredError,
    MailRefusedError,
    ServerAwayError,
    UncertainError,
)
from creneau_infra.mail.schemas import Attachment, Message
from creneau_infra.mail.transports import SmtpTransport, Transport, Way
from creneau_infra.outbox.schemas import Handler
from creneau_infra.postgres.transactions import current_tenant_id
from creneau_infra.tokens import digest, new_token

from creneau_tenants.looks import service as looks
from creneau_tenants.mailing import letters, queries, service
from creneau_tenants.mailing.errors import ServerDoesNotWork
from creneau_tenants.mailing.rules import PATIENCE, TIME_TO_CONFIRM, reasons, rests, uses_own
from creneau_tenants.mailing.schemas import Confirmation, MailState, ToConfirm
from creneau_tenants.schemas import Directory
from creneau_tenants.service import tenant_by_id


class Post:
    """Hands each mail to a server, in the name of the tenant whose work it is."""

    def __init__(self, platform: Transport, sender: str, way: Way = SmtpTransport) -> None:
        """Keep the platform's own way out, its sender, and what speaks with tenants' servers."""
        self._platform = platform
        self._way = way
        self._sender = sender
        self._bare = address(sender).addr_spec
        self._own: dict[UUID, tuple[object, Transport]] = {}
        self._knocking: set[UUID] = set()

    async def deliver(self, message: Message) -> None:
        """Hand over a mail of the tenant for whom the work is done.

        Raises:
            MailRefusedError: It will never go out as it is.
            Exception: It did not go out now; try again later.
        """
        directory = await self._directory()
        if directory is not None:
            message = await illustrated(message, directory.branding.logo)
        if directory is None or message.sender is not None:
            await self._platform.send(message)
            return
        state = await service.state(directory.tenant.id)
        if not uses_own(state) or rests(state, clock.now()):
            await self._by_platform(message, directory, state)
        else:
            await self._by_own(message, directory, state)

    async def deliver_by_platform(self, message: Message) -> None:
        """Hand over a mail that must not depend on the tenant's own server."""
        directory = await self._directory()
        if directory is None:
            await self._platform.send(message)
        else:
            shown = await illustrated(message, directory.branding.logo)
            await self._by_platform(shown, directory, MailState())

    async def _directory(self) -> Directory | None:
        tenant_id = current_tenant_id.get()
        return await tenant_by_id(tenant_id) if tenant_id else None

    async def _by_platform(self, message: Message, directory: Directory, state: MailState) -> None:
        # Never under the tenant's address: its domain does not name the platform's servers.
        await self._platform.send(
            msgspec.structs.replace(
                message,
                sender=named(_name(directory), self._bare),
                reply_to=message.reply_to or _answers_to(state),
            )
        )

    async def _by_own(self, message: Message, directory: Directory, state: MailState) -> None:
        tenant_id, trouble = directory.tenant.id, state.trouble
        if not trouble:
            await self._try_own(message, directory, state)
        elif tenant_id in self._knocking:
            # Nobody waits behind the one who knocks: it may take long, and others need the hands.
            since = state.trouble_since or clock.now()
            await self._without_own(message, directory, state, ServerAwayError(trouble), since)
        else:
            self._knocking.add(tenant_id)
            try:
                await self._try_own(message, directory, state)
            finally:
                self._knocking.remove(tenant_id)

    async def _try_own(self, message: Message, directory: Directory, state: MailState) -> None:
        tenant_id = directory.tenant.id
        own = msgspec.structs.replace(message, sender=named(_name(directory), state.address))
        try:
            server = await self._server_of(tenant_id, state)
            await server.send(own)
        except UncertainError:
            await service.note_trouble(tenant_id, "unreachable")
            raise
        except ServerAwayError as error:
            since = await service.note_trouble(tenant_id, error.trouble)
            await self._without_own(message, directory, state, error, since)
        else:
            if state.trouble:
                await service.forget_trouble(tenant_id)

    async def _without_own(
        self,
        message: Message,
        directory: Directory,
        state: MailState,
        error: ServerAwayError,
        since: datetime,
    ) -> None:
        """Have the mail come back while the trouble is young, and then leave by the platform."""
        if clock.now() - since < PATIENCE:
            raise error
        await self._by_platform(message, directory, state)

    async def _server_of(self, tenant_id: UUID, state: MailState) -> Transport:
        version, transport = self._own.get(tenant_id, (None, None))
        if transport is not None and version == state.updated_at:
            return transport
        made = self._way(service.server_of(state), self._sender)
        self._own[tenant_id] = (state.updated_at, made)
        if transport is not None:
            await transport.close()
        return made

    async def close(self) -> None:
        """Let go of the connections that were kept."""
        for _version, transport in self._own.values():
            await transport.close()
        await self._platform.close()


def _answers_to(state: MailState) -> str | None:
    # Until somebody there has said yes, it may be a stranger's: no person's answer goes there.
    return state.address if state.address and state.confirmed_at else None


async def illustrated(message: Message, logo: str) -> Message:
    """Attach the tenant's logo to a mail that shows it; `logo` is its digest."""
    if LOGO not in (message.html or "") or not logo:
        return message
    picture = Attachment(
        name="logo.png",
        media_type="image/png",
        content=await looks.logo(logo),
        content_id=LOGO.removeprefix("cid:"),
    )
    return msgspec.structs.replace(message, attachments=(*message.attachments, picture))


def _name(directory: Directory) -> str:
    return directory.branding.sender_name or directory.tenant.name


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of the mails that ask to confirm an address; they leave by the platform's."""
    return {service.CONFIRMATION_MAIL: Teller(deliver, tenant_of).telling(_to_confirm)}


async def _to_confirm(payload: Any) -> Told:
    wanted = msgspec.convert(payload, ToConfirm, strict=False)
    found = await service.state()
    if found.asked_at != wanted.asked_at or found.confirmed_at or not found.address:
        # Another address has a mail of its own, and so has another asking.
        return Told(reader=None, mail=nobody_reads, reason="outdated")

    async def mail() -> Mail:
        tenant, until = current_tenant.get(), wanted.asked_at + TIME_TO_CONFIRM
        href = await _confirming(tenant, found.address, wanted)
        return Mail(letter=letters.to_confirm(tenant, found.address, href, until))

    return Told(reader=Reader(key="sender", name="", email=found.address, locale=None), mail=mail)


async def _confirming(tenant: Tenant, to: str, wanted: ToConfirm) -> str:
    secret = new_token()
    async with tenant_transaction() as tx:
        await queries.insert_confirmation(
            tx, digest(secret), Confirmation(address=to, asked_at=wanted.asked_at)
        )
    return f"{tenant.public_url}/expediteur/{secret}"


def _message(letter: Letter, to: str, message_id: str) -> Message:
    return Message(
        to=to,
        subject=letter.subject,
        text=letter.text(),
        html=letter.html(),
        message_id=message_id,
    )


async def send_trial(tested: MailState, to: str, platform_sender: str) -> None:
    """Send a mail through the tenant's own server, here and now.

    Raises:
        NoServer: There is none.
        ServerDoesNotWork: It does not take the mail; the sentence says why.
    """
    tenant = current_tenant.get()
    transport = SmtpTransport(service.server_of(tested), platform_sender)
    letter = _message(letters.trial(tenant), to, f"essai-{uuid4()}")
    message = await illustrated(letter, tenant.brand.logo)
    try:
        await transport.send(
            msgspec.structs.replace(message, sender=named(tenant.name, tested.address))
        )
    except ServerAwayError as error:
        raise ServerDoesNotWork(why=reasons()[error.trouble]) from error
    except UncertainError as error:
        raise ServerDoesNotWork(why=reasons()["unreachable"]) from error
    except (DeferredError, MailRefusedError) as error:
        raise ServerDoesNotWork(why=letters.refused()) from error
    finally:
        await transport.close()
