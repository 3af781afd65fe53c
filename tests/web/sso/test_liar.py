"""What is refused of a provider: each by one clear sentence, and nothing half done (T-06)."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from creneau.database import tenant_transaction
from creneau_infra import outgoing, sealing
from creneau_infra.settings import Settings
from creneau_tenants.sign_on.discovery import forget
from creneau_web.app import Application
from joserfc.jwk import OctKey

from tests.web.sso.cast import House, new_house, reachable
from tests.web.sso.liar import Liar
from tests.web.sso.lies import begin, finish, nobody_came_in, set_up
from tests.web.sso.real import SECRET, asked_of
from tests.web.stage import Visitor, new_address

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


@pytest.mark.feature("T-06")
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


@pytest.mark.feature("T-06")
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
    for name in ("authorization_endpoint", "token_endpoint", "end_session_endpoint"):
        for wrong in ("javascript:alert(1)", "http://elsewhere.example/", "https://a:b@c.example/"):
            liar.metadata = {name: wrong}
            forget()
            answer = await house.visitor().get(f"/agents/connexion/{provider_id}")
            assert answer.status_code == 424, wrong
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


@pytest.mark.feature("T-06")
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


async def test_a_visitor_comes_back_to_the_address_where_they_began(
    house: House, liar: Liar
) -> None:
    own = f"rdv-{uuid4().hex[:8]}.example.fr"
    async with tenant_transaction(house.tenant.id) as tx:
        await tx.execute(
            "INSERT INTO domain (host, tenant_id, is_primary, verified_at) VALUES ($1, $2, false, now())",
            own,
            house.tenant.id,
        )
    provider_id = await set_up(house, liar)
    liar.claims.update({"email": f"{uuid4().hex[:8]}@exemple.fr", "sub": uuid4().hex})
    visitor = Visitor(house.app, own, new_address())
    start = await visitor.get(f"/agents/connexion/{provider_id}")
    asked = asked_of(start.headers["location"])
    liar.nonce = asked["nonce"]
    assert asked["redirect_uri"].startswith(f"{house.platform}/")
    async with house.at_platform() as platform:
        handed = await platform.get(
            asked["redirect_uri"], params={"code": "c", "state": asked["state"]}
        )
    assert handed.headers["location"].startswith(f"http://{own}:")
    assert (await visitor.get(handed.headers["location"])).headers["location"] == "/agents"
    assert (await visitor.get("/agents")).status_code == 200


async def test_a_secret_whose_key_is_lost_is_told_in_a_sentence(house: House, liar: Liar) -> None:
    provider_id = await set_up(house, liar)
    sealing.configure(Settings(encryption_keys=("another-key-that-is-long-enough-too",)))
    answer = await house.visitor().get(f"/agents/connexion/{provider_id}")
    sealing.configure(house.app.settings)
    assert answer.status_code == 424
    assert "ne peut plus être lu" in answer.text


async def test_who_cannot_be_signed_out_at_franceconnect_is_told_so(
    house: House, liar: Liar
) -> None:
    liar.claims["acr"] = "eidas1"
    provider_id = await house.provider(
        liar.issuer,
        profile="franceconnect",
        for_agents=False,
        for_public=True,
        algorithms=("RS256",),
        acr_values=("eidas1",),
    )
    liar.userinfo, liar.userinfo_signed = {"sub": "alice"}, True
    visitor, asked = await begin(house, liar, provider_id, "mes-rendez-vous")
    assert (await finish(house, visitor, asked)).status_code == 303
    outgoing.configure(house.app.settings)
    forget()
    left = await visitor.submit("/mes-rendez-vous/deconnexion")
    assert left.headers["location"] == "/"
    assert "vous y restez connecté" in (await visitor.get("/mes-rendez-vous/connexion")).text
