import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswerError

Unreachable = (RedisError, OSError, TimeoutError)
"""What a call can raise when Redis is away; every caller has a way without it."""
SECONDS_TO_CONNECT = 0.5
SECONDS_TO_ANSWER = 1.0
SECONDS_OF_REST = 1.0

_insists: ContextVar[bool] = ContextVar("insists_on_redis", default=False)


class RestingRedis(Redis):
    """Asks nothing for a moment after Redis left somebody waiting.

    A server that is stopped refuses at once; one that is frozen would make each of the five things
    that a request asks wait in turn.
    """

    rests_until: float = 0.0
    """By the monotonic clock, in seconds."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Run a command; raises `NoAnswerError` at once while Redis rests."""
        if time.monotonic() < self.rests_until and not _insists.get():
            raise NoAnswerError("Redis did not answer a moment ago")
        try:
            return await super().execute_command(*args, **options)
        except NoAnswerError:
            self.rests_until = time.monotonic() + SECONDS_OF_REST
            raise


@contextmanager
def insisting() -> Generator[None, None, None]:
    """Ask inside even while Redis rests: what others may read already must be tried."""
    token = _insists.set(True)
    try:
        yield
    finally:
        _insists.reset(token)


class _Held:
    client: "Redis | None" = None
    url: str | None = None


async def connect(url: str | None) -> "Redis | None":
    """Make the process's client for `url`; None means working without Redis.

    A server that does not answer is no error: calls fall back, and find it when it returns.
    """
    await disconnect()
    _Held.url = url
    if url is not None:
        _Held.client = RestingRedis.from_url(
            url, socket_connect_timeout=SECONDS_TO_CONNECT, socket_timeout=SECONDS_TO_ANSWER
        )
    return _Held.client


def client() -> "Redis | None":
    """Give the process's client, or None when it works without Redis."""
    return _Held.client


def url() -> str | None:
    """Give the URL of the process's Redis, for a connection of one's own."""
    return _Held.url


async def disconnect() -> None:
    """Close the process's client."""
    held, _Held.client, _Held.url = _Held.client, None, None
    if held is not None:
        await held.aclose()


async def answers() -> bool:
    """Tell whether Redis answers now."""
    held = client()
    try:
        return held is not None and bool(await held.ping())
    except Unreachable:
        return False
