"""A tenant's share of the interface for programs, so that no other tenant waits because of it (T-13).

Counted in this process's memory alone, which costs nothing and shields this process: with several
of them a tenant has as many shares. Pages are not counted: what visitors do has limits of its own.
Who is over the share is refused before anything else (`turned_away`); what is let in takes turns,
so that no request of another tenant finds a crowd before it.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
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


class Places:
    """The places of one tenant's address; who finds none waits for one, in order."""

    def __init__(self, number: int) -> None:
        self.free = asyncio.Semaphore(number)
        self.there = 0
        """Those who work, and those who wait."""


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
    async with _place(here.host, here.settings) as leave:

        async def send_outside(message: Any) -> None:
            leave()
            await send(message)

        await app(scope, body.receive, send_outside)


@asynccontextmanager
async def _place(host: str, settings: Settings) -> AsyncGenerator[Callable[[], None], None]:
    """Take one of the places of an address: there is one for every fourth connection of the process.

    Measured beside a tenant that fills the process, another's p95 is twice as long with two
    places, 4 to 7 times with five, 11 times without any; the crowd is served as quickly.
    """
    places = Memory.places.setdefault(host, Places(max(1, settings.pool_size // 4)))
    if places.there >= at_once(settings):
        raise refusal(1)
    places.there += 1
    try:
        await places.free.acquire()
        with ExitStack() as held:
            held.callback(places.free.release)
            yield held.close
    finally:
        places.there -= 1
        if not places.there:
            del Memory.places[host]


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
    while len(Memory.spent) > MOST_KNOWN or next(iter(Memory.spent.values())).until <= moment:
        Memory.spent.popitem(last=False)
