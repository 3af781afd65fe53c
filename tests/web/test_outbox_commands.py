"""What was set aside is seen by whoever operates the machine, without a word of whom it concerned."""

from typing import Any
from uuid import UUID

import pytest
from creneau_infra.errors import PermanentError, SentenceError
from creneau_infra.outbox import service as outbox
from creneau_infra.postgres.transactions import tenant_transaction
from creneau_tenants import service as tenants
from creneau_tenants.schemas import TenantDraft
from creneau_web.cli.outbox import brought_back, listed


async def refuse(_tenant: UUID, _id: UUID, _payload: dict[str, Any]) -> None:
    raise PermanentError("alice@exemple.fr")


@pytest.fixture
async def poisoned(database: object) -> UUID:
    """A tenant two of whose letters were refused for good."""
    del database
    tenant = await tenants.create_tenant(TenantDraft(slug="poison", name="Poison"))
    async with tenant_transaction(tenant.id) as tx:
        for key in ("a", "b"):
            await outbox.put(tx, "mail.test", {"email": "alice@exemple.fr"}, key=key)
    await outbox.deliver_due({"mail.test": refuse}, tenant.id)
    return tenant.id


async def test_what_was_set_aside_is_counted_listed_and_brought_back(poisoned: UUID) -> None:
    (heap,) = await listed("poison", with_ids=False)
    assert heap.split()[:4] == ["poison", "2", "mail.test", "PermanentError"]
    rows = await listed("", with_ids=True)
    ours = [row for row in rows if row.startswith("poison ")]
    assert len(ours) == 2
    assert "alice" not in "".join(rows)
    first = UUID(ours[0].split()[1])
    with pytest.raises(SentenceError):
        await brought_back("nobody", None, None)
    assert await brought_back("poison", [first], None) == 1
    assert await brought_back("poison", None, "mail.test") == 1
    assert await listed("poison", with_ids=True) == []
    assert (await outbox.backlog(poisoned)).aside == 0
