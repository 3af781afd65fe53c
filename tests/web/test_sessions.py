"""Sessions, forms and sign-in: what a visitor may not choose, forge, keep or guess."""

import re
from uuid import UUID

import httpx
import pytest
from argon2 import PasswordHasher
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, Tenant
from creneau.testing.factories import new_town
from creneau_web import csrf
from creneau_web.auth.sessions import COOKIE

from tests.web.stage import Clients, Visitor

EMAIL, PASSWORD = "alice.martin@example.org", "quatre mots font une phrase"
SIGN_IN = "/agents/connexion"


@pytest.fixture
async def alice(tenant: Tenant) -> UUID:
    del tenant
    town = await new_town()
    draft = AgentDraft(
        email=EMAIL,
        first_name="Alice",
        last_name="Martin",
        password=PASSWORD,
        service_ids=(town.service_id,),
        memberships=((town.organisation_id, "agent"),),
    )
    return await agents.create_agent(draft, SYSTEM)


async def sign_in(
    visitor: Visitor, email: str = EMAIL, password: str = PASSWORD, way: str = ""
) -> httpx.Response:
    return await visitor.submit(SIGN_IN, {"email": email, "password": password, "next": way})


async def test_an_agent_signs_in_and_out(client: Clients, tenant: Tenant, alice: UUID) -> None:
    del alice
    visitor = client(tenant)
    entered = await sign_in(visitor)
    assert (entered.status_code, entered.headers["location"]) == (303, "/agents")
    assert (await visitor.get(SIGN_IN)).headers["location"] == "/agents"
    left = await visitor.submit("/agents/deconnexion")
    assert left.headers["location"] == SIGN_IN
    page = await visitor.get(SIGN_IN)
    assert "Vous êtes déconnecté" in page.text
    assert "Vous êtes déconnecté" not in (await visitor.get(SIGN_IN)).text


async def test_a_session_id_that_the_visitor_chose_is_never_adopted(
    client: Clients, tenant: Tenant, alice: UUID
) -> None:
    del alice
    visitor = client(tenant)
    visitor.cookies.set(COOKIE, "chosen-by-somebody-else", domain=str(visitor.base_url.host))
    await sign_in(visitor)
    assert "chosen-by-somebody-else" not in {cookie.value for cookie in visitor.cookies.jar}


async def test_the_id_after_signing_in_is_another(
    client: Clients, tenant: Tenant, alice: UUID
) -> None:
    del alice
    visitor = client(tenant)
    await sign_in(visitor)
    first = visitor.cookies[COOKIE]
    await visitor.submit("/agents/deconnexion")
    await sign_in(visitor)
    assert visitor.cookies[COOKIE] != first


async def test_an_old_session_is_dead_after_signing_out(
    client: Clients, tenant: Tenant, alice: UUID
) -> None:
    del alice
    visitor, thief = client(tenant), client(tenant)
    await sign_in(visitor)
    thief.cookies.set(COOKIE, visitor.cookies[COOKIE], domain=str(thief.base_url.host))
    assert (await thief.get(SIGN_IN)).status_code == 303
    await visitor.submit("/agents/deconnexion")
    thief.cookies.set(COOKIE, thief.cookies.get(COOKIE) or "", domain=str(thief.base_url.host))
    assert (await thief.get(SIGN_IN)).status_code == 200


async def test_a_session_is_of_no_use_at_another_tenant(
    client: Clients, tenant: Tenant, alice: UUID, other_tenant: Tenant
) -> None:
    del alice
    visitor, stranger = client(tenant), client(other_tenant)
    await sign_in(visitor)
    stranger.cookies.set(COOKIE, visitor.cookies[COOKIE], domain=str(stranger.base_url.host))
    assert (await stranger.get(SIGN_IN)).status_code == 200


async def test_the_cookie_is_out_of_reach_of_scripts(
    client: Clients, tenant: Tenant, alice: UUID
) -> None:
    del alice
    answer = await sign_in(client(tenant))
    cookie = next(text for text in answer.headers.get_list("set-cookie") if COOKIE in text)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


async def test_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(
    client: Clients, tenant: Tenant, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    del alice
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, kept: str, password: str) -> bool:
        hashed.append(password)
        return verify(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)

    async def attempt(email: str) -> tuple[int, str]:
        answer = await sign_in(client(tenant), email=email, password="not the password at all")
        plain = re.sub(r'name="csrf_token" value="\w+"', "", answer.text).replace(email, "")
        return answer.status_code, plain

    known, unknown = await attempt(EMAIL), await attempt("nobody.here@example.org")
    assert known == unknown
    assert known[0] == 422
    assert hashed == ["not the password at all"] * 2


async def test_guessing_is_slowed_down_and_the_victim_still_gets_in(
    client: Clients, tenant: Tenant, alice: UUID
) -> None:
    del alice
    attacker = client(tenant)
    answers = [(await sign_in(attacker, password=f"guess {number}")) for number in range(12)]
    assert {answer.status_code for answer in answers} == {422, 429}
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await sign_in(client(tenant))).status_code == 303


@pytest.mark.parametrize(
    "way", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil", "evil", ""]
)
async def test_signing_in_leads_to_a_page_of_this_site_only(
    client: Clients, tenant: Tenant, alice: UUID, way: str
) -> None:
    del alice
    assert (await sign_in(client(tenant), way=way)).headers["location"] == "/agents"


async def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    client: Clients, tenant: Tenant, alice: UUID
) -> None:
    del alice
    visitor = client(tenant)
    asked = await visitor.get("/agents?jour=2026-11-24")
    assert asked.status_code == 303
    way = httpx.URL(asked.headers["location"]).params["next"]
    assert (await sign_in(visitor, way=way)).headers["location"] == "/agents?jour=2026-11-24"


async def test_a_form_without_our_token_is_refused(client: Clients, tenant: Tenant) -> None:
    visitor = client(tenant)
    data = {"email": EMAIL, "password": PASSWORD}
    assert (await visitor.post(SIGN_IN, data=data)).status_code == 403
    token = visitor.form_token()
    assert (await visitor.post(SIGN_IN, data={**data, csrf.FIELD: token + "x"})).status_code == 403
    assert (await visitor.post(SIGN_IN, data={**data, csrf.FIELD: token})).status_code == 422


@pytest.mark.parametrize(
    "header",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"referer": "https://evil.example/form"},
    ],
)
async def test_a_form_of_another_site_is_refused_even_with_a_token(
    client: Clients, tenant: Tenant, header: dict[str, str]
) -> None:
    visitor = client(tenant)
    data = {csrf.FIELD: visitor.form_token()}
    assert (await visitor.post(SIGN_IN, data=data, headers=header)).status_code == 403


async def test_a_broken_form_cookie_is_replaced_with_the_next_page(
    client: Clients, tenant: Tenant
) -> None:
    visitor = client(tenant)
    visitor.cookies.set(csrf.COOKIE, "broken.cookie", domain=str(visitor.base_url.host))
    page = await visitor.get(SIGN_IN)
    found = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert found is not None
    answer = await visitor.post(SIGN_IN, data={csrf.FIELD: found[1]})
    assert answer.status_code == 422


async def test_odd_input_is_answered_without_a_breakdown(client: Clients, tenant: Tenant) -> None:
    visitor = client(tenant)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        csrf.HEADER: visitor.form_token(),
    }
    for body in (b"email=%ff%fe&password=%00", b"email=" + b"x" * 30_000, b"=&=&=", b"\xff\xfe"):
        answer = await visitor.post(SIGN_IN, content=body, headers=headers)
        assert answer.status_code < 500
    assert (
        await visitor.post(SIGN_IN, content=b"x" * 1_100_000, headers=headers)
    ).status_code == 413
