from collections.abc import AsyncGenerator

import asyncpg
import msgspec
import pytest
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.migrations import migrate

PROBE_APP = "tests.infra.probe.piccolo_app"


async def new_database(address: PostgresAddress, name: str) -> PostgresAddress:
    """Make a database beside the suite's own, and give the addresses that lead to it."""
    connection = await asyncpg.connect(address.superuser_url)
    try:
        await connection.execute(f"CREATE DATABASE {name} OWNER creneau_owner")
    finally:
        await connection.close()
    urls = msgspec.structs.asdict(address)
    return PostgresAddress(
        **{role: url.replace("/creneau?", f"/{name}?") for role, url in urls.items()}
    )


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
