"""A house with providers, and visitors who sign on there."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau_infra import clock, outgoing
from creneau_infra.settings import Settings
from creneau_tenants import addresses
from creneau_tenants.sign_on import service
from creneau_tenants.sign_on.queries import providers as queries
from creneau_tenants.sign_on.schemas import ProviderSettings
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE

from tests.platform.cast import Town, furnish
from tests.web.sso.real import SECRET, AtProvider
from tests.web.stage import Visitor, new_address, new_tenant


class House(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant with its town, at the application that serves it."""

    app: Application
    tenant: Tenant
    town: Town

    def visitor(self) -> Visitor:
        """Give somebody new at the tenant's address."""
        host = f"{self.tenant.slug}.{self.app.settings.base_domain}"
        return Visitor(self.app, host, new_address())

    def at_platform(self) -> Visitor:
        """Give somebody new at the callback host."""
        return Visitor(self.app, self.app.settings.base_domain, new_address())

    @property
    def platform(self) -> str:
        """The callback host's address."""
        return f"http://{self.app.settings.base_domain}:{self.app.settings.port}"

    async def provider(self, issuer: str, *, switched_on: bool = True, **changes: Any) -> UUID:
        """Add a provider, tested and switched on unless told otherwise."""
        values: dict[str, Any] = {
            "label": f"Annuaire {uuid4().hex[:6]}",
            "issuer": issuer,
            "client_id": "creneau",
            **changes,
        }
        with acting_for(self.tenant):
            created = await service.add(ProviderSettings(**values), SECRET, SYSTEM)
            if switched_on:
                await self.switch_on(created)
        return created

    async def switch_on(self, provider_id: UUID) -> None:
        """Switch a provider on as if it had been tested."""
        with acting_for(self.tenant):
            async with tenant_transaction() as tx:
                await queries.set_tested(tx, provider_id, clock.now())
            await service.switch(provider_id, SYSTEM, on=True)

    def creating(self, role: UUID | None = None) -> dict[str, Any]:
        """Say where new agents belong."""
        return {
            "creates_agents": True,
            "default_organisation_id": self.town.organisation,
            "default_service_id": self.town.registry,
            "default_role_id": role,
        }


async def new_house(app: Application, **values: Any) -> House:
    """Found a town at an address of its own, at the port that this application serves."""
    addresses.configure(app.settings)
    tenant = await new_tenant(**values)
    with acting_for(tenant):
        return House(app=app, tenant=tenant, town=await furnish())


@contextmanager
def reachable(settings: Settings, *issuers: str) -> Generator[None, None, None]:
    """Let providers on this machine be called, as an operator would."""
    hosts = tuple(issuer.partition("//")[2] for issuer in issuers)
    outgoing.configure(msgspec.structs.replace(settings, outgoing_private_hosts=hosts))
    yield
    outgoing.configure(settings)


async def signed_in(house: House, agent_id: UUID | None = None) -> Visitor:
    """Give an agent of the house who has come in otherwise: Alice, unless told who."""
    visitor = house.visitor()
    with acting_for(house.tenant):
        _, secret = await auth.open_session(agent_id or house.town.alice)
    visitor.cookies.set(COOKIE, secret, domain=str(visitor.base_url.host))
    return visitor


async def sign_on(
    house: House, visitor: Visitor, provider_id: UUID, person: str, *, audience: str = "agents"
) -> httpx.Response:
    """Walk the whole way to a provider and back; gives the last answer at the tenant's address."""
    start = await visitor.get(f"/{audience}/connexion/{provider_id}")
    assert start.status_code == 303, start.text
    async with AtProvider() as browser:
        callback = await browser.sign_on(start.headers["location"], person)
    return await come_back(house, visitor, callback)


async def link(house: House, visitor: Visitor, provider_id: UUID, person: str) -> httpx.Response:
    """Link an identity to the account of somebody who is signed in."""
    return await by_post(house, visitor, f"/agents/identites/{provider_id}", person)


async def by_post(house: House, visitor: Visitor, path: str, person: str) -> httpx.Response:
    """Send a form that leads to a provider, sign on there, and come back."""
    sent = await visitor.submit(path)
    assert sent.status_code == 200, sent.text
    address = sent.text.partition('content="0; url=')[2].partition('"')[0].replace("&amp;", "&")
    async with AtProvider() as browser:
        return await come_back(house, visitor, await browser.sign_on(address, person))


async def come_back(house: House, visitor: Visitor, callback: str) -> httpx.Response:
    """Open a callback at the platform's host, and what it leads to at the tenant's."""
    async with house.at_platform() as platform:
        handed = await platform.get(callback)
    if handed.status_code != 303:
        return handed
    return await visitor.get(handed.headers["location"])


def role_of(house: House) -> Any:
    """Give the id of the built-in role of agents."""

    async def read() -> UUID:
        async with tenant_transaction(house.tenant.id) as tx:
            return await tx.value(
                "SELECT id FROM role WHERE tenant_id = $1 AND code = 'agent'", house.tenant.id
            )

    return read()
