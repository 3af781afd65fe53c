"""The outbox's handlers of webhooks: each may run twice, and does everything once.

None of them calls a receiver: that is done beside the outbox's work, which must not wait.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.schemas import Handler

from creneau.agents import queries as agents
from creneau.agents.mailing import write_to
from creneau.agents.schemas import Agent
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.messages.letter import Letter
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.rules import SetAsideError
from creneau.webhooks import letters, service
from creneau.webhooks.events import DUE, SWITCHED_OFF
from creneau.webhooks.queries import endpoints
from creneau.webhooks.rules import EVENTS
from creneau.webhooks.schemas import Event, Happened, SwitchedOff, SwitchedOffMail

Deliver = Callable[[Message], Awaitable[None]]
TenantOf = Callable[[UUID], Awaitable[Tenant]]
Ring = Callable[[UUID], None]

MAIL: Final = "mail.webhook_off"
OFF: Final = frozenset({"failing", "gone"})
"""Whatever else it is by now, it was removed, or is on again, before anybody was told."""


def handlers(deliver: Deliver, tenant_of: TenantOf, ring: Ring) -> dict[str, Handler]:
    """Give the handler of each kind; `ring` tells that something of a tenant may be due."""
    desk = _Desk(deliver, tenant_of, ring)
    return {
        **{kind: desk.noting(event) for kind, event in EVENTS.items()},
        DUE: desk.look,
        SWITCHED_OFF: desk.tell_off,
        MAIL: desk.write,
    }


class _Desk:
    def __init__(self, deliver: Deliver, tenant_of: TenantOf, ring: Ring) -> None:
        self._deliver = deliver
        self._tenant_of = tenant_of
        self._ring = ring

    def noting(self, event: Event) -> Handler:
        async def note(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
            happened = msgspec.convert(payload, Happened, strict=False)
            with acting_for(await self._tenant_of(tenant_id)):
                await service.note_booking(event, row_id, happened)
            self._ring(tenant_id)

        return note

    async def look(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del row_id, payload
        self._ring(tenant_id)

    async def tell_off(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        off = msgspec.convert(payload, SwitchedOff, strict=False)
        async with tenant_transaction(tenant_id) as tx:
            for agent in await endpoints.keepers(tx):
                mail = SwitchedOffMail(endpoint_id=off.endpoint_id, agent_id=agent.id)
                await write_to(tx, agent.id, MAIL, mail, key=f"{row_id}:{agent.id}")

    async def write(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        mail = msgspec.convert(payload, SwitchedOffMail, strict=False)
        tenant = await self._tenant_of(tenant_id)
        async with tenant_transaction(tenant_id) as tx:
            agent = await agents.find(tx, mail.agent_id)
            endpoint = await endpoints.find(tx, mail.endpoint_id)

        async def send() -> None:
            if agent is None or agent.state != "active":
                raise SetAsideError("no_reader")
            if endpoint is None or endpoint.state not in OFF:
                raise SetAsideError("outdated")
            with acting_for(tenant, agent.locale):
                letter = letters.switched_off(agent, tenant, endpoint)
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
