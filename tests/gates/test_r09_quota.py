"""R-9: a tenant whose programs ask too much is told to wait, and no other tenant notices."""

from collections import Counter
from collections.abc import Awaitable, Callable

import httpx
import pytest
from creneau.context import Tenant, acting_for
from creneau.tokens.rules import SCOPES
from creneau.tokens.service import create_token
from creneau_infra.redis.throttle import LocalBuckets
from creneau_web import quota

from tests.web.stage import Clients, app, client, other_tenant, tenant

__all__ = ["app", "client", "other_tenant", "tenant"]

SHARE = 20
PATH = "/api/v1/motives"
Programs = Callable[[Tenant], Awaitable[httpx.AsyncClient]]


@pytest.fixture(autouse=True)
def share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each tenant twenty requests at once and 120 a minute, by a clock that stands still."""
    monkeypatch.setattr(quota, "BUCKETS", LocalBuckets(lambda: 0.0))
    monkeypatch.setattr(quota, "per_minute", lambda: SHARE * 6)


@pytest.fixture
def program(client: Clients) -> Programs:
    async def make(at: Tenant) -> httpx.AsyncClient:
        with acting_for(at):
            secret = await create_token(at, SCOPES, "un programme", 30)
        made = client(at)
        made.headers["authorization"] = f"Bearer {secret}"
        return made

    return make


async def test_a_tenant_at_ten_times_its_share_leaves_the_other_untouched(
    program: Programs, tenant: Tenant, other_tenant: Tenant
) -> None:
    loud, second, quiet = [await program(at) for at in (tenant, tenant, other_tenant)]
    loud_ones: Counter[int] = Counter()
    quiet_ones: Counter[int] = Counter()
    for number in range(SHARE * 10):
        # Two programs of one tenant share what it has.
        answer = await (loud if number % 2 else second).get(PATH)
        loud_ones[answer.status_code] += 1
        if number % 10 == 0:
            quiet_ones[(await quiet.get(PATH)).status_code] += 1
    assert loud_ones == {200: SHARE, 429: SHARE * 9}
    assert quiet_ones == {200: SHARE}


async def test_who_is_refused_is_told_how_long_to_wait(program: Programs, tenant: Tenant) -> None:
    loud = await program(tenant)
    answers = [await loud.get(PATH) for _ in range(SHARE + 1)]
    refused = answers[-1]
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_share_comes_back_with_time(
    program: Programs, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [0.0]
    monkeypatch.setattr(quota, "BUCKETS", LocalBuckets(lambda: moments[0]))
    loud = await program(tenant)
    first = [(await loud.get(PATH)).status_code for _ in range(SHARE + 1)]
    moments[0] = quota.BURST / 2
    later = [(await loud.get(PATH)).status_code for _ in range(SHARE)]
    assert first == [200] * SHARE + [429]
    assert later == [200] * (SHARE // 2) + [429] * (SHARE // 2)


async def test_nobody_spends_a_tenants_share_without_its_token(
    client: Clients, program: Programs, tenant: Tenant
) -> None:
    stranger, own = client(tenant), await program(tenant)
    turned_away = [await stranger.get(PATH) for _ in range(SHARE * 2)]
    assert {answer.status_code for answer in turned_away} <= {401, 429}
    assert (await own.get(PATH)).status_code == 200


async def test_a_tenants_refused_programs_do_not_close_its_pages(
    client: Clients, program: Programs, tenant: Tenant
) -> None:
    loud = await program(tenant)
    for _ in range(SHARE + 1):
        await loud.get(PATH)
    assert (await loud.get(PATH)).status_code == 429
    assert (await client(tenant).get("/")).status_code == 200
