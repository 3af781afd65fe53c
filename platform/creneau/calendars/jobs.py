"""The outbox's handlers of calendars: reading those elsewhere, and saying that one fails."""

from typing import Any
from uuid import UUID

import msgspec
from creneau_infra.outbox.schemas import Handler

from creneau.agents import queries as agents
from creneau.agents.mailing import reader_of
from creneau.calendars import letters
from creneau.calendars.queries import sources
from creneau.calendars.service.busy import FAILING_MAIL, REFRESH, refresh_due
from creneau.context import acting_for, current_tenant
from creneau.database import tenant_transaction
from creneau.messages.telling.jobs import Deliver, Teller, TenantOf
from creneau.messages.telling.schemas import Mail, Told, nobody_reads


class AboutSource(msgspec.Struct, frozen=True):
    """A calendar elsewhere that a mail is about."""

    source_id: UUID


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""

    async def refresh(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del payload
        with acting_for(await tenant_of(tenant_id)):
            await refresh_due(row_id)

    return {REFRESH: refresh, FAILING_MAIL: Teller(deliver, tenant_of).telling(_failing)}


async def _failing(payload: Any) -> Told:
    about = msgspec.convert(payload, AboutSource, strict=False)
    async with tenant_transaction() as tx:
        source = await sources.find(tx, about.source_id)
        agent = await agents.find(tx, source.agent_id) if source else None
    if source is None or not source.failure:
        # It works again, or was removed: there is nothing to tell any more.
        return Told(reader=None, mail=nobody_reads, reason="outdated")
    if agent is None or agent.state != "active":
        return Told(reader=None, mail=nobody_reads)

    async def mail() -> Mail:
        return Mail(letter=letters.failing(agent, current_tenant.get(), source))

    return Told(reader=reader_of(agent), mail=mail)
