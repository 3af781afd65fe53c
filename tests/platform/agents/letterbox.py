"""What agents find in their letter boxes, without a mail server."""

import re

from creneau.agents.jobs import handlers
from creneau.context import Tenant
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.service import deliver_due

LINK = re.compile(r"/agents/(?:invitation|mot-de-passe)/([\w-]+)")


async def delivered(tenant: Tenant) -> list[Message]:
    """Carry out the outbox's work about agents, and give the mails in order."""
    sent: list[Message] = []

    async def deliver(message: Message) -> None:
        sent.append(message)

    async def tenant_of(_tenant_id: object) -> Tenant:
        return tenant

    await deliver_due(handlers(deliver, tenant_of), tenant.id)
    return sent


def link_in(message: Message) -> str:
    """Give the secret of the link in a mail."""
    found = LINK.search(message.text)
    assert found is not None, message.text
    return found[1]
