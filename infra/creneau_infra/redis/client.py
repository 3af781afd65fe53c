from redis.asyncio import Redis
from redis.exceptions import RedisError

Unreachable = (RedisError, OSError, TimeoutError)
"""What a call can raise when Redis is away; every caller has a way without it."""
SECONDS_TO_CONNECT = 0.5
SECONDS_TO_ANSWER = 2.0


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
        _Held.client = Redis.from_url(
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
