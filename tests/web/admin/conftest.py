"""The staff of a town hall, with open sessions: how they got in is tried elsewhere."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from creneau.context import Tenant, acting_for
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE

from tests.web.backoffice.cast import Office, furnish_office
from tests.web.stage import Clients, Visitor

Entered = Callable[[str | UUID], Awaitable[Visitor]]


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
def entered(client: Clients, office: Office) -> Entered:
    """Give a visitor who is signed in as somebody of the office, by first name or by id."""

    async def enter(name: str | UUID) -> Visitor:
        agent_id = name if isinstance(name, UUID) else getattr(office, name.lower())
        with acting_for(office.tenant):
            _session, secret = await auth.open_session(agent_id)
        visitor = client(office.tenant)
        visitor.cookies.set(COOKIE, secret, domain=str(visitor.base_url.host))
        return visitor

    return enter
