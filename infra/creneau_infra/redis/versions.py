"""Versions that several processes agree on: a name's version changes when somebody bumps it.

A version is a random text, never a number: after Redis was flushed or started anew, no version can
come back by chance, and nothing that was kept under an old one counts as current.
"""

import asyncio
import secrets
import time
from collections.abc import Iterable, Sequence
from typing import Any

import structlog

from creneau_infra.redis.client import Unreachable, client, insisting

SECONDS_WITHOUT_REDIS = 1.0
SECONDS_TO_ANSWER = 1.0
SECONDS_TO_BUMP = 0.5
SECONDS_KEPT = 3600
Version = tuple[bytes, ...]
_log = structlog.stdlib.get_logger(__name__)


async def bump(names: Iterable[str]) -> None:
    """Change the versions of some names for every process; without Redis nothing happens.

    It is tried even while Redis seems away: another process may already reach it again.
    """
    held = client()
    if held is None:
        return
    try:
        with insisting():
            await _bump(held, names)
    except Unreachable as error:
        _log.warning("version_not_bumped", error=type(error).__name__)


async def _bump(held: Any, names: Iterable[str]) -> None:
    async with asyncio.timeout(SECONDS_TO_BUMP):
        for name in names:
            await held.set(_key(name), _new(), ex=SECONDS_KEPT)


async def current(names: Sequence[str]) -> Version | None:
    """Read the versions of some names, not older than this call; None while Redis is away.

    Everybody who asks during one round trip shares the next: a crowd costs no more than one.
    """
    held = client()
    if held is None or time.monotonic() < Trips.away_until:
        return None
    trip = Trips.board(held)
    trip.names.update(names)
    found = await asyncio.shield(trip.found)
    return None if found is None else tuple(found[name] for name in names)


class Trip:
    """One round trip to Redis, with the names that it reads."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.found: asyncio.Future[dict[str, bytes] | None] = asyncio.Future()


class Trips:
    """The trip that waits, and the one that is under way."""

    waiting: Trip | None = None
    running: "asyncio.Task[None] | None" = None
    away_until: float = 0.0
    """When to try again after a failure, by the monotonic clock, in seconds."""

    @classmethod
    def board(cls, held: Any) -> Trip:
        """Find the trip that has not begun yet, and begin it as soon as it can be."""
        if cls.running is None or cls.running.done():
            cls.waiting = Trip()
            cls.running = asyncio.create_task(cls._run(held))
        elif cls.waiting is None:
            cls.waiting = Trip()
        return cls.waiting  # type: ignore[return-value] - set just above

    @classmethod
    async def _run(cls, held: Any) -> None:
        while cls.waiting is not None:
            trip, cls.waiting = cls.waiting, None
            found = None
            try:
                found = await cls._read(held, sorted(trip.names))
            finally:
                # Whatever happened, nobody is left waiting.
                trip.found.set_result(found)

    @classmethod
    async def _read(cls, held: Any, names: list[str]) -> dict[str, bytes] | None:
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                return await _versions(held, names)
        except Unreachable as error:
            cls.away_until = time.monotonic() + SECONDS_WITHOUT_REDIS
            _log.warning("versions_without_redis", error=type(error).__name__)
            return None


async def _versions(held: Any, names: list[str]) -> dict[str, bytes] | None:
    keys = [_key(name) for name in names]
    found: list[bytes | None] = await held.mget(keys)
    if None in found:
        for key, version in zip(keys, found, strict=True):
            if version is None:
                await held.set(key, _new(), nx=True, ex=SECONDS_KEPT)
        found = await held.mget(keys)
    known = {name: version for name, version in zip(names, found, strict=True) if version}
    # Redis is so full that it forgets at once: as good as none.
    return known if len(known) == len(names) else None


def _key(name: str) -> str:
    return f"version:{name}"


def _new() -> bytes:
    return secrets.token_bytes(12)
