"""The work that pages leave behind: mails and offers, done by a worker beside the web or in it."""

import asyncio
from uuid import UUID

from creneau.context import Tenant
from creneau.messages import jobs as messages
from creneau.planning.service import keep_ahead
from creneau.refusals import NotFound
from creneau.waiting import jobs as waiting
from creneau_infra.mail.transports import transport_for
from creneau_infra.outbox.schemas import Handlers
from creneau_infra.settings import Settings
from creneau_infra.worker import run_worker
from creneau_tenants.service import tenant_by_id, tenant_ids
from creneau_tenants.signing_up.service import forget_unverified


def handlers_for(settings: Settings) -> Handlers:
    """Give what does each kind of work, with the mail transport of the settings."""
    send = transport_for(settings).send
    return {**messages.handlers(send, _tenant), **waiting.handlers(send, _tenant)}


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Do the work of every tenant until `stop` is set, and keep its planning written out.

    A suspended tenant's work waits; a space that nobody verified in time is taken away.
    """
    chores = (forget_unverified, keep_ahead)
    await run_worker(handlers_for(settings), tenant_ids, stop=stop, chores=chores)


async def _tenant(tenant_id: UUID) -> Tenant:
    directory = await tenant_by_id(tenant_id)
    if directory is None:
        raise NotFound
    return directory.tenant
