"""A furnished town, open in the mornings, and citizens who come to it."""

import pytest
from creneau.context import Tenant

from tests.platform.cast import Town, furnish
from tests.platform.planning import open_for, soon
from tests.web.stage import Clients, Visitor


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    """Furnish the tenant; Alice takes people on one morning."""
    del tenant
    furnished = await furnish()
    await open_for(furnished, furnished.alice, soon())
    return furnished


@pytest.fixture
async def jeanne(client: Clients, tenant: Tenant) -> Visitor:
    return client(tenant)


@pytest.fixture
async def paul(client: Clients, tenant: Tenant) -> Visitor:
    """Another citizen, with a browser of his own."""
    return client(tenant)
