"""Signing on at a real provider that is not ours, as agent and as public (T-06, C-42)."""

from collections.abc import AsyncGenerator, Generator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.agents.links import service as links
from creneau.appointments.schemas import ConfirmRequest
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.people.schemas import Identity
from creneau.testing.factories import new_booking, new_town
from creneau_infra import clock
from creneau_tenants.sign_on import service
from creneau_web.app import Application

from tests.web.public.citizen import hold, slots_in
from tests.web.sso.cast import (
    House,
    by_post,
    come_back,
    link,
    new_house,
    reachable,
    role_of,
    sign_on,
    signed_in,
)
from tests.web.sso.real import AtProvider, asked_of, client_of, real_provider

BODY = {"token_endpoint_auth_method": "client_secret_post"}
STATE = 32


@pytest.fixture(scope="module")
async def house(app: Application) -> House:
    return await new_house(app)


@pytest.fixture(scope="module")
async def issuer(house: House) -> AsyncGenerator[str, None]:
    """Run the provider with a client for each profile."""
    slug, platform = house.tenant.slug, house.platform
    signed: dict[str, Any] = {"userinfo_signed_response_alg": "ES256", **BODY}
    es256 = {"id_token_signed_response_alg": "ES256"}
    clients = [
        client_of("creneau", platform, slug),
        client_of("proconnect", platform, slug, **signed),
        client_of("franceconnect", platform, slug, **es256, **signed),
    ]
    async with real_provider(clients, acr="eidas1") as started:
        with reachable(house.app.settings, started):
            yield started


@pytest.fixture(autouse=True)
def tenant(house: House) -> Generator[Tenant, None, None]:
    with acting_for(house.tenant):
        yield house.tenant


@pytest.fixture
async def alices(house: House, issuer: str) -> UUID:
    """Give a provider to which nobody is linked yet."""
    return await house.provider(issuer)


async def identities(provider_id: UUID) -> int:
    return (await service.touched(provider_id)).agents


async def test_an_agent_is_created_by_claims_with_the_default_role(
    house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer, **house.creating(await role_of(house)))
    visitor = house.visitor()
    answer = await sign_on(house, visitor, provider_id, "zoe")
    assert (answer.status_code, answer.headers["location"]) == (303, "/agents"), answer.text
    assert (await visitor.get("/agents")).status_code == 200
    assert (await visitor.get("/administration")).status_code == 403
    zoe = next(one for one in await agents.agents() if one.email == "zoe@exemple.fr")
    assert (zoe.first_name, zoe.last_name, zoe.state) == ("Zoé", "Petit", "active")
    again = house.visitor()
    assert (await sign_on(house, again, provider_id, "zoe")).headers["location"] == "/agents"
    assert await identities(provider_id) == 1


async def test_where_none_is_created_an_unknown_identity_is_refused(
    house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer)
    visitor = house.visitor()
    answer = await sign_on(house, visitor, provider_id, "uma")
    assert answer.status_code == 403
    assert "Demandez une invitation" in answer.text
    assert (await visitor.get("/agents")).status_code == 303


@pytest.mark.feature("T-06")
async def test_the_same_address_links_nobody(house: House, issuer: str) -> None:
    provider_id = await house.provider(issuer, **house.creating(await role_of(house)))
    visitor = house.visitor()
    answer = await sign_on(house, visitor, provider_id, "alice")
    assert answer.status_code == 403
    assert "a déjà cette adresse e-mail" in answer.text
    assert (await visitor.get("/agents")).status_code == 303
    assert await identities(provider_id) == 0


async def test_an_agent_links_their_own_account_and_signs_on_from_then(
    house: House, alices: UUID
) -> None:
    visitor = await signed_in(house)
    assert (await link(house, visitor, alices, "alice")).headers["location"] == "/agents/identites"
    page = await visitor.get("/agents/identites")
    assert "Délier" in page.text
    elsewhere = house.visitor()
    assert (await sign_on(house, elsewhere, alices, "alice")).headers["location"] == "/agents"
    assert (await elsewhere.get("/administration")).status_code == 200
    assert (await link(house, visitor, alices, "zoe")).status_code == 422
    parted = await visitor.submit(f"/agents/identites/{alices}/retrait")
    assert parted.status_code == 303
    assert (await elsewhere.get("/administration")).status_code == 303
    assert (await sign_on(house, house.visitor(), alices, "alice")).status_code == 403


async def test_a_removed_agent_stays_out(house: House, issuer: str) -> None:
    provider_id = await house.provider(issuer, **house.creating(await role_of(house)))
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET email = 'gone@exemple.fr' WHERE email LIKE 'uma%'")
    assert (await sign_on(house, house.visitor(), provider_id, "uma")).status_code == 303
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE agent SET state = 'removed', email = 'gone@exemple.fr' WHERE email LIKE 'uma%'"
        )
    visitor = house.visitor()
    assert (await sign_on(house, visitor, provider_id, "uma")).status_code == 403
    assert (await visitor.get("/agents")).status_code == 303


async def start_of(house: House, provider_id: UUID, audience: str = "agents") -> dict[str, str]:
    answer = await house.visitor().get(f"/{audience}/connexion/{provider_id}")
    return asked_of(answer.headers["location"])


async def test_a_generic_provider_is_asked_with_pkce_a_long_state_and_a_long_nonce(
    house: House, alices: UUID
) -> None:
    asked = await start_of(house, alices)
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked["state"]), len(asked["nonce"])) >= STATE
    assert asked["redirect_uri"] == f"{house.platform}/connexion/retour/{house.tenant.slug}"


PROCONNECT: dict[str, Any] = {
    "profile": "proconnect",
    "client_id": "proconnect",
    "client_sent": "body",
    "scopes": ("openid", "given_name", "usual_name", "email", "siret"),
    "claim_map": {"last_name": "usual_name"},
    "admitted_claim": "siret",
    "admitted_values": ("21750001600019",),
}


@pytest.mark.feature("T-06")
async def test_proconnect_gets_only_what_it_lists_and_its_signed_data_is_read(
    house: House, issuer: str
) -> None:
    creating = house.creating(await role_of(house))
    provider_id = await house.provider(issuer, **PROCONNECT, **creating)
    asked = await start_of(house, provider_id)
    listed = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"}
    assert set(asked) == listed
    assert min(len(asked["state"]), len(asked["nonce"])) >= STATE
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET email = id || '@exemple.fr' WHERE email LIKE 'uma@%'")
    answer = await sign_on(house, house.visitor(), provider_id, "uma")
    assert answer.headers["location"] == "/agents", answer.text
    found = next(one for one in await agents.agents() if one.email == "uma@exemple.fr")
    assert found.last_name == "Blanc"


async def test_proconnect_creates_nobody_of_another_organisation(house: House, issuer: str) -> None:
    creating = house.creating(await role_of(house))
    provider_id = await house.provider(issuer, **PROCONNECT, **creating)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET email = id || '@exemple.fr' WHERE email LIKE 'zoe@%'")
    answer = await sign_on(house, house.visitor(), provider_id, "zoe")
    assert answer.status_code == 403
    assert "ne fait pas partie de celles" in answer.text


async def test_unsigned_data_is_refused_where_it_must_be_signed(house: House, issuer: str) -> None:
    provider_id = await house.provider(issuer, userinfo="signed")
    assert "signature valable" in (await sign_on(house, house.visitor(), provider_id, "zoe")).text


FRANCECONNECT: dict[str, Any] = {
    "profile": "franceconnect",
    "client_id": "franceconnect",
    "client_sent": "body",
    "for_agents": False,
    "for_public": True,
    "scopes": ("openid", "given_name", "family_name", "email"),
    "algorithms": ("ES256", "RS256"),
    "acr_values": ("eidas1",),
}


@pytest.mark.feature("T-06")
async def test_franceconnect_is_asked_for_a_level_and_must_reach_it(
    house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer, **FRANCECONNECT)
    asked = await start_of(house, provider_id, "mes-rendez-vous")
    assert asked["acr_values"] == "eidas1"
    assert "code_challenge" not in asked
    answer = await sign_on(house, house.visitor(), provider_id, "zoe", audience="mes-rendez-vous")
    assert answer.status_code == 303, answer.text
    wants_more: dict[str, Any] = {**FRANCECONNECT, "acr_values": ("eidas2",)}
    higher = await house.provider(issuer, **wants_more)
    answer = await sign_on(house, house.visitor(), higher, "zoe", audience="mes-rendez-vous")
    assert "au niveau demandé" in answer.text
    wants_rsa: dict[str, Any] = {**FRANCECONNECT, "algorithms": ("RS256",)}
    rsa_only = await house.provider(issuer, **wants_rsa)
    answer = await sign_on(house, house.visitor(), rsa_only, "zoe", audience="mes-rendez-vous")
    assert "signature valable" in answer.text


async def test_franceconnect_signs_out_with_the_id_token_and_nothing_it_does_not_list(
    house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer, **FRANCECONNECT)
    visitor = house.visitor()
    await sign_on(house, visitor, provider_id, "zoe", audience="mes-rendez-vous")
    left = await visitor.submit("/mes-rendez-vous/deconnexion")
    address = left.text.partition('content="0; url=')[2].partition('"')[0].replace("&amp;", "&")
    asked = asked_of(address)
    assert set(asked) == {"id_token_hint", "post_logout_redirect_uri", "state"}
    assert asked["id_token_hint"].count(".") == 2
    async with house.at_platform() as platform:
        back = await platform.get(f"/connexion/fin?state={asked['state']}")
    assert urlsplit(back.headers["location"]).hostname == f"{house.tenant.slug}.localhost"
    async with house.at_platform() as platform:
        assert (await platform.get("/connexion/fin?state=x")).headers["location"] == "/"


@pytest.mark.feature("T-06")
async def test_a_person_signs_on_in_place_of_the_code_and_finds_their_appointments(
    house: House, issuer: str
) -> None:
    town = await new_town_in(house)
    zoe = Identity(first_name="Zoé", last_name="Petit", email="zoe@exemple.fr")
    booking = await new_booking(
        town, ConfirmRequest(identity=zoe, instructions_accepted=True, email_proven=True)
    )
    assert booking.person_id
    provider_id = await house.provider(issuer, for_agents=False, for_public=True)
    visitor = house.visitor()
    page = await visitor.get("/mes-rendez-vous/connexion")
    assert f"/mes-rendez-vous/connexion/{provider_id}" in page.text
    before = visitor.cookies.get("session")
    answer = await sign_on(house, visitor, provider_id, "zoe", audience="mes-rendez-vous")
    assert answer.headers["location"] == "/mes-rendez-vous"
    assert visitor.cookies.get("session") not in {None, before}
    assert "Carte d’identité" in (await visitor.get("/mes-rendez-vous")).text
    assert (await visitor.get("/agents")).status_code == 303


async def new_town_in(house: House) -> Any:
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("UPDATE organisation SET name = name || id::text")
        await tx.execute("UPDATE service SET name = name || id::text")
    return await new_town()


async def test_an_address_that_is_not_vouched_for_still_gets_a_code(
    house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer, for_agents=False, for_public=True)
    visitor = house.visitor()
    answer = await sign_on(house, visitor, provider_id, "uma", audience="mes-rendez-vous")
    assert answer.headers["location"] == "/mes-rendez-vous/connexion"
    page = await visitor.get("/mes-rendez-vous/connexion")
    assert "ne garantit pas votre adresse" in page.text
    assert 'value="uma@exemple.fr"' in page.text
    assert (await visitor.get("/mes-rendez-vous")).status_code == 303


async def test_signing_out_leads_to_the_provider_and_back(house: House, issuer: str) -> None:
    provider_id = await house.provider(issuer)
    await link(house, await signed_in(house), provider_id, "alice")
    visitor = house.visitor()
    start = await visitor.get(f"/agents/connexion/{provider_id}")
    async with AtProvider() as browser:
        callback = await browser.sign_on(start.headers["location"], "alice")
        await come_back(house, visitor, callback)
        left = await visitor.submit("/agents/deconnexion")
        address = left.text.partition('content="0; url=')[2].partition('"')[0]
        asked = await browser.get(address.replace("&amp;", "&"))
        assert asked.status_code == 200, asked.text
        xsrf = asked.text.partition('name="xsrf" value="')[2].partition('"')[0]
        done = await browser.post(
            f"{issuer}/session/end/confirm", data={"xsrf": xsrf, "logout": "yes"}
        )
    assert (await visitor.get("/agents")).status_code == 303
    async with house.at_platform() as platform:
        back = await platform.get(done.headers["location"])
    assert back.headers["location"].endswith("/agents/connexion")


async def test_an_invitation_is_accepted_by_an_identity_in_place_of_a_password(
    house: House, issuer: str
) -> None:
    provider_id = await house.provider(issuer)
    async with tenant_transaction() as tx:
        token = await links.link_for(tx, house.town.bob, "invitation", clock.now())
    visitor, address = house.visitor(), f"/agents/invitation/{token}"
    assert f"{address}/connexion/{provider_id}" in (await visitor.get(address)).text
    answer = await by_post(house, visitor, f"{address}/connexion/{provider_id}", "uma")
    assert answer.headers["location"] == "/agents", answer.text
    assert (await visitor.get("/agents")).status_code == 200
    bob = await agents.agent(house.town.bob)
    # The address of the identity is another: the invitation is the link, not the address.
    assert (bob.state, bob.email) == ("active", "bob@exemple.fr")
    assert (await sign_on(house, house.visitor(), provider_id, "uma")).status_code == 303
    again = house.visitor()
    assert (await again.submit(f"{address}/connexion/{provider_id}")).status_code in {404, 410}


async def test_names_and_a_proven_address_are_not_asked_again_when_booking(
    house: House, issuer: str
) -> None:
    town = await new_town_in(house)
    provider_id = await house.provider(issuer, for_agents=False, for_public=True)
    visitor = house.visitor()
    path = f"/rdv/{town.motive_id}/{town.place_id}"
    step = await hold(visitor, path, slots_in(await visitor.get(path))[0])
    page = await visitor.get(f"{step}?pour=moi")
    assert f"/mes-rendez-vous/connexion/{provider_id}?next={step}/suite" in page.text
    start = await visitor.get(f"/mes-rendez-vous/connexion/{provider_id}?next={step}/suite")
    async with AtProvider() as browser:
        callback = await browser.sign_on(start.headers["location"], "zoe")
    back = await come_back(house, visitor, callback)
    assert back.headers["location"] == f"{step}/suite"
    onwards = await visitor.get(f"{step}/suite")
    assert onwards.headers["location"] == f"{step}/confirmation"
    assert "Zoé Petit" in (await visitor.get(f"{step}/confirmation")).text
