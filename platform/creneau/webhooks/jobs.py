"""The outbox's handlers of webhooks: each may run twice, and does everything once.

None of them calls a receiver: that is done beside the outbox's work, which must not wait.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.outbox.schemas import Handler

from creneau.agents import queries as agents
from creneau.agents.mailing import reader_of, write_to
from creneau.context import acting_for, current_tenant
from creneau.database import tenant_transaction
from creneau.messages.telling.jobs import Deliver, Teller, TenantOf
from creneau.messages.telling.schemas import Mail, Told, nobody_reads
from creneau.webhooks import letters, service
from creneau.webhooks.events import DUE, SWITCHED_OFF
from creneau.webhooks.queries import endpoints
from creneau.webhooks.rules import EVENTS
from creneau.webhooks.schemas import Event, Happened, SwitchedOff, SwitchedOffMail

Ring = Callable[[UUID], None]

MAIL: Final = "mail.webhook_off"
OFF: Final = frozenset({"failing", "gone"})
"""Whatever else it is by now, it was removed, or is on again, before anybody was told."""


def handlers(deliver: Deliver, tenant_of: TenantOf, ring: Ring) -> dict[str, Handler]:
    """Give the handler of each kind; `ring` tells that something of a tenant may be due."""
    desk, teller = _Desk(tenant_of, ring), Teller(deliver, tenant_of)
    return {
        **{kind: desk.noting(event) for kind, event in EVENTS.items()},
        DUE: desk.look,
        SWITCHED_OFF: desk.tell_off,
        MAIL: teller.telling(_switched_off),
    }


class _Desk:
    def __init__(self, tenant_of: TenantOf, ring: Ring) -> None:
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


async def _switched_off(payload: Any) -> Told:
    about = msgspec.convert(payload, SwitchedOffMail, strict=False)
    async with tenant_transaction() as tx:
        agent = await agents.find(tx, about.agent_id)
        endpoint = await endpoints.find(tx, about.endpoint_id)
    if agent is None or agent.state != "active":
        return Told(reader=None, mail=nobody_reads)
    if endpoint is None or endpoint.state not in OFF:
        return Told(reader=reader_of(agent), mail=nobody_reads, reason="outdated")

    async def mail() -> Mail:
        return Mail(letter=letters.switched_off(agent, current_tenant.get(), endpoint))

    return Told(reader=reader_of(agent), mail=mail)
