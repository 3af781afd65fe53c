"""A clock that can be put forward, and letters that leave then."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest
from creneau.context import Tenant
from creneau.database import tenant_transaction
from creneau.messages.jobs import handlers
from creneau.messages.reminders import jobs as reminders
from creneau.motives.schemas import MotiveDraft
from creneau_infra import clock
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.schemas import together
from creneau_infra.outbox.service import deliver_due

from tests.platform.cast import Town

At = Callable[[datetime], Awaitable[list[Message]]]


@pytest.fixture
def some_motive(town: Town) -> MotiveDraft:
    return MotiveDraft(organisation_id=town.organisation, service_id=town.citizenship, name="Essai")


@pytest.fixture
def at(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> At:
    """Do the work that is due at a moment, and give the letters that it sends."""

    async def work(moment: datetime) -> list[Message]:
        monkeypatch.setattr(clock, "now", lambda: moment)
        async with tenant_transaction() as tx:
            # The database's clock cannot be moved: what is due by then is made due now.
            await tx.execute(
                """
                UPDATE outbox SET due_at = now()
                WHERE tenant_id = $1 AND done_at IS NULL AND due_at <= $2
                """,
                tx.tenant_id,
                moment,
            )
        sent: list[Message] = []

        async def deliver(message: Message) -> None:
            sent.append(message)

        async def tenant_of(tenant_id: UUID) -> Tenant:
            assert tenant_id == tenant.id
            return tenant

        work = together(handlers(deliver, tenant_of), reminders.handlers(tenant_of))
        await deliver_due(work, tenant.id)
        return sent

    return work
