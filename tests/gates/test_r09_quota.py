"""R-9: a tenant whose programs ask too much is told to wait, and no other tenant notices."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import Any

import httpx
import pytest
from creneau.context import Tenant, acting_for, current_tenant
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.tokens.rules import SCOPES
from creneau.tokens.service import create_token
from creneau_infra.postgres.engine import DB
from creneau_infra.redis.throttle import LocalBuckets
from creneau_web import quota, turned_away
from creneau_web.app import Application
from structlog.testing import capture_logs

from tests.web.stage import Clients, client, other_tenant, tenant

__all__ = ["client", "other_tenant", "tenant"]

SHARE = 20
PATH = "/api/v1/motives"
Programs = Callable[[Tenant], Awaitable[httpx.AsyncClient]]


@pytest.fixture(autouse=True)
def share(monkeypatch: pytest.MonkeyPatch) -> Generator[None, None, None]:
    """Give each tenant twenty requests at once and 120 a minute, by a clock that stands still."""
    monkeypatch.setattr(quota, "BUCKETS", LocalBuckets(lambda: 0.0))
    monkeypatch.setattr(quota, "per_minute", lambda _settings: SHARE * 6)
    monkeypatch.setattr(turned_away, "PAUSE", 0.0)
    yield
    quota.Memory.spent.clear()


@pytest.fixture
def program(client: Clients) -> Programs:
    async def make(at: Tenant) -> httpx.AsyncClient:
        with acting_for(at):
            secret = await create_token(at, SCOPES, "un programme", 30)
        made = client(at)
        made.headers["authorization"] = f"Bearer {secret}"
        return made

    return make


@pytest.fixture
async def refused(program: Programs, tenant: Tenant) -> httpx.AsyncClient:
    """Give a program whose tenant has spent its share, which was just said the long way."""
    loud = await program(tenant)
    answers = [await loud.get(PATH) for _ in range(SHARE + 1)]
    assert [answer.status_code for answer in answers] == [200] * SHARE + [429]
    return loud


@pytest.mark.feature("R-9")
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


async def test_what_is_refused_asks_the_database_nothing_and_reads_no_body(
    refused: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unread() -> AsyncGenerator[bytes, None]:
        raise AssertionError
        yield b""

    def untouched(*_: Any) -> None:
        raise AssertionError

    for way in ("open", "one_by_one"):
        monkeypatch.setattr(DB, way, untouched)
    answers = [
        await refused.get(PATH),
        await refused.post("/api/v1/bookings", content=unread()),
        await refused.get("/api/v1/slots?motive=none"),
    ]
    assert [answer.status_code for answer in answers] == [429] * 3


@pytest.mark.parametrize("language", ["fr", "en", "de", ""])
async def test_the_short_refusal_says_the_same_as_the_long_one(
    refused: httpx.AsyncClient, language: str
) -> None:
    refused.headers["accept-language"] = language
    short = await refused.get(PATH)
    quota.Memory.spent.clear()
    long = await refused.get(PATH)
    assert short.content == long.content
    same = {name for name in long.headers if long.headers[name] == short.headers.get(name)}
    assert set(long.headers) | set(short.headers) == {*same, "x-request-id"}


async def test_many_refusals_are_one_line_of_the_log(refused: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        for _ in range(50):
            await refused.get(PATH)
    assert [(line["event"], line["status"]) for line in lines] == [("requests_refused", 429)]


async def test_whoever_goes_on_all_the_same_is_made_to_wait(
    refused: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(turned_away, "PAUSE", 0.1)
    monkeypatch.setattr("creneau_web.turned_away.sleep", wait)
    assert (await refused.get(PATH)).status_code == 429
    assert waited == [0.1]


async def test_an_address_that_is_spent_says_nothing_of_another(
    refused: httpx.AsyncClient, program: Programs, other_tenant: Tenant
) -> None:
    assert (await refused.get(PATH)).status_code == 429
    assert (await (await program(other_tenant)).get(PATH)).status_code == 200
    elsewhere = await refused.get(PATH, headers={"host": f"nobody.{refused.base_url.host}"})
    assert elsewhere.status_code in {400, 404}


class Gate:
    """Holds back those who list motives, and counts them."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.inside = 0
        self.full = asyncio.Event()
        self.opened = asyncio.Event()

    async def pass_through(self) -> list[Motive]:
        """Wait until the gate opens, if it is this tenant's."""
        if current_tenant.get().id == self.tenant.id:
            self.inside += 1
            self.full.set()
            await self.opened.wait()
        return []


@pytest.fixture
def gate(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate(tenant)
    monkeypatch.setattr(motives, "motives", made.pass_through)
    return made


async def test_a_crowd_of_one_tenant_leaves_room_for_the_other(
    gate: Gate, program: Programs, tenant: Tenant, other_tenant: Tenant, app: Application
) -> None:
    loud, quiet = await program(tenant), await program(other_tenant)
    crowd = [asyncio.create_task(loud.get(PATH)) for _ in range(SHARE)]
    await gate.full.wait()
    assert (await quiet.get(PATH)).status_code == 200
    assert gate.inside <= app.settings.pool_size // 4
    too_many = await loud.get(PATH)
    gate.opened.set()
    assert {answer.status_code for answer in await asyncio.gather(*crowd)} == {200}
    assert (too_many.status_code, too_many.headers["retry-after"]) == (429, "1")
    assert gate.inside == SHARE
    assert quota.Memory.places == {}


@pytest.fixture
async def greedy(refused: httpx.AsyncClient) -> httpx.AsyncClient:
    """Give a program whose tenant asked for more than its share, and has some of it again."""
    quota.BUCKETS.kept.clear()
    return refused


async def test_who_asked_for_too_much_lets_the_others_go_first(
    greedy: httpx.AsyncClient,
    program: Programs,
    other_tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quota, "PATIENCE", 60.0)
    quiet, inside, opened = await program(other_tenant), asyncio.Event(), asyncio.Event()
    served, waits, until_left = list[str](), asyncio.Event(), quota.until_somebody_leaves

    async def wait() -> None:
        waits.set()
        await until_left()

    async def motives_of() -> list[Motive]:
        served.append(current_tenant.get().slug)
        if current_tenant.get().id == other_tenant.id:
            inside.set()
            await opened.wait()
        return []

    monkeypatch.setattr(motives, "motives", motives_of)
    monkeypatch.setattr(quota, "until_somebody_leaves", wait)
    before = asyncio.create_task(quiet.get(PATH))
    await inside.wait()
    late = asyncio.create_task(greedy.get(PATH))
    await waits.wait()
    assert served == [other_tenant.slug]
    opened.set()
    assert [(await one).status_code for one in (before, late)] == [200, 200]
    assert quota.Memory.places == {}
    assert quota.Memory.waiting == []


async def test_nobody_waits_for_the_others_for_ever(
    greedy: httpx.AsyncClient,
    gate: Gate,
    program: Programs,
    other_tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quota, "PATIENCE", 0.05)
    gate.tenant = other_tenant
    before = asyncio.create_task((await program(other_tenant)).get(PATH))
    await gate.full.wait()
    assert (await greedy.get(PATH)).status_code == 200
    gate.opened.set()
    assert (await before).status_code == 200


async def test_who_sends_slowly_takes_no_place(
    program: Programs, tenant: Tenant, app: Application
) -> None:
    slow, quick = await program(tenant), await program(tenant)
    begun, sent = asyncio.Event(), asyncio.Event()

    async def dribble() -> AsyncGenerator[bytes, None]:
        begun.set()
        await sent.wait()
        yield b"{}"

    waiting = [
        asyncio.create_task(slow.post("/api/v1/bookings", content=dribble()))
        for _ in range(app.settings.pool_size)
    ]
    await begun.wait()
    assert (await quick.get(PATH)).status_code == 200
    sent.set()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {422}
