"""A tenant of one's own for every test, and the cast that plays in it."""

from collections.abc import Generator

import pytest
from creneau.context import Tenant, acting_for

from tests.platform.cast import Stranger, Town, furnish, new_tenant, strange_town


@pytest.fixture
async def made_tenant(database: object) -> Tenant:
    del database
    return await new_tenant()


@pytest.fixture
def tenant(made_tenant: Tenant) -> Generator[Tenant, None, None]:
    """Work for a fresh tenant, in French."""
    with acting_for(made_tenant):
        yield made_tenant


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    """Furnish the tenant: an organisation, services, a place, a motive, Alice, Bob, Bea and Sam."""
    del tenant
    return await furnish()


@pytest.fixture
async def stranger(database: object) -> Stranger:
    """Furnish another tenant, where Charlie administers."""
    del database
    return await strange_town()
