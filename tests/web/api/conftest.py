"""A furnished town behind the interface, and programs that call it with tokens of their own."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from creneau.context import Tenant
from creneau.tokens.rules import SCOPES
from creneau.tokens.service import create_token

from tests.platform.cast import Town, furnish
from tests.platform.planning import open_for, soon
from tests.web.stage import Clients

Programs = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def town(tenant: Tenant) -> Town:
    """Furnish the tenant; Alice takes people on one morning."""
    del tenant
    furnished = await furnish()
    await open_for(furnished, furnished.alice, soon())
    return furnished


@pytest.fixture
async def program(client: Clients, tenant: Tenant) -> Programs:
    """Make programs, which may do everything unless scopes are named."""

    async def make(*scopes: str, at: Tenant = tenant) -> httpx.AsyncClient:
        secret = await create_token(at, scopes or SCOPES, "un programme", 30)
        made = client(at)
        made.headers["authorization"] = f"Bearer {secret}"
        return made

    return make


@pytest.fixture
async def caller(program: Programs) -> httpx.AsyncClient:
    """Give a program that may do everything."""
    return await program()
