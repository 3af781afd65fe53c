"""The work that pages leave behind: mails and offers, done by a worker beside the web or in it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import msgspec
from creneau.agents import jobs as agents
from creneau.availability.gaps.service import note_gaps
from creneau.calendars import jobs as calendars
from creneau.calendars.service import keep_reading
from creneau.context import Tenant
from creneau.history.sealing.service import seal, seal_all
from creneau.imports import jobs as imports
from creneau.imports.service import forget_old as forget_old_imports
from creneau.messages import jobs as messages
from creneau.messages.letter import LOGO
from creneau.messages.receipts.service import forget_passing
from creneau.messages.reminders import jobs as reminders
from creneau.planning.service import keep_ahead
from creneau.refusals import NotFound
from creneau.sms.service import forget_old as forget_old_sms
from creneau.waiting import jobs as waiting
from creneau.webhooks import jobs as webhooks
from creneau.webhooks.service import deliver_next, due
from creneau.webhooks.service import forget_old as forget_old_deliveries
from creneau_infra.lines import Lines
from creneau_infra.mail.acknowledged import Acknowledged, once
from creneau_infra.mail.bounces import ReturnPath
from creneau_infra.mail.building import address, named
from creneau_infra.mail.schemas import Attachment, Message
from creneau_infra.mail.transports import transport_for
from creneau_infra.outbox.schemas import Handlers, together
from creneau_infra.postgres.transactions import current_tenant_id
from creneau_infra.settings import Settings
from creneau_infra.worker import run_worker
from creneau_tenants.looks import service as looks
from creneau_tenants.service import tenant_by_id, tenant_ids
from creneau_tenants.signing_up.service import forget_unverified

from creneau_web.auth.service import forget_old_sessions

Deliver = Callable[[Message], Awaitable[None]]

CHORES: Final = (
    forget_unverified,
    keep_ahead,
    note_gaps,
    forget_old_sessions,
    forget_old_imports,
    forget_passing,
    forget_old_sms,
    forget_old_deliveries,
    seal_all,
    keep_reading,
)
ROUNDS: Final = (seal,)


def _nobody_waits(_tenant_id: UUID) -> None:
    """Hear a ring where no webhook is sent."""


def handlers_for(
    settings: Settings, ring_webhooks: Callable[[UUID], None] = _nobody_waits
) -> Handlers:
    """Give what does each kind of work, with the mail transport of the settings.

    `ring_webhooks` hears which tenant may have something to tell a receiver.
    """
    leaving = returnable(transport_for(settings).send, settings)
    signing = signed(leaving, settings.mail_sender)
    send = once(signing, Acknowledged(settings.data_dir / "acknowledged"))
    return together(
        messages.handlers(send, _tenant),
        reminders.handlers(_tenant),
        waiting.handlers(send, _tenant),
        imports.handlers(_tenant),
        agents.handlers(send, _tenant),
        webhooks.handlers(send, _tenant, ring_webhooks),
        calendars.handlers(send, _tenant),
    )


def signed(send: Deliver, platform: str) -> Deliver:
    """Put the tenant's name before the platform's address, from which all mail is sent (T-04)."""
    bare = address(platform).addr_spec

    async def deliver(message: Message) -> None:
        tenant_id = current_tenant_id.get()
        directory = await tenant_by_id(tenant_id) if tenant_id else None
        if directory is not None and message.sender is None:
            name = directory.branding.sender_name or directory.tenant.name
            message = msgspec.structs.replace(message, sender=named(name, bare))
        if directory is not None:
            message = await illustrated(message, directory.branding.logo)
        await send(message)

    return deliver


def returnable(send: Deliver, settings: Settings) -> Deliver:
    """Put an address of its own on each envelope, to which a mail comes back (C-82)."""
    if settings.bounce_domain is None:
        return send
    path = ReturnPath(settings.bounce_domain, settings.secret_key)

    async def deliver(message: Message) -> None:
        tenant_id = current_tenant_id.get()
        if tenant_id is not None and message.message_id is not None:
            address_of_it = path.address(tenant_id, UUID(message.message_id))
            message = msgspec.structs.replace(message, return_to=address_of_it)
        await send(message)

    return deliver


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


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Do the work of every tenant until `stop` is set, and keep its planning written out and noted.

    A suspended tenant's work waits; a space that nobody verified in time is taken away. Receivers of
    webhooks are called beside the outbox's work, which waits for none of them.
    """
    lines = Lines(due, deliver_next)
    outbox = run_worker(
        handlers_for(settings, lines.ring),
        tenant_ids,
        stop=stop,
        chores=CHORES,
        rounds=ROUNDS,
        messages_per_minute=settings.tenant_messages_per_minute,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(outbox)
        group.create_task(lines.run(tenant_ids, stop))


async def _tenant(tenant_id: UUID) -> Tenant:
    directory = await tenant_by_id(tenant_id)
    if directory is None:
        raise NotFound
    return directory.tenant
