"""A tenant with digital advisers and an address, and those who come in."""

from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
from creneau.context import Tenant, acting_for

from tests.platform.cast import PASSWORD
from tests.plugins.digital_aid.network import Network, new_network
from tests.web.second_factor import sign_in_whole
from tests.web.stage import Application, Clients, Visitor, new_tenant

Inside = Callable[[str], Awaitable[Visitor]]


@pytest.fixture
async def advisers(app: Application) -> AsyncGenerator[Tenant, None]:
    """Give a tenant whose one vertical is this one, and work for it."""
    del app
    made = await new_tenant(frozenset({"digital_aid"}))
    with acting_for(made):
        yield made


@pytest.fixture
async def network(advisers: Tenant) -> Network:
    del advisers
    return await new_network()


@pytest.fixture
def inside(client: Clients, advisers: Tenant, network: Network) -> Inside:
    """Sign somebody of the network in, by first name."""
    del network

    async def enter(name: str) -> Visitor:
        return await sign_in_whole(client(advisers), f"{name.lower()}@exemple.fr", PASSWORD)

    return enter


@pytest.fixture
def visitor(client: Clients, advisers: Tenant) -> Visitor:
    return client(advisers)
