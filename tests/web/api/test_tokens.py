from datetime import timedelta

import httpx
import pytest
from creneau.context import SYSTEM, Tenant
from creneau.tokens import service as tokens
from creneau.tokens.rules import SCOPES
from creneau_infra import clock
from creneau_web import throttling

from tests.platform.cast import Town, new_tenant
from tests.web.api.conftest import Programs
from tests.web.stage import Clients


async def test_nobody_gets_in_without_a_token(client: Clients, tenant: Tenant) -> None:
    answer = await client(tenant).get("/api/v1/motives")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic YTpi", "Bearer nonsense", "Bearer \xe9\xff", "token"]
)
async def test_nothing_but_a_living_token_gets_in(
    client: Clients, tenant: Tenant, header: str
) -> None:
    stranger = client(tenant)
    answer = await stranger.get(
        "/api/v1/motives", headers=[(b"authorization", header.encode("latin-1"))]
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


async def test_a_token_opens_its_own_tenant_only(program: Programs, client: Clients) -> None:
    secret = (await program()).headers["authorization"]
    elsewhere = client(await new_tenant())
    answer = await elsewhere.get("/api/v1/motives", headers={"authorization": secret})
    assert answer.json()["code"] == "token_missing"


@pytest.mark.feature("T-13")
async def test_a_token_does_what_its_scopes_say_and_nothing_else(
    program: Programs, town: Town
) -> None:
    reader = await program("motives:read")
    assert (await reader.get("/api/v1/motives")).status_code == 200
    refused = await reader.get(f"/api/v1/slots/next?motive={town.motive}")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert "slots:read" in refused.json()["detail"]


async def test_a_revoked_token_opens_nothing(
    client: Clients, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await tokens.create_token(tenant, SCOPES, "", 1)
    found = await tokens.authenticate(secret)
    assert found is not None
    later = clock.now() + timedelta(days=2)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        assert await tokens.authenticate(secret) is None
    await tokens.revoke(found.id, SYSTEM)
    answer = await client(tenant).get(
        "/api/v1/motives", headers={"authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == 401


async def test_who_calls_too_often_is_told_how_long_to_wait(
    caller: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**throttling.LIMITS, "api": (throttling.Limit("subject", 2, 3600),)}
    monkeypatch.setattr(throttling, "LIMITS", few)
    answers = [await caller.get("/api/v1/motives") for _ in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    answer = answers[2]
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert int(answer.headers["retry-after"]) >= 1
