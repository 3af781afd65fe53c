"""A tenant of one's own for every test, its mails, and a server for them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
import pytest
from creneau.context import Tenant, acting_for
from creneau_infra import outgoing
from creneau_infra.settings import Settings

from tests.infra.rude import RudeServer, running
from tests.platform.cast import new_tenant
from tests.tenants.post import Office


@pytest.fixture
async def alone(database: object) -> Tenant:
    """Create a tenant and enter nothing: the directory is read without one."""
    del database
    return await new_tenant()


@pytest.fixture
async def tenant(alone: Tenant) -> AsyncGenerator[Tenant, None]:
    """Act for the tenant in the test itself."""
    with acting_for(alone):
        yield alone


@pytest.fixture
async def rude(settings: Settings) -> AsyncGenerator[RudeServer, None]:
    async with running() as server:
        opened = (f"127.0.0.1:{server.port}",)
        outgoing.configure(msgspec.structs.replace(settings, outgoing_private_hosts=opened))
        yield server
        outgoing.configure(settings)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    made = Office(tmp_path / "mailbox")
    yield made
    await made.post.close()
