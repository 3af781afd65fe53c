"""The work that pages leave behind: mails and offers, done by a worker beside the web or in it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final
from uuid import UUID

import msgspec
from creneau.afterwards import jobs as afterwards
from creneau.afterwards.service import go_round, plan_day
from creneau.agents import jobs as agents
from creneau.availability.gaps.service import note_gaps
from creneau.calendars import jobs as calendars
from creneau.calendars.service import keep_reading
from creneau.context import Tenant
from creneau.history.sealing.service import seal, seal_all
from creneau.imports import jobs as imports
from creneau.imports.service import forget_old as forget_old_imports
from creneau.invitations import jobs as invitations
from creneau.messages import jobs as messages
from creneau.messages.receipts.service import forget_passing, settle_lost
from creneau.messages.reminders import jobs as reminders
from creneau.planning.service import keep_ahead
from creneau.refusals import NotFound
from creneau.retention import jobs as retention
from creneau.sms.service import forget_old as forget_old_sms
from creneau.statistics.service import finish as count_what_readers_left
from creneau.statistics.service import refresh as count_days
from creneau.waiting import jobs as waiting
from creneau.webhooks import jobs as webhooks
from creneau.webhooks.service import deliver_next, due
from creneau.webhooks.service import forget_old as forget_old_deliveries
from creneau_infra.lines import Lines
from creneau_infra.mail.acknowledged import Acknowledged, folder_of, once
from creneau_infra.mail.bounces import ReturnPath
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.transports import SmtpTransport, Transport, Way, transport_for
from creneau_infra.outbox.schemas import Handlers, together
from creneau_infra.postgres.transactions import current_tenant_id
from creneau_infra.postman.client import Postman
from creneau_infra.postman.places import require_place
from creneau_infra.postman.transport import PostmanTransport
from creneau_infra.settings import Settings
from creneau_infra.worker import run_worker
from creneau_tenants.mailing import jobs as mailing
from creneau_tenants.mailing.jobs import Post
from creneau_tenants.service import tenant_by_id, tenant_ids
from creneau_tenants.signing_up.service import forget_unverified

from creneau_web.auth.service import forget_old_sessions


async def _plan_day(tenant_id: UUID) -> None:
    tenant = await _tenant(tenant_id)
    await plan_day(tenant)
    await retention.plan_night(tenant)


async def _go_round(tenant_id: UUID) -> None:
    await go_round(await _tenant(tenant_id))


CHORES: Final = (
    _plan_day,
    forget_unverified,
    keep_ahead,
    note_gaps,
    count_days,
    forget_old_sessions,
    forget_old_imports,
    forget_passing,
    forget_old_sms,
    forget_old_deliveries,
    seal_all,
    keep_reading,
)
ROUNDS: Final = (seal, settle_lost, count_what_readers_left, _go_round)


def _nobody_waits(_tenant_id: UUID) -> None:
    """Hear a ring where no webhook is sent."""


def handlers_for(
    settings: Settings,
    ring_webhooks: Callable[[UUID], None] = _nobody_waits,
    post: Post | None = None,
) -> Handlers:
    """Give what does each kind of work, with the mail transport of the settings.

    `ring_webhooks` hears which tenant may have something to tell a receiver; `post` hands mails over.
    """
    sending = post or post_of(settings)
    kept = Acknowledged(folder_of(settings.data_dir))
    send = once(sending.deliver, kept)
    return together(
        messages.handlers(send, _tenant),
        reminders.handlers(_tenant),
        waiting.handlers(send, _tenant),
        invitations.handlers(send, _tenant),
        imports.handlers(_tenant),
        agents.handlers(send, _tenant),
        webhooks.handlers(send, _tenant, ring_webhooks),
        calendars.handlers(send, _tenant),
        afterwards.handlers(_tenant),
        retention.handlers(_tenant),
        mailing.handlers(once(sending.deliver_by_platform, kept), _tenant),
    )


def post_of(settings: Settings, way: Way = SmtpTransport) -> Post:
    """Give what hands mails over: by a tenant's own server, or by the platform's."""
    return Post(Returnable(transport_for(settings, way), settings), settings.mail_sender, way)


class Returnable:
    """Puts an address of its own on each envelope, to which a mail comes back (C-82).

    Only where the platform's server sends: a tenant's own takes no other envelope than its own.
    """

    def __init__(self, transport: Transport, settings: Settings) -> None:
        """Keep the way out, and the domain to which mails come back, if there is one."""
        self._transport = transport
        domain = settings.bounce_domain
        self._path = ReturnPath(domain, settings.secret_key) if domain else None

    async def send(self, message: Message) -> None:
        """Hand one message over, with the address that it comes back to."""
        tenant_id = current_tenant_id.get()
        if self._path is not None and tenant_id is not None and message.message_id is not None:
            own = self._path.address(tenant_id, UUID(message.message_id))
            message = msgspec.structs.replace(message, return_to=own)
        await self._transport.send(message)

    async def close(self) -> None:
        """Let go of whatever was kept for the next message."""
        await self._transport.close()


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Do the work of every tenant until `stop` is set, and keep its planning written out and noted.

    A suspended tenant's work waits; a space that nobody verified in time is taken away. Receivers of
    webhooks are called beside the outbox's work, which waits for none of them. The postman speaks with
    mail servers, in a process that outlives a killed worker, and goes with the last one that stops.

    Raises:
        ServerRefused: There is no place for a postman: mails would wait for ever.
    """
    if settings.smtp_url is not None:
        require_place(settings.data_dir)
    postman = Postman(settings.data_dir)
    post = post_of(settings, partial(PostmanTransport, postman))
    lines = Lines(due, deliver_next)
    outbox = run_worker(
        handlers_for(settings, lines.ring, post),
        tenant_ids,
        stop=stop,
        chores=CHORES,
        rounds=ROUNDS,
        messages_per_minute=settings.tenant_messages_per_minute,
    )
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(outbox)
            group.create_task(lines.run(tenant_ids, stop))
            if settings.smtp_url is not None:
                # A code that somebody waits for should not wait for a process to start.
                group.create_task(postman.come())
    finally:
        await post.close()
        await postman.leave(at_once=settings.environment == "demo")


async def _tenant(tenant_id: UUID) -> Tenant:
    directory = await tenant_by_id(tenant_id)
    if directory is None:
        raise NotFound
    return directory.tenant
