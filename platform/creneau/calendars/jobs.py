"""The outbox's handlers of calendars: reading those elsewhere, and saying that one fails."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.schemas import Handler

from creneau.agents import queries as agents
from creneau.agents.schemas import Agent
from creneau.calendars import letters
from creneau.calendars.queries import sources
from creneau.calendars.service.busy import FAILING_MAIL, REFRESH, refresh_due
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.messages.letter import Letter
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.rules import SetAsideError

Deliver = Callable[[Message], Awaitable[None]]
TenantOf = Callable[[UUID], Awaitable[Tenant]]


class AboutSource(msgspec.Struct, frozen=True):
    """A calendar elsewhere that a mail is about."""

    source_id: UUID


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    work = _Reader(deliver, tenant_of)
    return {REFRESH: work.refresh, FAILING_MAIL: work.tell}


class _Reader:
    def __init__(self, deliver: Deliver, tenant_of: TenantOf) -> None:
        self._deliver = deliver
        self._tenant_of = tenant_of

    async def refresh(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del payload
        with acting_for(await self._tenant_of(tenant_id)):
            await refresh_due(row_id)

    async def tell(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        about = msgspec.convert(payload, AboutSource, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant):
            async with tenant_transaction() as tx:
                source = await sources.find(tx, about.source_id)
                agent = await agents.find(tx, source.agent_id) if source else None

        async def send() -> None:
            # It works again, or was removed: there is nothing to tell any more.
            if source is None or not source.failure:
                raise SetAsideError("outdated")
            if agent is None or agent.state != "active":
                raise SetAsideError("no_reader")
            with acting_for(tenant, agent.locale):
                letter = letters.failing(agent, tenant, source)
                await self._deliver(_message(letter, agent, row_id))

        with acting_for(tenant):
            await receipts.attempt(row_id, send, agent.email if agent else None)


def _message(letter: Letter, agent: Agent, row_id: UUID) -> Message:
    # The same row sent twice keeps its id: mail servers and readers drop the second.
    return Message(
        to=agent.email,
        subject=letter.subject,
        text=letter.text(),
        html=letter.html(),
        message_id=str(row_id),
    )
