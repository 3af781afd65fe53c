"""A database with every installed plugin's tables, and the application that serves them."""

import shutil
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest
from creneau.context import Tenant
from creneau.plugins import installed
from creneau.testing.fixtures import acting, plugins, tenant, town
from creneau_infra import sealing
from creneau_infra.postgres.embedded import EmbeddedPostgres
from creneau_infra.postgres.engine import DB
from creneau_infra.postgres.migrations import migrate
from creneau_infra.settings import Settings, load
from creneau_tenants.schemas import TenantDraft
from creneau_tenants.service import create_tenant
from creneau_web.app import Application, create_app
from creneau_web.migrations import migration_apps

__all__ = ["acting", "plugins", "tenant", "town"]

Ask = Callable[[Tenant, str, str], Awaitable[httpx.Response]]


@pytest.fixture(scope="session")
def settings() -> Generator[Settings, None, None]:
    """Give settings with a real PostgreSQL in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="creneau-plugin-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    address = server.address()
    assert address is not None
    made = load({"CRENEAU_ENVIRONMENT": "test", "CRENEAU_DATA_DIR": str(folder)})
    yield msgspec.structs.replace(
        made, postgres_url=address.owner_url, postgres_app_url=address.app_url
    )
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def database(settings: Settings) -> AsyncGenerator[None, None]:
    """Connect to a migrated database."""
    assert settings.postgres_url
    assert settings.postgres_app_url
    await migrate(settings.postgres_url, migration_apps())
    sealing.configure(settings)
    await DB.start_pool(settings.postgres_app_url, size=5)
    yield
    await DB.stop_pool()


@pytest.fixture(scope="session")
async def app(settings: Settings, database: None) -> Application:
    """Give the whole application, as it is served."""
    del database
    return create_app(settings)


@pytest.fixture
async def ask(app: Application) -> Ask:
    """Send a request to a tenant's address, as somebody who is not signed in."""

    async def send(tenant: Tenant, method: str, path: str) -> httpx.Response:
        host = f"http://{tenant.slug}.{app.settings.base_domain}:{app.settings.port}"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=host) as client:
            return await client.request(method, path)

    return send


@pytest.fixture
def status_of(ask: Ask) -> Callable[[Tenant, str, str], Awaitable[int]]:
    """Ask as a stranger, at the address of a tenant with the same plugins."""

    async def status(tenant: Tenant, method: str, path: str) -> int:
        served = await new_tenant(tenant.plugins)
        return (await ask(served, method, path)).status_code

    return status


async def new_tenant(chosen: frozenset[str]) -> Tenant:
    """Create a tenant that can be visited, with these plugins switched on."""
    slug = f"t{uuid4().hex[:12]}"
    return await create_tenant(
        TenantDraft(slug=slug, name="Ville d’essai", plugins=chosen & frozenset(installed().names))
    )
