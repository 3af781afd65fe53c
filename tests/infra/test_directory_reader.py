"""Reading outside any transaction: quick, and blind to every tenant's rows."""

from uuid import UUID

import pytest
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.errors import NestedTransactionError
from creneau_infra.postgres.transactions import directory_reader, tenant_transaction

from tests.platform.cast import new_tenant


async def test_no_row_of_any_tenant_is_seen(database: PostgresAddress) -> None:
    del database
    tenant = await new_tenant()
    async with tenant_transaction(tenant.id) as tx:
        assert await tx.value("SELECT count(*) FROM role")
    reader = directory_reader()
    assert [row["count"] for row in await reader.rows("SELECT count(*) FROM role")] == [0]
    found = await reader.rows("SELECT slug FROM tenant WHERE id = $1", tenant.id)
    assert [row["slug"] for row in found] == [tenant.slug]


async def test_a_task_never_holds_two_connections(
    database: PostgresAddress, tenant_id: UUID
) -> None:
    del database
    async with tenant_transaction(tenant_id):
        with pytest.raises(NestedTransactionError):
            directory_reader()
