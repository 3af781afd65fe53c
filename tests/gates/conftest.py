"""The gates play with the same cast as the domain's tests."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest
from creneau.context import Tenant, acting_for
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB, make_pool

from tests.databases import drop, new_database
from tests.platform.cast import new_tenant
from tests.platform.conftest import made_tenant, stranger, tenant, town

__all__ = ["made_tenant", "stranger", "tenant", "town"]


@pytest.fixture
async def unguarded(
    postgres: PostgresAddress, model: str, monkeypatch: pytest.MonkeyPatch, database: object
) -> AsyncGenerator[Tenant, None]:
    """Work in a database of its own, from which the guard was taken out."""
    del database
    own = await new_database(postgres, "unguarded", like=model)
    connection = await asyncpg.connect(own.owner_url)
    await connection.execute("ALTER TABLE allocation DROP CONSTRAINT allocation_no_overlap")
    await connection.close()
    pool = await make_pool(own.app_url, size=10)
    monkeypatch.setattr(DB, "pool", pool)
    tenant = await new_tenant()
    with acting_for(tenant):
        yield tenant
    await pool.close()
    await drop(postgres, "unguarded")
