"""What a worker does about webhooks, and endpoints to do it for."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from creneau.context import SYSTEM, Tenant
from creneau.database import tenant_transaction
from creneau.webhooks import jobs, service
from creneau.webhooks.rules import CHOICES
from creneau.webhooks.schemas import Delivery, EndpointDraft
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.service import deliver_due

from tests.platform.webhooks.receiver import Receiver, here

LONG_AGO = timedelta(days=4)


class Workers:
    """Does the outbox's part and then the calls, one after the other, as a worker does beside it."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.tenant_id = tenant.id
        self.mails: list[Message] = []
        self.rung: list[UUID] = []

    async def note(self) -> None:
        """Do the outbox's part only."""

        async def deliver(message: Message) -> None:
            self.mails.append(message)

        async def tenant_of(tenant_id: UUID) -> Tenant:
            assert tenant_id == self._tenant.id
            return self._tenant

        await deliver_due(jobs.handlers(deliver, tenant_of, self.rung.append), self._tenant.id)

    async def send(self) -> int:
        """Call for all that is due, and tell how often."""
        called = 0
        for endpoint_id in await service.due(self._tenant.id):
            while await service.deliver_next(self._tenant.id, endpoint_id, here):
                called += 1
        return called

    async def work(self) -> int:
        """Do both, until nothing is due."""
        await self.note()
        return await self.send()


async def endpoint_at(receiver: Receiver, events: Sequence[str] = CHOICES) -> tuple[UUID, str]:
    """Have a receiver told of events; gives the endpoint and its secret."""
    draft = EndpointDraft(address=receiver.address, events=events)
    return await service.create(draft, SYSTEM, here)


async def make_due() -> None:
    """Let all waiting times be over."""
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE webhook_delivery SET due_at = now() - interval '1 second'")


async def move_back(endpoint_id: UUID, by: timedelta) -> None:
    """Let an endpoint have failed for longer."""
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE webhook_endpoint SET failing_since = failing_since - $2::interval WHERE id = $1",
            endpoint_id,
            by,
        )


async def time_is_up() -> None:
    """Let the day in which a delivery is tried be over."""
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE webhook_delivery SET due_at = now() - interval '1 second', deadline_at = now()"
        )


async def the_delivery(endpoint_id: UUID) -> Delivery:
    (found,) = await service.deliveries(endpoint_id)
    return found
