"""What is refused of a provider: each by one clear sentence, and nothing half done (T-06)."""

import base64
from collections.abc import Generator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from creneau.agents import service as agents
from creneau.context import acting_for
from creneau.database import tenant_transaction
from creneau.refusals import InvalidInput
from creneau_infra import outgoing
from creneau_web.app import Application
from joserfc.jwk import OctKey

from tests.web.sso.cast import House, new_house, reachable, role_of
from tests.web.sso.liar import Liar, lying
from tests.web.sso.real import SECRET, asked_of
from tests.web.stage import Visitor


@pytest.fixture(scope="module")
async def house(app: Application) -> House:
    return await new_house(app)


@pytest.fixture
def liar(house: House) -> Generator[Liar, None, None]:
    with lying() as liar, reachable(house.app.settings, liar.issuer):
        yield liar


async def set_up(house: House, liar: Liar, **changes: Any) -> UUID:
    values: dict[str, Any] = {"userinfo": "none", **house.creating(await role_of(house))}
    return await house.provider(liar.issuer, **{**values, **changes})


async def begin(
    house: House, liar: Liar, provider_id: UUID, audience: str = "agents"
) -> tuple[Visitor, dict[str, str]]:
    visitor = house.visitor()
    start = await visitor.get(f"/{audience}/connexion/{provider_id}")
    assert start.status_code == 303, start.text
    asked = asked_of(start.headers["location"])
    liar.nonce = asked["nonce"]
    return visitor, asked


async def finish(
    house: House, visitor: Visitor, asked: dict[str, str], **changes: str
) -> httpx.Response:
    answer = {"code": "a-code", "state": asked["state"], **changes}
    async with house.at_platform() as platform:
        handed = await platform.get(asked["redirect_uri"], params=answer)
    if handed.status_code != 303:
        return handed
    return await visitor.get(handed.headers["location"])


async def nobody_came_in(house: House, visitor: Visitor) -> None:
    assert (await visitor.get("/agents")).status_code == 303
    async with tenant_transaction(house.tenant.id) as tx:
        linked = await tx.value("SELECT count(*) FROM external_identity")
        kept = await tx.value(
            "SELECT count(*) FROM sign_on_flow WHERE used_at IS NOT NULL AND answer IS NOT NULL"
        )
        alices = await tx.value("SELECT count(*) FROM agent WHERE email = 'new@exemple.fr'")
    assert (linked, kept, alices) == (0, 0, 0)


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"claims": {"iss": "https://elsewhere.example"}}, "nom d’émetteur"),
    "another audience": ({"claims": {"aud": "somebody-else"}}, "un autre service"),
    "several audiences without a party": (
        {"claims": {"aud": ["creneau", "b"]}},
        "un autre service",
    ),
    "another party": ({"claims": {"azp": "somebody-else"}}, "un autre service"),
    "another nonce": ({"claims": {"nonce": "another"}}, "ne correspond pas"),
    "no nonce": ({"claims": {"nonce": None}}, "ne correspond pas"),
    "an expired token": ({"claims": {"exp": 1_700_000_000}}, "plus valable"),
    "a token without an end": ({"claims": {"exp": None}}, "plus valable"),
    "a token from the future": ({"claims": {"iat": 4_000_000_000}}, "plus valable"),
    "no subject": ({"claims": {"sub": None}}, "pas transmis"),
    "a subject that is no text": ({"claims": {"sub": 7}}, "pas transmis"),
    "no signature": ({"header": {"alg": "none", "kid": "first"}}, "signature valable"),
    "an access token of another": ({"claims": {"at_hash": "AAAA"}}, "signature valable"),
    "a sign-out token": ({"claims": {"events": {}}}, "ne correspond pas"),
    "a used code": ({"token_status": 400}, "refusé de terminer"),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_refused_by_its_own_sentence(house: House, liar: Liar, lie: str) -> None:
    provider_id = await set_up(house, liar)
    changes, sentence = LIES[lie]
    liar.claims["email"] = "new@exemple.fr"
    visitor, asked = await begin(house, liar, provider_id)
    for name, value in changes.items():
        if isinstance(value, dict):
            getattr(liar, name).update(value)
        else:
            setattr(liar, name, value)
    answer = await finish(house, visitor, asked)
    assert sentence in answer.text
    assert 400 <= answer.status_code < 500
    await nobody_came_in(house, visitor)


async def test_the_same_provider_telling_the_truth_lets_in(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar)
    liar.claims.update({"email": "truth@exemple.fr", "aud": ["creneau", "b"], "azp": "creneau"})
    visitor, asked = await begin(house, liar, provider_id)
    assert (await finish(house, visitor, asked)).headers["location"] == "/agents"
    assert (await visitor.get("/agents")).status_code == 200
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("DELETE FROM external_identity")


async def test_a_token_signed_with_the_secret_that_we_share_is_refused(
    house: House, liar: Liar
) -> None:
    provider_id = await set_up(house, liar)
    visitor, asked = await begin(house, liar, provider_id)
    secret = OctKey.import_key(SECRET)
    liar.signed = lambda claims, key=None: type(liar).signed(liar, claims, key or secret)
    liar.header = {"alg": "HS256"}
    answer = await finish(house, visitor, asked)
    assert "signature valable" in answer.text
    await nobody_came_in(house, visitor)


async def test_an_algorithm_that_was_not_allowed_is_refused(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar, algorithms=("ES256",))
    visitor, asked = await begin(house, liar, provider_id)
    assert "signature valable" in (await finish(house, visitor, asked)).text
    await nobody_came_in(house, visitor)


async def test_new_keys_are_fetched_once_and_unknown_ones_refused(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar)
    visitor, asked = await begin(house, liar, provider_id)
    assert (await finish(house, visitor, asked, code="")).status_code == 422
    visitor, asked = await begin(house, liar, provider_id)
    liar.claims["email"] = "rotated@exemple.fr"
    await finish(house, visitor, asked)
    liar.keys = [Liar.new_key("second")]
    visitor, asked = await begin(house, liar, provider_id)
    before = liar.asked.count("/jwks")
    assert (await finish(house, visitor, asked)).headers["location"] == "/agents"
    assert liar.asked.count("/jwks") == before + 1
    visitor, asked = await begin(house, liar, provider_id)
    forger, liar.keys = Liar.new_key("second"), liar.keys
    liar.signed = lambda claims, key=None: type(liar).signed(liar, claims, key or forger)
    before = liar.asked.count("/jwks")
    assert "signature valable" in (await finish(house, visitor, asked)).text
    assert liar.asked.count("/jwks") == before + 1
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("DELETE FROM external_identity")


async def test_a_token_without_the_name_of_its_key_is_tried_with_each(
    house: House, liar: Liar
) -> None:
    provider_id = await set_up(house, liar)
    liar.claims["email"] = "nameless@exemple.fr"
    visitor, asked = await begin(house, liar, provider_id)
    liar.header = {"kid": None}
    assert (await finish(house, visitor, asked)).headers["location"] == "/agents"
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("DELETE FROM external_identity")


async def test_a_state_is_good_once_for_its_tenant_and_in_its_own_session(
    house: House, liar: Liar
) -> None:
    provider_id = await set_up(house, liar)
    visitor, asked = await begin(house, liar, provider_id)
    forged = asked["state"][:-4] + ("AAAA" if asked["state"][-4:] != "AAAA" else "BBBB")
    for wrong in ("", "nonsense", forged, "é" * 86):
        assert (await finish(house, visitor, asked, state=wrong)).status_code == 403
    elsewhere = {**asked, "redirect_uri": asked["redirect_uri"].replace(house.tenant.slug, "ville")}
    assert (await finish(house, visitor, elsewhere)).status_code == 403
    victim = house.visitor()
    await victim.get("/agents/connexion")
    answer = await finish(house, victim, asked)
    assert answer.status_code == 403
    assert "n’a pas commencé dans ce navigateur" in answer.text
    await nobody_came_in(house, victim)
    assert (await finish(house, visitor, asked)).status_code == 403
    await nobody_came_in(house, visitor)


async def test_somebody_with_another_session_does_not_come_in_either(
    house: House, liar: Liar
) -> None:
    provider_id = await set_up(house, liar)
    _attacker, asked = await begin(house, liar, provider_id)
    victim, _own = await begin(house, liar, provider_id)
    assert (await finish(house, victim, asked)).status_code == 403
    await nobody_came_in(house, victim)


async def test_a_hand_over_is_good_once_and_for_a_minute(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar)
    visitor, asked = await begin(house, liar, provider_id)
    async with house.at_platform() as platform:
        handed = await platform.get(
            asked["redirect_uri"], params={"code": "c", "state": asked["state"]}
        )
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("UPDATE sign_on_flow SET hand_over_until = now() - interval '1 second'")
    assert (await visitor.get(handed.headers["location"])).status_code == 403
    visitor, asked = await begin(house, liar, provider_id)
    liar.claims["email"] = "once@exemple.fr"
    async with house.at_platform() as platform:
        handed = await platform.get(
            asked["redirect_uri"], params={"code": "c", "state": asked["state"]}
        )
    assert (await visitor.get(handed.headers["location"])).headers["location"] == "/agents"
    assert (await visitor.get(handed.headers["location"])).status_code == 403
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("DELETE FROM external_identity")


async def test_a_way_that_took_too_long_is_over(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar)
    visitor, asked = await begin(house, liar, provider_id)
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("UPDATE sign_on_flow SET expires_at = now() - interval '1 second'")
    assert "trop longtemps" in (await finish(house, visitor, asked)).text


async def test_an_answer_of_another_provider_goes_nowhere(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar)
    visitor, asked = await begin(house, liar, provider_id)
    answer = await finish(house, visitor, asked, iss="https://elsewhere.example")
    assert "nom d’émetteur" in answer.text
    assert "/token" not in liar.asked


async def test_who_declines_is_told_how_to_begin_again(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar)
    visitor, asked = await begin(house, liar, provider_id)
    answer = await finish(house, visitor, asked, code="", error="access_denied")
    assert "abandonnée" in answer.text
    assert 'href="/agents/connexion"' in answer.text


async def test_what_a_provider_says_of_somebody_else_is_refused(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar, userinfo="plain")
    visitor, asked = await begin(house, liar, provider_id)
    liar.userinfo = {"sub": "bob", "email": "boss@exemple.fr"}
    assert "signature valable" in (await finish(house, visitor, asked)).text
    await nobody_came_in(house, visitor)


async def test_a_provider_under_another_name_is_refused_at_the_start(
    house: House, liar: Liar
) -> None:
    provider_id = await set_up(house, liar)
    liar.metadata["issuer"] = "https://elsewhere.example"
    answer = await house.visitor().get(f"/agents/connexion/{provider_id}")
    assert answer.status_code == 422
    assert "nom d’émetteur" in answer.text


async def test_a_provider_that_is_down_or_talks_nonsense_is_told_as_such(
    house: House, liar: Liar
) -> None:
    provider_id = await set_up(house, liar)
    liar.metadata["token_endpoint"] = "javascript:alert(1)"
    answer = await house.visitor().get(f"/agents/connexion/{provider_id}")
    assert answer.status_code == 424
    assert "ne répond pas comme attendu" in answer.text
    away = await house.provider("http://127.0.0.1:9", label="Absent")
    with reachable(house.app.settings, "http://127.0.0.1:9"):
        assert (await house.visitor().get(f"/agents/connexion/{away}")).status_code == 424


async def test_a_slow_provider_does_not_hold_anybody(
    house: House, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider_id = await set_up(house, liar)
    liar.delayed.clear()
    monkeypatch.setattr(outgoing, "SECONDS", 0.2)
    answer = await house.visitor().get(f"/agents/connexion/{provider_id}")
    assert answer.status_code == 424


async def test_a_private_address_is_refused_and_nobody_is_called(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar)
    outgoing.configure(house.app.settings)
    answer = await house.visitor().get(f"/agents/connexion/{provider_id}")
    assert "n’est pas acceptée" in answer.text
    assert liar.asked == []


async def test_a_provider_that_is_switched_off_or_anothers_is_not_found(
    house: House, liar: Liar, app: Application
) -> None:
    off = await house.provider(liar.issuer, switched_on=False)
    other = await new_house(app)
    foreign = await other.provider(liar.issuer)
    public_only = await house.provider(liar.issuer, for_agents=False, for_public=True)
    for provider_id in (off, foreign, public_only):
        answer = await house.visitor().get(f"/agents/connexion/{provider_id}")
        assert answer.status_code == 404


async def test_the_secret_goes_where_the_provider_wants_it(house: House, liar: Liar) -> None:
    header = await set_up(house, liar)
    visitor, asked = await begin(house, liar, header)
    await finish(house, visitor, asked)
    basic = base64.b64encode(f"creneau:{SECRET}".encode()).decode()
    assert liar.credentials == f"Basic {basic}"
    assert "client_secret" not in liar.posted
    assert len(liar.posted["code_verifier"]) >= 43
    body = await set_up(house, liar, client_sent="body", pkce=False)
    visitor, asked = await begin(house, liar, body)
    await finish(house, visitor, asked)
    assert (liar.credentials, liar.posted["client_secret"]) == ("", SECRET)
    assert "code_verifier" not in liar.posted
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute("DELETE FROM external_identity")


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


async def signed_on(house: House, liar: Liar, provider_id: UUID) -> Visitor:
    visitor, asked = await begin(house, liar, provider_id)
    assert (await finish(house, visitor, asked)).headers["location"] == "/agents"
    assert (await visitor.get("/agents")).status_code == 200
    return visitor


async def provider_says(house: House, provider_id: UUID, token: str) -> int:
    address = f"/connexion/deconnexion/{house.tenant.slug}/{provider_id}"
    async with house.at_platform() as platform:
        return (await platform.post(address, data={"logout_token": token})).status_code


async def test_the_provider_signs_people_out_by_session_or_by_subject(
    house: House, liar: Liar
) -> None:
    provider_id = await set_up(house, liar, profile="keycloak")
    liar.claims.update({"email": f"{uuid4().hex[:8]}@exemple.fr", "sub": "one", "sid": "s1"})
    first = await signed_on(house, liar, provider_id)
    liar.claims["sid"] = "s2"
    second = await signed_on(house, liar, provider_id)
    token = liar.sign_out_token(sub="one", sid="s1")
    assert await provider_says(house, provider_id, token) == 200
    assert (await first.get("/agents")).status_code == 303
    assert (await second.get("/agents")).status_code == 200
    assert await provider_says(house, provider_id, token) == 400
    third = await signed_on(house, liar, provider_id)
    assert await provider_says(house, provider_id, liar.sign_out_token(sub="one")) == 200
    for visitor in (second, third):
        assert (await visitor.get("/agents")).status_code == 303


WRONG_SIGN_OUTS: dict[str, dict[str, Any]] = {
    "for another client": {"aud": "somebody-else"},
    "from another issuer": {"iss": "https://elsewhere.example"},
    "with a nonce, as an ID token has": {"nonce": "x"},
    "without the event": {"events": {}},
    "without an id": {"jti": None},
    "about nobody": {"sub": None},
    "from an hour ago": {"iat": 1_700_000_000},
    "that is over": {"exp": 1_700_000_000},
}


@pytest.mark.parametrize("wrong", WRONG_SIGN_OUTS)
async def test_a_sign_out_token_that_does_not_fit_ends_nothing(
    house: House, liar: Liar, wrong: str
) -> None:
    provider_id = await set_up(house, liar)
    liar.claims.update({"email": f"{uuid4().hex[:8]}@exemple.fr", "sub": uuid4().hex})
    visitor = await signed_on(house, liar, provider_id)
    token = liar.sign_out_token(**{"sub": liar.claims["sub"], **WRONG_SIGN_OUTS[wrong]})
    assert await provider_says(house, provider_id, token) == 400
    assert (await visitor.get("/agents")).status_code == 200


async def test_an_unsigned_sign_out_and_an_unknown_provider_end_nothing(
    house: House, liar: Liar
) -> None:
    provider_id = await set_up(house, liar)
    liar.claims.update({"email": f"{uuid4().hex[:8]}@exemple.fr", "sub": "calm"})
    visitor = await signed_on(house, liar, provider_id)
    forger = Liar.new_key("first")
    moment = liar.sign_out_token(sub="calm")
    forged = type(liar).signed(liar, {"sub": "calm", "jti": "x"}, forger)
    for token in ("", "nonsense", moment + "x", forged):
        assert await provider_says(house, provider_id, token) == 400
    assert await provider_says(house, uuid4(), moment) == 404
    assert (await visitor.get("/agents")).status_code == 200
