"""A provider signs people out by calling us (back-channel), as Keycloak does (T-06)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.web.sso.cast import House
from tests.web.sso.liar import Liar
from tests.web.sso.lies import begin, finish, set_up
from tests.web.stage import Visitor


async def signed_on(house: House, liar: Liar, provider_id: UUID) -> Visitor:
    visitor, asked = await begin(house, liar, provider_id)
    assert (await finish(house, visitor, asked)).headers["location"] == "/agents"
    assert (await visitor.get("/agents")).status_code == 200
    return visitor


async def provider_says(house: House, provider_id: UUID, token: str) -> int:
    address = f"/connexion/deconnexion/{house.tenant.slug}/{provider_id}"
    async with house.at_platform() as platform:
        return (await platform.post(address, data={"logout_token": token})).status_code


@pytest.mark.feature("T-06")
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
    assert await provider_says(house, uuid4(), moment) == 400
    assert (await visitor.get("/agents")).status_code == 200
