"""A town hall whose agents read their agendas elsewhere, and a server that real programs call."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
import uvicorn
from creneau.context import Tenant
from creneau_web.app import Application

from tests.web.backoffice.cast import Office, furnish_office, sign_in
from tests.web.public.conftest import jeanne, paul, town
from tests.web.stage import Clients, Visitor

__all__ = ["jeanne", "paul", "town"]

SignedIn = Callable[[str], Awaitable[Visitor]]


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
def signed_in(client: Clients, office: Office) -> SignedIn:
    async def enter(name: str) -> Visitor:
        return await sign_in(client(office.tenant), name)

    return enter


@pytest.fixture
async def served(app: Application) -> AsyncGenerator[str, None]:
    """Serve the application on a port of its own, for programs that open connections themselves."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", ws="none", access_log=False, log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving
