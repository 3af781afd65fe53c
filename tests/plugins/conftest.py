"""What the plugins' tests find: their own fixtures, and the application that serves them."""

import pytest
from creneau.context import Tenant
from creneau.plugins import installed
from creneau.testing.fixtures import acting, plugins, tenant, town
from creneau.testing.switching import StatusOf
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.migrations import migrate

from tests.web.stage import Clients, client, new_tenant

__all__ = ["acting", "client", "plugins", "tenant", "town"]


@pytest.fixture(scope="session")
async def database(database: PostgresAddress) -> PostgresAddress:
    """Add the plugins' tables to the suite's database."""
    await migrate(database.owner_url, installed().migrations())
    return database


@pytest.fixture
def status_of(client: Clients) -> StatusOf:
    """Ask as a stranger, at the address of a tenant with the same plugins."""

    async def ask(tenant: Tenant, method: str, path: str) -> int:
        served = await new_tenant(tenant.plugins)
        return (await client(served).request(method, path)).status_code

    return ask
