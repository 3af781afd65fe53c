"""R-10: one connection for all, tenants in turn, with errors and cancelled requests between."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from random import Random
from uuid import UUID, uuid4

import asyncpg
import pytest
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.migrations import migrate
from creneau_infra.postgres.transactions import directory_transaction, tenant_transaction

from tests.infra.conftest import PROBE_APP, new_database

ROUNDS = 400
CHANCE = Random("R-10")  # noqa: S311 - the same disturbances on every run


@pytest.fixture(scope="module")
async def shared(postgres: PostgresAddress) -> PostgresAddress:
    address = await new_database(postgres, "r10")
    await migrate(address.owner_url, [PROBE_APP])
    return address


@pytest.fixture
async def one_connection(shared: PostgresAddress) -> AsyncGenerator[None, None]:
    kept, DB.pool = DB.pool, None
    await DB.start_pool(shared.app_url, size=1)
    yield
    await DB.stop_pool()
    DB.pool = kept


async def everything_seen() -> Sequence[UUID]:
    """Read without naming a tenant, as a careless query would."""
    async with directory_transaction() as tx:
        return [row["tenant_id"] for row in await tx.rows("SELECT tenant_id FROM thing")]


async def seen_by(tenant_id: UUID) -> set[UUID]:
    async with tenant_transaction(tenant_id) as tx:
        return {row["tenant_id"] for row in await tx.rows("SELECT tenant_id FROM thing")}


async def write(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await tx.execute("INSERT INTO thing (tenant_id, label) VALUES ($1, 'own')", tenant_id)


async def fail_inside(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await tx.value("SELECT 1 / 0")


async def fail_at_commit(tenant_id: UUID) -> None:
    async with tenant_transaction(tenant_id) as tx:
        await tx.execute(
            "INSERT INTO thing (tenant_id, label, parent_id) VALUES ($1, 'x', uuidv7())", tenant_id
        )


async def set_for_the_session(tenant_id: UUID) -> None:
    # A statement that nobody should write: it would outlive its transaction.
    async with tenant_transaction(tenant_id) as tx:
        await tx.execute(f"SET creneau.tenant_id = '{tenant_id}'")


async def be_cancelled(tenant_id: UUID) -> None:
    async def request() -> None:
        async with tenant_transaction(tenant_id) as tx:
            await tx.value("SELECT pg_sleep(30)")

    task = asyncio.create_task(request())
    for _ in range(CHANCE.randrange(40)):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])


DISTURBANCES = (write, fail_inside, fail_at_commit, set_for_the_session, be_cancelled)


@pytest.mark.feature("R-10")
@pytest.mark.usefixtures("one_connection")
async def test_a_shared_connection_never_shows_a_row_of_another_tenant() -> None:
    tenants = [uuid4() for _ in range(5)]
    for tenant_id in tenants:
        await write(tenant_id)
    for number in range(ROUNDS):
        tenant_id = tenants[number % len(tenants)]
        disturbed = await asyncio.gather(
            CHANCE.choice(DISTURBANCES)(CHANCE.choice(tenants)), return_exceptions=True
        )
        assert all(error is None or isinstance(error, asyncpg.PostgresError) for error in disturbed)
        assert await seen_by(tenant_id) == {tenant_id}
        assert await everything_seen() == []


@pytest.mark.usefixtures("one_connection")
async def test_the_check_of_r10_sees_rows_when_the_tenant_is_left_behind(
    shared: PostgresAddress,
) -> None:
    tenant_id = uuid4()
    await write(tenant_id)
    connection = await asyncpg.connect(shared.app_url)
    await connection.execute(f"SET creneau.tenant_id = '{tenant_id}'")
    assert await connection.fetchval("SELECT count(*) FROM thing") == 1
    await connection.close()
