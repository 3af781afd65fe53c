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


@asynccontextmanager
async def turn(name: str) -> AsyncGenerator[None, None]:
    """Work once everybody else of this name is done.

    Whoever has waited for ten seconds goes on all the same; without Redis nobody waits.
    """
    mark = new_token()
    held = await _take(name, mark)
    try:
        yield
    finally:
        if held:
            await _give_back(name, mark)


async def _take(name: str, mark: str) -> bool:
    redis, deadline = client(), time.monotonic() + SECONDS_TO_WAIT
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
