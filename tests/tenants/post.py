"""A tenant's mails, the platform's way out, and a server of the tenant's own."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from creneau.context import SYSTEM, Tenant
from creneau_infra.mail.mailbox import Mailbox
from creneau_infra.mail.schemas import Message
from creneau_infra.mail.transports import MailboxTransport
from creneau_infra.outbox.service import deliver_due
from creneau_tenants.mailing import jobs, service
from creneau_tenants.mailing.jobs import Post
from creneau_tenants.mailing.schemas import ServerSettings

from tests.infra.rude import RudeServer

PLATFORM = "Créneau <ne-pas-repondre@plateforme.example>"
ADDRESS = "rdv@ville.example"
MESSAGE = Message(to="zoe@example.org", subject="Bonjour", text="Bonjour", message_id="0192")


class Office:
    """The platform's way out is a mailbox, so that what leaves by it can be read."""

    def __init__(self, folder: Path) -> None:
        self.box = Mailbox(folder)
        self.post = Post(MailboxTransport(self.box, PLATFORM), PLATFORM)

    async def work(self, tenant: Tenant) -> None:
        async def tenant_of(_tenant_id: object) -> Tenant:
            return tenant

        await deliver_due(jobs.handlers(self.post.deliver_by_platform, tenant_of), tenant.id)

    async def secret(self) -> str:
        """Read the secret in the newest mail that asks to confirm an address."""
        letter = (await self.box.letters())[0]
        found = re.search(r"/expediteur/([\w-]{43})", letter.text)
        assert found is not None
        return found[1]


async def seen() -> datetime | None:
    return (await service.state()).updated_at


async def confirmed(office: Office, tenant: Tenant) -> None:
    await service.choose_address(ADDRESS, SYSTEM, seen=await seen())
    await office.work(tenant)
    assert await service.confirm(await office.secret()) == ADDRESS


async def in_use(office: Office, tenant: Tenant, server: RudeServer) -> None:
    if (await service.state()).confirmed_at is None:
        await confirmed(office, tenant)
    chosen = ServerSettings(host="127.0.0.1", port=server.port, security="opportunistic")
    await service.set_server(chosen, "", SYSTEM, seen=await seen())
    tested = await service.to_test()
    await jobs.send_trial(tested, "alice@example.org", PLATFORM)
    await service.mark_tested(tested, SYSTEM)
    await service.switch(SYSTEM, on=True)
    server.received.clear()
    await office.box.clear()


def read(server: RudeServer) -> list[EmailMessage]:
    return [message_from_bytes(one, policy=policy.default) for one in server.received]
