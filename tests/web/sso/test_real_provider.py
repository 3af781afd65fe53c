"""Signing on at a real provider that is not ours (T-06)."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau_tenants.sign_on import service
from creneau_web.app import Application

from tests.web.sso.cast import House, come_back, new_house, reachable, role_of, sign_on, signed_in
from tests.web.sso.real import AtProvider, asked_of, client_of, real_provider
from tests.web.stage import Visitor

BODY = {"token_endpoint_auth_method": "client_secret_post"}


@pytest.fixture(scope="module")
async def house(app: Application) -> House:
    return await new_house(app)


@pytest.fixture(scope="module")
async def issuer(house: House) -> AsyncGenerator[str, None]:
    """Run the provider with a client for each profile."""
    slug, platform = house.tenant.slug, house.platform
    signed: dict[str, Any] = {"userinfo_signed_response_alg": "ES256", **BODY}
    clients = [
        client_of("creneau", platform, slug),
        client_of("proconnect", platform, slug, **signed),
        client_of("franceconnect", platform, slug, id_token_signed_response_alg="ES256", **signed),
    ]
    async with real_provider(clients, acr="eidas1") as started:
        with reachable(house.app.settings, started):
            yield started


@pytest.fixture
def tenant(house: House) -> Any:
    with acting_for(house.tenant):
        yield house.tenant


async def agent_id_of(house: House, visitor: Visitor) -> UUID | None:
    async with tenant_transaction(house.tenant.id) as tx:
        return await tx.value(
            "SELECT agent_id FROM session WHERE revoked_at IS NULL AND id = "
            "(SELECT id FROM session ORDER BY created_at DESC LIMIT 1)"
        )


async def test_an_agent_is_created_by_claims_with_the_default_role(
    house: House, issuer: str, tenant: Tenant
) -> None:
    del tenant
    provider_id = await house.provider(issuer, **house.creating(await role_of(house)))
    visitor = house.visitor()
    answer = await sign_on(house, visitor, provider_id, "zoe")
    assert (answer.status_code, answer.headers["location"]) == (303, "/agents"), answer.text
    assert (await visitor.get("/agents")).status_code == 200
    zoe = next(one for one in await agents.agents() if one.email == "zoe@exemple.fr")
    assert (zoe.first_name, zoe.last_name, zoe.state) == ("Zoé", "Petit", "active")
    again = house.visitor()
    assert (await sign_on(house, again, provider_id, "zoe")).headers["location"] == "/agents"
    assert len([one for one in await agents.agents() if one.email == "zoe@exemple.fr"]) == 1
