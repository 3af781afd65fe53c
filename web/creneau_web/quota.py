"""A tenant's share of the interface for programs, so that no other tenant waits because of it (T-13).

Counted in this process's memory alone, which costs nothing and shields this process: with several
of them a tenant has as many shares. Pages are not counted: what visitors do has limits of its own.
Who is over the share is refused before anything else (`turned_away`); what is let in takes turns,
so that no request of another tenant finds a crowd before it. Of a tenant that has just asked for
more than its share, what is let in waits for a moment in which no other tenant's program is served.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager, nullcontext, suppress
from typing import Any, ClassVar, Final

import msgspec
from creneau.context import current_tenant
from creneau.i18n import Locale
from creneau_infra.redis.throttle import LocalBuckets
from creneau_infra.settings import Settings

from creneau_web.auth.errors import TooManyRequests
from creneau_web.bodies import Body
from creneau_web.proxies import FORWARDED
from creneau_web.visit import visit

MINUTE: Final = 60.0
BURST: Final = 10.0
"""Seconds' worth of requests that may come at once."""
BUCKETS: Final = LocalBuckets()
SECONDS_KNOWN: Final = 1.0
SECONDS_LAST: Final = 5.0
"""After a share was found spent, the others come first for so long."""
PATIENCE: Final = 0.5
"""Seconds for which they do; then a turn comes whatever the others do."""
MOST_KNOWN: Final = 1_000
LONGEST_KEY: Final = 500
NAMES_THE_HOST: Final = {b"host", *(name.encode() for name in FORWARDED)} - {b"x-forwarded-for"}
Key = tuple[object, ...]


class Spent(msgspec.Struct):
    """A tenant whose share was found spent; `until` by the monotonic clock.

    `times` counts those turned away since `told_at`, when the log last said how many.
    """

    slug: str
    locale: Locale
    until: float
    times: int = 0
    told_at: float = -math.inf


class Memory:
    """The addresses at which a share was spent a moment ago, and who works at each now."""

    spent: ClassVar[OrderedDict[Key, Spent]] = OrderedDict()
    places: ClassVar[dict[str, "Places"]] = {}
    waiting: ClassVar[list[asyncio.Event]] = []
    """Those who let the others go first."""


class Places:
    """The places of one tenant's address; who finds none waits for one, in order."""

    def __init__(self, number: int) -> None:
        self.free = asyncio.Semaphore(number)
        self.last = asyncio.Semaphore(1)
        """The one place of a tenant that lets the others go first."""
        self.there = 0
        """Those who work, and those who wait."""
        self.working = 0


def check(scope: Any) -> None:
    """Refuse at once, before anything is read, if the tenant has no share left.

    Raises:
        TooManyRequests: With `retry_after` in seconds.
    """
    wait = wait_of(current_tenant.get().slug, visit().settings)
    if wait:
        _remember(scope)
    _refuse_for(wait)


def count() -> None:
    """Count a request whose token was found: nobody spends a tenant's share without one.

    Raises:
        TooManyRequests: Others came first since `check`.
    """
    _refuse_for(spend(current_tenant.get().slug, visit().settings))


def spend(slug: str, settings: Settings) -> float:
    """Count a request, and give 0; or the seconds until there is a share for it."""
    capacity = at_once(settings)
    return BUCKETS.take(slug, capacity=capacity, per_seconds=BURST).retry_after


def wait_of(slug: str, settings: Settings) -> float:
    """Tell how many seconds a tenant's programs have to wait; counts nothing."""
    return BUCKETS.wait(slug, capacity=at_once(settings), per_seconds=BURST)


def _refuse_for(seconds: float) -> None:
    if seconds:
        raise refusal(seconds)


def refusal(seconds: float) -> TooManyRequests:
    """Word how long to wait."""
    wait = math.ceil(seconds)
    return TooManyRequests(retry_after=wait, minutes=math.ceil(wait / MINUTE))


def per_minute(settings: Settings) -> int:
    """Say how many requests a tenant has each minute (`CRENEAU_TENANT_REQUESTS_PER_MINUTE`)."""
    return settings.tenant_requests_per_minute


def at_once(settings: Settings) -> int:
    """Say how many requests of a tenant may come at one moment."""
    return max(1, math.ceil(per_minute(settings) * BURST / MINUTE))


async def in_turn(app: Any, scope: Any, receive: Any, send: Any) -> None:
    """Let the application answer a program once its tenant's address has a place for it.

    Raises:
        TooManyRequests: As many as may come at once wait already.
    """
    here = visit()
    # Who sends slowly, or reads slowly, does so without a place, and keeps nobody out of it.
    body = Body(receive)
    await body.read()
    async with _place(here.host, here.settings, last=_comes_last(scope)) as leave:

        async def send_outside(message: Any) -> None:
            leave()
            await send(message)

        await app(scope, body.receive, send_outside)


@asynccontextmanager
async def _place(
    host: str, settings: Settings, *, last: bool
) -> AsyncGenerator[Callable[[], None], None]:
    """Take one of the places of an address: there is one for every fourth connection of the process.

    Measured beside a tenant that fills the process, another's p95 is twice as long with two
    places, 4 to 7 times with five, 11 times without any; the crowd is served as quickly.
    """
    places = Memory.places.setdefault(host, Places(max(1, settings.pool_size // 4)))
    if places.there >= at_once(settings):
        raise refusal(1)
    places.there += 1
    try:
        async with places.last if last else nullcontext():
            if last:
                await _let_the_others_go_first(host)
            await places.free.acquire()
            places.working += 1
            with ExitStack() as held:
                held.callback(_leave, places)
                yield held.close
    finally:
        places.there -= 1
        if not places.there:
            del Memory.places[host]


def _leave(places: Places) -> None:
    places.free.release()
    places.working -= 1
    if not places.working:
        for waiting in Memory.waiting:
            waiting.set()


def _comes_last(scope: Any) -> bool:
    spent = Memory.spent.get(key_of(scope)) if Memory.spent else None
    return spent is not None and not _is_over(spent, time.monotonic())


async def _let_the_others_go_first(host: str) -> None:
    until = asyncio.get_running_loop().time() + PATIENCE
    with suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            while any(one.working for name, one in Memory.places.items() if name != host):
                await until_somebody_leaves()


async def until_somebody_leaves() -> None:
    """Wait until no program of some tenant is served any more."""
    left = asyncio.Event()
    Memory.waiting.append(left)
    try:
        await left.wait()
    finally:
        Memory.waiting.remove(left)


def key_of(scope: Any) -> Key:
    """Give what tells whose address a request asks for: the host, by whoever names it."""
    asked = [pair for pair in scope["headers"] if pair[0] in NAMES_THE_HOST]
    client = scope.get("client")
    return (client[0] if client else "", *asked)


def _remember(scope: Any) -> None:
    key, moment, tenant = key_of(scope), time.monotonic(), current_tenant.get()
    if len(str(key)) > LONGEST_KEY:
        return
    before = Memory.spent.pop(key, None)
    again = Spent(tenant.slug, tenant.locale, moment + SECONDS_KNOWN)
    if before is not None:
        again.times, again.told_at = before.times, before.told_at
    Memory.spent[key] = again
    # The oldest come first.
    while len(Memory.spent) > MOST_KNOWN or _is_over(next(iter(Memory.spent.values())), moment):
        Memory.spent.popitem(last=False)


def _is_over(spent: Spent, moment: float) -> bool:
    return spent.until + SECONDS_LAST <= moment
