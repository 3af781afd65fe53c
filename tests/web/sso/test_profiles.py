"""What differs at the providers that keep their claims or issuers in ways of their own (T-06)."""

from uuid import UUID, uuid4

import pytest
from creneau.agents import service as agents
from creneau.context import acting_for
from creneau.database import tenant_transaction
from creneau.refusals import InvalidInput

from tests.web.sso.cast import House
from tests.web.sso.liar import Liar
from tests.web.sso.lies import begin, finish, set_up

DIRECTORY = "6d0f3a0e-8f5b-4d52-9a62-3a6a4f0b7c11"


async def entra(house: House, liar: Liar) -> UUID:
    """Set up an Entra ID whose directory was named by its domain, and answers by its number."""
    base = liar.issuer
    liar.metadata = {
        "issuer": f"{base}/{DIRECTORY}/v2.0",
        **{f"{name}_endpoint": f"{base}/{name}" for name in ("authorization", "token")},
        "jwks_uri": f"{base}/jwks",
    }
    liar.claims.update({"iss": f"{base}/{DIRECTORY}/v2.0", "tid": DIRECTORY})
    return await house.provider(
        f"{base}/ville.example/v2.0",
        profile="entra",
        algorithms=("RS256",),
        userinfo="none",
        client_sent="body",
        for_agents=False,
        for_public=True,
    )


@pytest.mark.feature("T-06")
async def test_entra_answers_by_the_number_of_the_directory_that_was_named(
    house: House, liar: Liar
) -> None:
    provider_id = await entra(house, liar)
    visitor, asked = await begin(house, liar, provider_id, "mes-rendez-vous")
    answer = await finish(house, visitor, asked)
    # Its addresses prove nothing, whatever it says: the code is still asked for.
    assert answer.headers["location"] == "/mes-rendez-vous/connexion"
    visitor, asked = await begin(house, liar, provider_id, "mes-rendez-vous")
    liar.claims["tid"] = str(uuid4())
    assert "nom d’émetteur" in (await finish(house, visitor, asked)).text


async def test_only_entra_may_name_another_issuer_and_only_another_directory(
    house: House, liar: Liar
) -> None:
    await entra(house, liar)
    generic = await house.provider(f"{liar.issuer}/ville.example/v2.0")
    assert (await house.visitor().get(f"/agents/connexion/{generic}")).status_code == 422
    for issuer in (f"{liar.issuer}/common/v2.0", "https://elsewhere.example/x/v2.0"):
        liar.metadata["issuer"] = issuer
        fresh = await house.provider(
            f"{liar.issuer}/other-{uuid4().hex[:6]}/v2.0",
            profile="entra",
            algorithms=("RS256",),
            userinfo="none",
        )
        assert (await house.visitor().get(f"/agents/connexion/{fresh}")).status_code == 422


@pytest.mark.parametrize("directory", ["common", "organizations", "consumers"])
async def test_entra_is_never_set_up_for_everybodys_directories(
    house: House, directory: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await house.provider(
            f"https://login.microsoftonline.com/{directory}/v2.0",
            profile="entra",
            algorithms=("RS256",),
        )
    assert set(refused.value.fields) == {"issuer"}


@pytest.mark.feature("T-06")
async def test_keycloak_keeps_claims_inside_objects(house: House, liar: Liar) -> None:
    provider_id = await set_up(
        house,
        liar,
        profile="keycloak",
        admitted_claim="realm_access.roles",
        admitted_values=("rdv",),
        claim_map={"first_name": "person.first", "last_name": "person.last"},
    )
    liar.claims.update({"email": "keycloak@exemple.fr", "person": {"first": "Kim", "last": "Lo"}})
    liar.claims["realm_access"] = {"roles": ["autre"]}
    visitor, asked = await begin(house, liar, provider_id)
    assert "ne fait pas partie de celles" in (await finish(house, visitor, asked)).text
    liar.claims["realm_access"] = {"roles": ["rdv", "autre"]}
    visitor, asked = await begin(house, liar, provider_id)
    assert (await finish(house, visitor, asked)).headers["location"] == "/agents"
    with acting_for(house.tenant):
        kim = next(one for one in await agents.agents() if one.email == "keycloak@exemple.fr")
    assert kim.display_name == "Kim Lo"
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("DELETE FROM external_identity")
