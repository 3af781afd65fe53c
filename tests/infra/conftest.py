from collections.abc import AsyncGenerator

import pytest
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.migrations import migrate

from tests.databases import new_database

PROBE_APP = "tests.infra.probe.piccolo_app"


@pytest.fixture(scope="session")
async def probe(postgres: PostgresAddress) -> PostgresAddress:
    """Give a database that holds the probe's tables and nothing of the domain."""
    address = await new_database(postgres, "probe")
    await migrate(address.owner_url, [PROBE_APP])
    return address


@pytest.fixture
async def pool(probe: PostgresAddress) -> AsyncGenerator[PostgresAddress, None]:
    """Lead this process's transactions to the probe, with four connections."""
    kept, DB.pool = DB.pool, None
    await DB.start_pool(probe.app_url, size=4)
    yield probe
    await DB.stop_pool()
    DB.pool = kept


@pytest.fixture
async def single(probe: PostgresAddress) -> AsyncGenerator[PostgresAddress, None]:
    """The same with one connection, which every transaction has to share."""
    kept, DB.pool = DB.pool, None
    await DB.start_pool(probe.app_url, size=1)
    yield probe
    await DB.stop_pool()
    DB.pool = kept
