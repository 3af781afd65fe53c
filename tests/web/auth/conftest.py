"""A town hall whose staff sign in, get lost, and are let in again."""

from collections.abc import Awaitable, Callable

import pytest
from creneau.context import Tenant

from tests.web.backoffice.cast import Office, furnish_office, sign_in
from tests.web.stage import Clients, Visitor

SignedIn = Callable[[str], Awaitable[Visitor]]


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
def signed_in(client: Clients, office: Office) -> SignedIn:
    """Give a visitor who has signed in as somebody of the office, with all that it takes."""

    async def enter(name: str) -> Visitor:
        return await sign_in(client(office.tenant), name)

    return enter
