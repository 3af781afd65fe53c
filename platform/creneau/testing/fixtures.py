"""Fixtures for plugins' tests: `pytest_plugins = ("creneau.testing.fixtures",)`.

They stand on a fixture named `database`, which connects the process to a migrated database.
"""

from collections.abc import Generator

import pytest

from creneau import i18n
from creneau.context import Tenant, acting_for
from creneau.plugins import Plugins, installed
from creneau.testing import factories


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    """Give the installed plugins, their English texts read."""
    found = installed()
    for folder in found.translations():
        i18n.add_catalogue(folder)
    return found


@pytest.fixture
async def tenant(database: object, plugins: Plugins) -> Tenant:
    """Give a new tenant with every installed plugin switched on."""
    del database
    return await factories.new_tenant(*plugins.names)


@pytest.fixture
def acting(tenant: Tenant) -> Generator[Tenant, None, None]:
    """Work for the new tenant during the test."""
    with acting_for(tenant):
        yield tenant


@pytest.fixture
async def town(acting: Tenant) -> factories.Town:
    """Found a town in the new tenant."""
    del acting
    return await factories.new_town()
