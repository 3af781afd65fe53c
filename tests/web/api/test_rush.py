"""The same search again and again takes the short way, which knows no more than the long one."""

import gzip
import time
from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import msgspec
import pytest
from creneau.availability.changes import free_time_of
from creneau.context import SYSTEM, Tenant
from creneau.database import tenant_transaction
from creneau.tokens import service as tokens
from creneau_infra import clock
from creneau_infra.postgres.engine import DB, OneByOne, RepairedTransaction
from creneau_infra.redis import versions
from creneau_infra.redis.throttle import LocalBuckets
from creneau_tenants import service as tenants
from creneau_web import quota, throttling, turned_away
from creneau_web.api import rush
from creneau_web.api.lately import SECONDS, Lately
from redis.asyncio import Redis

from tests.platform.cast import Town
from tests.platform.planning import book, nine, soon
from tests.web.api.conftest import Programs

PATH = "/api/v1/slots"


@pytest.fixture(autouse=True)
async def rushing(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[None, None]:
    """Work with Redis: without it there is no short way."""
    del redis
    monkeypatch.setattr(versions.Trips, "away_until", 0.0)
    rush.Memory.known.clear()
    yield
    rush.Memory.known.clear()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every way to the database that is opened."""
    found: list[str] = []
    opening, reading = DB.open, DB.one_by_one

    def noted_open(statement: str) -> RepairedTransaction:
        found.append(statement)
        return opening(statement)

    def noted_read() -> OneByOne:
        found.append("directory")
        return reading()

    monkeypatch.setattr(DB, "open", noted_open)
    monkeypatch.setattr(DB, "one_by_one", noted_read)
    return found


def week(town: Town) -> dict[str, str]:
    return {"motive": str(town.motive), "from": str(soon()), "to": str(soon())}


def starts(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [slot["start"] for slot in answer.json()["slots"]]


async def test_the_short_way_asks_the_database_nothing_and_answers_the_same(
    caller: httpx.AsyncClient, town: Town, opened: list[str]
) -> None:
    await caller.get(PATH, params=week(town))
    # A question is worth keeping an answer for once it is asked again.
    long = await caller.get(PATH, params=week(town))
    assert len(opened) > 1
    opened.clear()
    short = await caller.get(PATH, params=week(town))
    assert opened == []
    assert gzip.compress(short.content, mtime=0) == gzip.compress(long.content, mtime=0)
    same = {name for name in long.headers if long.headers[name] == short.headers.get(name)}
    assert set(long.headers) - same == {"x-request-id", "content-length"}
    assert short.headers["content-encoding"] == "gzip"
    assert short.headers["vary"] == "accept-encoding"
    plain = await caller.get(PATH, params=week(town), headers={"accept-encoding": "identity"})
    assert plain.content == long.content
    assert "content-encoding" not in plain.headers
    assert opened == []


async def test_a_booking_corrects_it_before_it_is_acknowledged(
    caller: httpx.AsyncClient, town: Town
) -> None:
    free = starts(await caller.get(PATH, params=week(town)))
    assert starts(await caller.get(PATH, params=week(town))) == free
    for number in range(3):
        await book(town, nine(minute=30 * number))
        assert starts(await caller.get(PATH, params=week(town))) == free[number + 1 :]


async def test_a_token_that_ends_is_out_at_once(
    caller: httpx.AsyncClient, program: Programs, town: Town
) -> None:
    other = await program()
    for one in (caller, other):
        assert starts(await one.get(PATH, params=week(town)))
    async with tenant_transaction() as tx:
        newest = await tx.value(
            "SELECT id FROM api_token WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1", tx.tenant_id
        )
    await tokens.revoke(newest, SYSTEM)
    assert (await other.get(PATH, params=week(town))).status_code == 401
    assert starts(await caller.get(PATH, params=week(town)))


async def test_a_token_whose_time_is_over_is_not_known_for_longer(
    caller: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = clock.now() + timedelta(days=30) - timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    for _ in range(2):
        await caller.get(PATH, params=week(town))
    known = next(iter(rush.Memory.known.values()))
    assert known.until - time.monotonic() <= 1


async def test_what_is_known_for_too_long_is_forgotten_by_the_next_search(
    caller: httpx.AsyncClient, town: Town
) -> None:
    known = rush.Memory.known
    for seconds in [*range(3)] * 2:
        since = f"{soon()}T00:00:{seconds:02}Z"
        await caller.get(PATH, params={**week(town), "from": since})
    assert len(known) == 3
    for key in known:
        known[key] = msgspec.structs.replace(known[key], until=time.monotonic())
    for _ in range(2):
        await caller.get(PATH, params=week(town))
    assert len(known) == 1


async def test_a_question_that_nobody_repeats_is_not_remembered(
    caller: httpx.AsyncClient, town: Town
) -> None:
    await caller.get(PATH, params=week(town))
    assert not rush.Memory.known


def test_questions_of_long_ago_are_not_remembered() -> None:
    moment = 0.0
    questions = Lately(lambda: moment)
    for number in range(50):
        moment = float(number)
        assert not questions.again(number)
    assert len(questions) == SECONDS
    assert questions.again(49)


async def test_a_known_search_that_is_computed_anew_is_a_part_of_the_tenants_share(
    caller: httpx.AsyncClient, tenant: Tenant, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "BUCKETS", LocalBuckets(lambda: 0.0))
    monkeypatch.setattr(quota, "per_minute", lambda _settings: 30)
    monkeypatch.setattr(turned_away, "PAUSE", 0.0)
    statuses: list[int] = []
    for _ in range(7):
        statuses.append((await caller.get(PATH, params=week(town))).status_code)
        await versions.bump([free_time_of(tenant.id)])
    assert statuses == [200] * 5 + [429] * 2
    quota.Memory.spent.clear()


async def test_a_suspended_tenant_is_off_the_air_at_once(
    caller: httpx.AsyncClient, tenant: Tenant, town: Town
) -> None:
    for _ in range(2):
        assert starts(await caller.get(PATH, params=week(town)))
    await tenants.suspend(tenant.id)
    refused = await caller.get(PATH, params=week(town))
    assert (refused.status_code, refused.json()["code"]) == (503, "tenant_suspended")


async def test_nobody_else_takes_the_short_way(
    caller: httpx.AsyncClient, program: Programs, other_tenant: Tenant, town: Town
) -> None:
    for _ in range(2):
        assert starts(await caller.get(PATH, params=week(town)))
    narrow = await program("motives:read")
    stranger = await program(at=other_tenant)
    elsewhere = str(stranger.base_url)
    ours = caller.headers["authorization"]
    assert (await narrow.get(PATH, params=week(town))).status_code == 403
    assert (await stranger.get(PATH, params=week(town))).status_code == 404
    stranger.headers["authorization"] = ours
    assert (await stranger.get(f"{elsewhere}{PATH}", params=week(town))).status_code == 401
    caller.headers["authorization"] = f"{ours}x"
    assert (await caller.get(PATH, params=week(town))).status_code == 401
    del caller.headers["authorization"]
    assert (await caller.get(PATH, params=week(town))).status_code == 401
    caller.headers["authorization"] = ours
    forged = {"x-forwarded-host": "ailleurs.exemple.fr"}
    assert (await caller.get(PATH, params=week(town), headers=forged)).status_code == 400


async def test_only_reading_takes_the_short_way(caller: httpx.AsyncClient, town: Town) -> None:
    for _ in range(2):
        assert starts(await caller.get(PATH, params=week(town)))
    assert (await caller.post(PATH, params=week(town))).status_code == 405


async def test_the_short_way_has_the_limit_of_the_token(
    caller: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered(few: int) -> LocalBuckets:
        buckets = LocalBuckets(clock=lambda: 0.0)
        monkeypatch.setattr(throttling, "LOCAL", buckets)
        monkeypatch.setitem(
            throttling.LIMITS,  # type: ignore[arg-type] - a dictionary, for reading only
            "api",
            (throttling.Limit("subject", few, 3600.0),),
        )
        return buckets

    answered(3)
    statuses = [(await caller.get(PATH, params=week(town))).status_code for _ in range(9)]
    # Three here and three by the long way's own count.
    assert statuses.count(200) == 6
    assert statuses[-1] == 429


async def test_what_no_longer_stands_is_computed_for_all_at_once(
    caller: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await caller.get(PATH, params=week(town))

    async def broken(*_: object) -> None:
        raise RuntimeError

    await book(town, nine())
    monkeypatch.setattr(rush, "written", broken)
    # The short way does not know what to say: the long way answers.
    assert len(starts(await caller.get(PATH, params=week(town)))) == 5
