"""A département that switched the vertical on, and who works there."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from uuid import UUID

import pytest
from creneau.context import Tenant, acting_for
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE

from tests.platform.cast import Town, furnish
from tests.web.stage import Clients, Visitor, new_tenant

SignedIn = Callable[[UUID], Awaitable[Visitor]]


@pytest.fixture
async def departement(app: Application) -> AsyncGenerator[Tenant, None]:
    """Give a tenant of social services, and act for it."""
    del app
    made = await new_tenant(frozenset({"social"}))
    with acting_for(made):
        yield made


@pytest.fixture
async def house(departement: Tenant) -> Town:
    """Furnish it: Alice administers, Bob and Bea are agents, Sam is of the secretariat."""
    del departement
    return await furnish()


@pytest.fixture
async def as_agent(client: Clients, departement: Tenant) -> SignedIn:
    """Sign agents in, as their browsers are after the form."""

    async def sign_in(agent_id: UUID) -> Visitor:
        _session, secret = await auth.open_session(agent_id)
        visitor = client(departement)
        visitor.cookies.set(COOKIE, secret, domain=visitor.cookie_domain)
        return visitor

    return sign_in
