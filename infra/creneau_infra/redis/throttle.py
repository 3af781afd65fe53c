import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec
import structlog

from creneau_infra.redis.client import Unreachable, client

SECONDS_WITHOUT_REDIS = 5.0
MOST_BUCKETS = 50_000
_log = structlog.stdlib.get_logger(__name__)


class Verdict(msgspec.Struct, frozen=True):
    """Whether an attempt may go on; if not, the seconds until the next one may."""

    allowed: bool
    retry_after: float


async def take(key: str, *, capacity: int, per_seconds: float, at_once: int = 1) -> Verdict:
    """Take one of `capacity` attempts, which come back evenly over `per_seconds` seconds.

    Counted in Redis for all processes together; while Redis is away, in each process alone. With
    `at_once`, a process fetches that many attempts in one trip and hands them out itself.
    """
    if FETCHED.one(key):
        return Verdict(allowed=True, retry_after=0.0)
    held = client()
    if held is None or time.monotonic() < Outage.until:
        return LOCAL.take(key, capacity=capacity, per_seconds=per_seconds)
    try:
        return await _fetch(held, key, capacity, per_seconds, at_once)
    except Unreachable as error:
        Outage.until = time.monotonic() + SECONDS_WITHOUT_REDIS
        _log.warning("throttle_without_redis", error=type(error).__name__)
        return LOCAL.take(key, capacity=capacity, per_seconds=per_seconds)


class Outage:
    """When to ask Redis again: each attempt would otherwise wait for the connection's limit."""

    until: float = 0.0
    """By the monotonic clock, in seconds."""


async def _fetch(held: Any, key: str, capacity: int, per_seconds: float, at_once: int) -> Verdict:
    verdict = await _take_in_redis(held, key, capacity, per_seconds, at_once)
    if verdict.allowed:
        FETCHED.keep(key, at_once - 1)
    elif at_once > 1:
        # Not as many are left; one may be.
        verdict = await _take_in_redis(held, key, capacity, per_seconds, 1)
    return verdict


async def _take_in_redis(
    held: Any, key: str, capacity: int, per_seconds: float, number: int
) -> Verdict:
    rate = capacity / per_seconds
    expiry = math.ceil(per_seconds * 1000)
    wait = int(await held.eval(_SCRIPT, 1, f"throttle:{key}", capacity, rate, expiry, number))
    return Verdict(allowed=wait == 0, retry_after=wait / 1000)


# Redis's own clock: the processes' clocks may differ. Answers with milliseconds to wait.
_SCRIPT = """
local capacity, rate, number = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left, at = tonumber(kept[1]) or capacity, tonumber(kept[2]) or now
left = math.min(capacity, left + math.max(0, now - at) * rate)
local wait = 0
if left >= number then left = left - number
else wait = math.max(1, math.ceil((number - left) / rate * 1000)) end
redis.call('HSET', KEYS[1], 'left', string.format('%.6f', left), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return wait
"""


class Fetched:
    """Attempts that this process has fetched from Redis and not handed out yet; bounded."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, int] = OrderedDict()

    def one(self, key: str) -> bool:
        """Hand one out, if there is one."""
        left = self._kept.pop(key, 0)
        if left > 1:
            self._kept[key] = left - 1
        return left > 0

    def keep(self, key: str, number: int) -> None:
        """Keep what was fetched."""
        if number > 0:
            self._kept[key] = self._kept.get(key, 0) + number
        if len(self._kept) > MOST_BUCKETS:
            self._kept.popitem(last=False)


FETCHED = Fetched()


class LocalBuckets:
    """The same buckets in this process's memory, the least recently used forgotten first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.kept: OrderedDict[str, tuple[float, float, float]] = OrderedDict()
        """By key: how many attempts were left, at what moment, and when all will be back."""

    def take(self, key: str, *, capacity: int, per_seconds: float) -> Verdict:
        """Take one of `capacity` attempts, which come back evenly over `per_seconds` seconds."""
        rate = capacity / per_seconds
        left, now = self._left(key, capacity, rate)
        allowed = left >= 1
        after = left - 1 if allowed else left
        self.kept.pop(key, None)
        self.kept[key] = (after, now, now + (capacity - after) / rate)
        self._forget(now)
        return Verdict(allowed=allowed, retry_after=0.0 if allowed else (1 - left) / rate)

    def wait(self, key: str, *, capacity: int, per_seconds: float) -> float:
        """Tell how many seconds are left until an attempt may be taken; takes none."""
        rate = capacity / per_seconds
        left, _ = self._left(key, capacity, rate)
        return max(0.0, (1 - left) / rate)

    def _left(self, key: str, capacity: int, rate: float) -> tuple[float, float]:
        now = self._clock()
        left, at, _ = self.kept.get(key, (float(capacity), now, now))
        return min(capacity, left + (now - at) * rate), now

    def _forget(self, now: float) -> None:
        # A bucket that is full again is like one that never was: kept, it would only take room.
        while len(self.kept) > MOST_BUCKETS or next(iter(self.kept.values()))[2] <= now:
            self.kept.popitem(last=False)


LOCAL = LocalBuckets()
