"""The application on a stage: fixtures that tests of pages, of paths and of gates share."""

import asyncio
import itertools
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from creneau.context import Tenant, acting_for
from creneau.plugins import installed
from creneau_infra import sealing
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.migrations import migrate
from creneau_infra.settings import Settings, load
from creneau_tenants import addresses
from creneau_tenants.schemas import TenantDraft
from creneau_tenants.service import create_tenant
from creneau_web import csrf
from creneau_web.app import Application, create_app
from creneau_web.migrations import migration_apps
from creneau_web.visit import Visit

from tests.ports import free_port

Environ = dict[str, Any]
BETWEEN_TAGS = re.compile(r">[^<]*")


@cache
def own_port() -> int:
    """Choose the port of the run once: links in messages name it."""
    return free_port()


def web_settings(data_dir: Path, postgres: PostgresAddress) -> Settings:
    """Give the settings that the application runs with in tests."""
    settings = load({"CRENEAU_ENVIRONMENT": "test", "CRENEAU_DATA_DIR": str(data_dir)})
    return msgspec.structs.replace(
        settings,
        port=own_port(),
        postgres_url=postgres.owner_url,
        postgres_app_url=postgres.app_url,
    )


@asynccontextmanager
async def running(app: Application) -> AsyncGenerator[Application, None]:
    """Start the application as a server would, and stop it afterwards."""
    ready, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        # One task enters and leaves: fixtures may be set up and torn down in different ones.
        async with app.tenant_app.lifespan():
            ready.set()
            await over.wait()

    life = asyncio.create_task(live())
    await asyncio.wait(
        {life, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED
    )
    if life.done():
        life.result()
    try:
        yield app
    finally:
        over.set()
        await life


@pytest.fixture(scope="session")
async def app(data_dir: Path, database: PostgresAddress) -> AsyncGenerator[Application, None]:
    """Give the running application, with every plugin's tables in place."""
    await migrate(database.owner_url, migration_apps())
    async with running(create_app(web_settings(data_dir, database))) as started:
        yield started


class Readers(httpx.ASGITransport):
    """Pages as people read them: a space that no line ends at is a space; values stay."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand a page over; what is no page stays as it is."""
        answer = await super().handle_async_request(request)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return answer
        page = (await answer.aread()).decode()
        read = BETWEEN_TAGS.sub(lambda text: text[0].replace("\u00a0", " "), page)
        return httpx.Response(answer.status_code, headers=answer.headers, content=read.encode())


class Visitor(httpx.AsyncClient):
    """A visitor at one host, with cookies, who fills in forms like a browser does."""

    def __init__(self, app: Application, host: str, address: str) -> None:
        self.settings = app.settings
        super().__init__(
            transport=Readers(app, client=(address, 50000)),
            base_url=f"http://{host}:{app.settings.port}",
        )

    async def submit(self, path: str, fields: Mapping[str, Any] | None = None) -> httpx.Response:
        """Send a form as our own page would: with a token that belongs to this visitor."""
        data = {csrf.FIELD: self.form_token(), **(fields or {})}
        return await self.post(path, data=data, headers={"origin": self.origin})

    @property
    def origin(self) -> str:
        return f"{self.base_url.scheme}://{self.base_url.netloc.decode()}"

    def form_token(self) -> str:
        """Give a token for a form, with the cookie that it belongs to."""
        jar = {cookie.name: cookie.value or "" for cookie in self.cookies.jar}
        visit = Visit(
            settings=self.settings,
            request_id="test",
            host=self.base_url.netloc.decode(),
            cookies=jar,
        )
        token = csrf.token(visit)
        if visit.outgoing_cookies:
            self.cookies.set(csrf.COOKIE, visit.cookies[csrf.COOKIE], domain=self.cookie_domain)
        return token

    @property
    def cookie_domain(self) -> str:
        """Name the host as the cookie jar does, which calls one without a dot local."""
        host = str(self.base_url.host)
        return host if "." in host else f"{host}.local"


_numbers = itertools.count(1)


def new_address() -> str:
    """Give a network address that no visitor had before, so that nobody's limits meet."""
    high, low = divmod(next(_numbers), 250)
    return f"198.18.{high}.{low + 1}"


Clients = Callable[..., Visitor]


@pytest.fixture
async def client(app: Application) -> AsyncGenerator[Clients, None]:
    """Make visitors: `client(tenant)`, `client("localhost")`, `client(tenant, address="192.0.2.7")`."""
    made: list[Visitor] = []

    def make(at: Tenant | str, *, address: str | None = None) -> Visitor:
        host = at if isinstance(at, str) else f"{at.slug}.{app.settings.base_domain}"
        made.append(Visitor(app, host, address or new_address()))
        return made[-1]

    yield make
    for visitor in made:
        await visitor.aclose()


async def new_tenant(plugins: frozenset[str] | None = None, **values: Any) -> Tenant:
    """Create a tenant that no other test knows, with every plugin unless told otherwise."""
    slug = f"t{uuid4().hex[:12]}"
    chosen = frozenset(installed().names) if plugins is None else plugins
    return await create_tenant(
        TenantDraft(slug=slug, name=f"Ville {slug}", plugins=chosen, **values)
    )


@pytest.fixture
async def tenant(app: Application) -> AsyncGenerator[Tenant, None]:
    """Give a new tenant, and act for it in the test itself."""
    # Commands and servers that a test runs in this process leave their own settings behind.
    addresses.configure(app.settings)
    sealing.configure(app.settings)
    made = await new_tenant()
    with acting_for(made):
        yield made


@pytest.fixture
async def other_tenant(app: Application) -> Tenant:
    """Give a second new tenant, whose rows nobody of the first may see."""
    del app
    return await new_tenant()
