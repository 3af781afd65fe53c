"""Turns: of several who bear one name, one works at a time, in whatever process."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from creneau_infra.redis.client import Unreachable, client
from creneau_infra.tokens import new_token

SECONDS_OF_A_TURN = 15.0
SECONDS_TO_WAIT = 10.0
PAUSE = 0.02


class _Line:
    """Those of one name in this process: who works, and who waits."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.there = 0


_LINES: dict[str, _Line] = {}


@asynccontextmanager
async def turn(name: str) -> AsyncGenerator[None, None]:
    """Work once everybody else of this name is done, in this process and in the others.

    Whoever has waited for ten seconds goes on all the same; without Redis each process has turns
    of its own.
    """
    deadline = time.monotonic() + SECONDS_TO_WAIT
    async with _in_this_process(name):
        mark = new_token()
        held = await _take(name, mark, deadline)
        try:
            yield
        finally:
            if held:
                await _give_back(name, mark)


@asynccontextmanager
async def _in_this_process(name: str) -> AsyncGenerator[None, None]:
    line, held = _LINES.setdefault(name, _Line()), False
    line.there += 1
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_WAIT):
                held = await line.lock.acquire()
        yield
    finally:
        if held:
            line.lock.release()
        line.there -= 1
        if not line.there:
            del _LINES[name]


async def _take(name: str, mark: str, deadline: float) -> bool:
    redis = client()
    while redis is not None and time.monotonic() < deadline:
        try:
            if await redis.set(_key(name), mark, nx=True, px=int(SECONDS_OF_A_TURN * 1000)):
                return True
        except Unreachable:
            return False
        await asyncio.sleep(PAUSE)
    return False


async def _give_back(name: str, mark: str) -> None:
    # The client's type leaves open whether the answer is to be awaited.
    redis: Any = client()
    if redis is not None:
        with suppress(*Unreachable):
            await redis.eval(_SCRIPT, 1, _key(name), mark)


def _key(name: str) -> str:
    return f"turn:{name}"


# A turn that took too long may belong to the next one already.
_SCRIPT = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
