"""What an open screen learns, how soon, and when it is let go."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.appointments import service as appointments
from creneau.appointments.rules import version_of
from creneau.appointments.schemas import HoldRequest, PlacingRequest
from creneau.context import VISITOR, Actor, acting_for
from creneau_tenants import service as tenants
from creneau_web import cookies
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth import sessions
from creneau_web.auth.schemas import Opening
from creneau_web.live import routes
from creneau_web.live.hub import MOST_OF_AGENT, Hub, TooManyStreams, Watcher
from creneau_web.live.stream import told
from creneau_web.visit import Visit, current_visit
from redis.asyncio import Redis

from tests.days import today, tomorrow
from tests.web.backoffice.cast import Office, at, book, furnish_office
from tests.web.backoffice.conftest import SignedIn, office, signed_in
from tests.web.stage import new_tenant

__all__ = ["office", "signed_in"]

SOON = 2.0
CHANGE = "event: change\ndata:\n\n"
Screen = AsyncGenerator[str, None]


async def for_ever() -> str:
    return ""


@pytest.fixture
async def hub() -> AsyncGenerator[Hub, None]:
    made = Hub()
    yield made
    made.close()


async def opened(
    hub: Hub, office: Office, agent_id: UUID, still: Callable[[], Awaitable[str]] = for_ever
) -> Screen:
    """Open a screen on an agenda, once the hub has looked for the first time."""
    watcher = Watcher(office.tenant, office.sam, [agent_id])
    hub.join(watcher)
    screen = told(hub, watcher, still)
    assert await anext(screen) == "retry: 1500\n\n"
    await asyncio.wait_for(hub.looked(), SOON)
    return screen


async def next_of(screen: Screen, within: float = SOON) -> str:
    return await asyncio.wait_for(anext(screen), within)


async def silence(screen: Screen) -> bool:
    try:
        await next_of(screen)
    except TimeoutError:
        return True
    return False


async def arrive(office: Office) -> None:
    booking = await book(office, at(today(), 23))
    await appointments.set_state(booking.id, "waiting", Actor("agent", office.sam))


async def test_an_arrival_appears_within_two_seconds_without_redis(
    hub: Hub, office: Office
) -> None:
    async with aclosing(await opened(hub, office, office.bea)) as screen:
        await arrive(office)
        assert await next_of(screen) == CHANGE


async def test_an_arrival_appears_within_two_seconds_by_redis(
    redis: Redis, hub: Hub, office: Office
) -> None:
    del redis
    async with aclosing(await opened(hub, office, office.bea)) as screen:
        began = time.monotonic()
        await arrive(office)
        assert await next_of(screen) == CHANGE
        assert time.monotonic() - began < SOON


async def test_what_is_moved_away_is_told_where_it_stood(hub: Hub, office: Office) -> None:
    booking = await book(office, at(today(), 22))
    async with aclosing(await opened(hub, office, office.bea)) as screen:
        elsewhere = PlacingRequest(
            starts_at=booking.starts_at,
            duration_minutes=30,
            place_id=office.place,
            resource_ids=(office.alice,),
            seen=version_of(booking),
        )
        await appointments.put_elsewhere(booking.id, elsewhere, Actor("agent", office.sam))
        assert await next_of(screen) == CHANGE


async def test_another_agenda_and_a_mere_hold_wake_nobody(hub: Hub, office: Office) -> None:
    async with aclosing(await opened(hub, office, office.bob)) as screen:
        await arrive(office)
        there = at(tomorrow(), 10)
        wanted = HoldRequest(motive_id=office.motive, starts_at=there, owner=b"x")
        await appointments.hold(wanted, VISITOR)
        assert await silence(screen)


async def test_another_tenants_change_wakes_nobody(hub: Hub, office: Office) -> None:
    async with aclosing(await opened(hub, office, office.bea)) as screen:
        other = await new_tenant()
        with acting_for(other):
            await arrive(await furnish_office(other))
        assert await silence(screen)


async def test_a_screen_that_closes_is_forgotten(hub: Hub, office: Office) -> None:
    screen = await opened(hub, office, office.bea)
    assert hub.open == 1
    await screen.aclose()
    assert hub.open == 0


async def test_an_agent_has_so_many_screens_and_others_have_theirs(
    hub: Hub, office: Office
) -> None:
    for _ in range(MOST_OF_AGENT):
        hub.join(Watcher(office.tenant, office.sam, [office.bea]))
    with pytest.raises(TooManyStreams):
        hub.join(Watcher(office.tenant, office.sam, [office.bea]))
    hub.join(Watcher(office.tenant, office.bea, [office.bea]))


async def test_a_process_that_ends_lets_every_screen_go_at_once(hub: Hub, office: Office) -> None:
    screen = await opened(hub, office, office.bea)
    hub.close()
    began = time.monotonic()
    assert [piece async for piece in screen if piece.startswith("event")] == []
    assert time.monotonic() - began < SOON


async def test_a_screen_ends_with_the_reason(
    hub: Hub, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone() -> str:
        return "signed_out"

    monkeypatch.setattr("creneau_web.live.stream.BEAT", 0.1)
    screen = await opened(hub, office, office.bea, gone)
    assert await next_of(screen) == "event: over\ndata: signed_out\n\n"
    with pytest.raises(StopAsyncIteration):
        await anext(screen)
    assert hub.open == 0


@pytest.fixture
async def visit(app: Application, office: Office) -> AsyncGenerator[Visit, None]:
    """Stand in a request of Bea's, whose session lives."""
    _session, secret = await auth.open_session(who=Opening(agent_id=office.bea))
    host = f"{office.tenant.slug}.{app.settings.base_domain}"
    here = Visit(settings=app.settings, request_id="test", host=host)
    here.cookies = {cookies.real_name(here, sessions.COOKIE): secret}
    here.agent = await agents.agent(office.bea)
    token = current_visit.set(here)
    yield here
    current_visit.reset(token)


async def test_whoever_may_still_see_goes_on(visit: Visit, office: Office) -> None:
    assert await routes.over(visit, [office.bea]) == ""


async def test_a_session_that_ended_ends_the_screen(visit: Visit, office: Office) -> None:
    session = await auth.look_at(cookies.get(visit, sessions.COOKIE))
    assert session is not None
    await auth.end_session(session)
    assert await routes.over(visit, [office.bea]) == "signed_out"


async def test_an_agent_who_is_removed_sees_nothing_more(visit: Visit, office: Office) -> None:
    await managing.remove(office.bea, Parting(), Actor("agent", office.alice))
    assert await routes.over(visit, [office.bea]) == "signed_out"


async def test_an_agenda_that_got_out_of_reach_ends_the_screen(
    visit: Visit, office: Office
) -> None:
    assert await routes.over(visit, [office.bea, office.bob]) == "signed_out"


async def test_a_suspended_tenant_ends_every_screen(visit: Visit, office: Office) -> None:
    await tenants.suspend(office.tenant.id)
    assert await routes.over(visit, [office.bea]) == "suspended"


async def test_a_look_at_a_session_does_not_make_it_live_longer(visit: Visit) -> None:
    before = await auth.look_at(cookies.get(visit, sessions.COOKIE))
    after = await auth.look_at(cookies.get(visit, sessions.COOKIE))
    assert before == after


async def test_who_takes_no_stream_gets_none(office: Office, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    way = f"/agenda/direct?agents={office.bea}"
    assert (await bea.get(way)).status_code == 404
    stream = {"accept": "text/event-stream"}
    assert (await bea.get(f"/agenda/direct?agents={office.bob}", headers=stream)).status_code == 403
    assert (await bea.get("/agenda/direct", headers=stream)).status_code == 404
