"""Every form of the path sent twice at once: the second answer is the one that is seen (C-30)."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from creneau.appointments import service as appointments
from creneau.context import Tenant
from creneau_infra.redis import client as redis_client
from creneau_infra.redis.turns import turn
from creneau_web import repeats

from tests.platform.cast import Town
from tests.web.public.citizen import (
    JEANNE,
    hold_first,
    id_of,
    identify,
    newest_code,
    path_to,
    slots_in,
    words,
)
from tests.web.stage import Clients, Visitor

DoubleClick = Callable[[Visitor, Visitor, str, Mapping[str, Any]], Awaitable[httpx.Response]]


@pytest.fixture(params=["with Redis", "without"], autouse=True)
async def store(request: pytest.FixtureRequest, redis_url: str) -> AsyncGenerator[None, None]:
    """Work with Redis and without: the same must hold."""
    if request.param == "with Redis":
        held = await redis_client.connect(redis_url)
        assert held is not None
        await held.flushall()
    repeats.Lately.kept.clear()
    yield
    await redis_client.disconnect()


@pytest.fixture
def double_click(monkeypatch: pytest.MonkeyPatch) -> DoubleClick:
    """Send a form twice with the cookies from before, and go on with what the second brought."""
    begun = asyncio.Event()

    @asynccontextmanager
    async def noted(name: str) -> AsyncGenerator[None, None]:
        async with turn(name):
            begun.set()
            yield

    monkeypatch.setattr(repeats, "turn", noted)

    async def click_twice(
        visitor: Visitor, other: Visitor, path: str, fields: Mapping[str, Any]
    ) -> httpx.Response:
        visitor.form_token()
        for cookie in visitor.cookies.jar:
            other.cookies.set(cookie.name, cookie.value or "", domain=cookie.domain)
        begun.clear()
        first = asyncio.create_task(visitor.submit(path, fields))
        # The second click comes later than the first, though before its answer.
        await begun.wait()
        assert not first.done()
        second = asyncio.create_task(other.submit(path, fields))
        await first
        return await second

    return click_twice


@pytest.fixture
async def again(client: Clients, tenant: Tenant) -> Visitor:
    """Jeanne's browser as it is after her second click."""
    return client(tenant)


async def held_seats(town: Town, paul: Visitor) -> int:
    return 6 - len(slots_in(await paul.get(path_to(town))))


@pytest.mark.feature("C-23")
async def test_a_first_time_visitor_holds_one_slot_and_is_not_told_that_it_is_taken(
    double_click: DoubleClick, jeanne: Visitor, again: Visitor, paul: Visitor, town: Town
) -> None:
    slot = slots_in(await jeanne.get(path_to(town)))[0]
    answer = await double_click(jeanne, again, f"{path_to(town)}/reservation", {"slot": slot})
    assert answer.status_code == 303, words(answer)
    assert (await again.get(answer.headers["location"])).status_code == 303
    assert await held_seats(town, paul) == 1


@pytest.mark.feature("C-23")
async def test_who_holds_a_slot_already_moves_to_one_other(
    double_click: DoubleClick, jeanne: Visitor, again: Visitor, paul: Visitor, town: Town
) -> None:
    await hold_first(jeanne, town)
    slot = slots_in(await jeanne.get(path_to(town)))[1]
    answer = await double_click(jeanne, again, f"{path_to(town)}/reservation", {"slot": slot})
    assert answer.status_code == 303, words(answer)
    assert await held_seats(town, paul) == 1


@pytest.mark.feature("C-42")
async def test_a_code_is_accepted_once_and_the_path_goes_on(
    double_click: DoubleClick, jeanne: Visitor, again: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    await jeanne.submit(booking, JEANNE)
    code = {"code": await newest_code(JEANNE["email"])}
    answer = await double_click(jeanne, again, f"{booking}/code", code)
    assert answer.headers["location"] == f"{booking}/confirmation", words(answer)
    assert (await again.get(f"{booking}/confirmation")).status_code == 200


@pytest.mark.feature("C-30")
async def test_a_confirmation_makes_one_appointment_and_shows_it(
    double_click: DoubleClick, jeanne: Visitor, again: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking)
    answer = await double_click(jeanne, again, f"{booking}/confirmation", {})
    assert answer.headers["location"] == f"{booking}/termine", words(answer)
    assert "Votre rendez-vous est confirmé" in words(await again.get(f"{booking}/termine"))
    assert (await appointments.get(id_of(booking))).state == "planned"


async def test_a_wrong_code_is_answered_twice_and_counted_twice(
    double_click: DoubleClick, jeanne: Visitor, again: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    await jeanne.submit(booking, JEANNE)
    answer = await double_click(jeanne, again, f"{booking}/code", {"code": "000000"})
    assert answer.status_code == 422
    assert "Ce code n’est pas le bon." in words(answer)


async def test_the_cookies_from_before_open_nothing_without_the_very_form(
    jeanne: Visitor, again: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    await jeanne.submit(booking, JEANNE)
    jeanne.form_token()
    for cookie in jeanne.cookies.jar:
        again.cookies.set(cookie.name, cookie.value or "", domain=cookie.domain)
    code = await newest_code(JEANNE["email"])
    await jeanne.submit(f"{booking}/code", {"code": code})
    answer = await again.submit(f"{booking}/code", {"code": "999999"})
    assert answer.status_code == 404


@pytest.mark.parametrize("store", ["with Redis"], indirect=True)
async def test_nothing_of_a_form_is_readable_in_redis(
    double_click: DoubleClick, jeanne: Visitor, again: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    await jeanne.submit(booking, JEANNE)
    code = await newest_code(JEANNE["email"])
    await double_click(jeanne, again, f"{booking}/code", {"code": code})
    redis = redis_client.client()
    assert redis is not None
    kept = {key: await redis.get(key) for key in await redis.keys("repeat:*")}
    assert kept
    assert code not in str(kept)
    assert JEANNE["email"] not in str(kept)
    assert all(str(cookie.value) not in str(kept) for cookie in again.cookies.jar)
