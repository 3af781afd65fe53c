"""A tenant of one's own for every test."""

import pytest
from creneau.context import Tenant

from tests.platform.cast import new_tenant


@pytest.fixture
async def alone(database: object) -> Tenant:
    """Create a tenant and enter nothing: the directory is read without one."""
    del database
    return await new_tenant()
