"""Requests to addresses that tenants typed: never into our own network, never endless.

A name is resolved once, every address it has is checked, and the connection goes to the address that
was checked: a second answer of the name server (rebinding) is never asked for. The name itself stays
in the request and in the certificate's check. Redirects are not followed.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final, cast

import httpcore2
import httpx2

from creneau_infra.settings import Settings

SECONDS = 10.0
SECONDS_TO_CONNECT: Final = 4.0
LARGEST_ANSWER: Final = 512 * 1024
HTTPS_PORT: Final = 443
LAST_PORT: Final = 65535
# A prefix that leads to IPv4 behind a translator: what it embeds may be anything.
TRANSLATED: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


# Names that tenants chose may take long to be found: those of our own servers do not wait for them.
_ASKING: Final = ThreadPoolExecutor(max_workers=32, thread_name_prefix="outgoing")


class OutgoingError(Exception):
    """A request to somebody else's server did not work out."""


class AddressRefusedError(OutgoingError):
    """The address is not one that tenants may make us call: no packet left."""


class AnswerTooLargeError(OutgoingError):
    """The answer is longer than anything we would ask for, or is packed."""


class UnreachableError(OutgoingError):
    """The server did not answer, or not in time."""


class NotCalledError(UnreachableError):
    """The name has no address, or nobody there opened a connection: nothing was sent."""


class TooSlowError(UnreachableError):
    """The server did not answer in time."""


class _Current:
    private_hosts: frozenset[str] = frozenset()


def configure(settings: Settings) -> None:
    """Take from the settings which hosts on private addresses may be called; none by default."""
    _Current.private_hosts = frozenset(settings.outgoing_private_hosts)


def is_open(url: httpx2.URL) -> bool:
    """Tell whether the operator has opened this host and port although it is private."""
    return is_opened(url.host, url.port or HTTPS_PORT)


def is_opened(host: str, port: int) -> bool:
    """Tell whether the operator has opened a host and port that may be private."""
    return f"{host}:{port}" in _Current.private_hosts


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the internet, and not to a network of ours."""
    try:
        plain = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(one) for one in (plain, *_embedded(plain)))


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and any(address in network for network in TRANSLATED):
        return False
    special = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
    )
    return address.is_global and not any(special)


def _embedded(address: Address) -> Iterable[Address]:
    if isinstance(address, IPv6Address):
        teredo = address.teredo or ()
        yield from (one for one in (address.ipv4_mapped, address.sixtofour, *teredo) if one)


async def resolved(host: str, port: int) -> Sequence[str]:
    """Ask the system for a name's addresses, once."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_ASKING, ask)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _checked_address(host: str, port: int, resolve: Resolve) -> str:
    try:
        addresses = await resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise NotCalledError("the name has no address") from error
    opened = is_opened(host, port)
    if not addresses or not (opened or all(map(is_public, addresses))):
        raise AddressRefusedError("the name leads into a private network")
    return addresses[0]


async def connected(host: str, port: int, resolve: Resolve = resolved) -> socket.socket:
    """Open a connection for a protocol that is not HTTP, to the very address that was checked.

    Raises:
        AddressRefusedError: The host is not for tenants to call: no packet left.
        UnreachableError: It does not answer.
    """
    address = await _checked_address(host, port, resolve)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setblocking(False)
    try:
        async with asyncio.timeout(SECONDS_TO_CONNECT):
            await asyncio.get_running_loop().sock_connect(made, (address, port))
    except BaseException as error:
        made.close()
        if isinstance(error, OSError):
            raise UnreachableError(type(error).__name__) from error
        raise
    return made


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections to public addresses only, and to the very address that was checked."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._inner = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Resolve, check, connect."""
        return await self._inner.connect_tcp(
            await _checked_address(host, port, self._resolve),
            port,
            timeout=timeout,
            local_address=local_address,
            socket_options=socket_options,
        )


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """What every request to an address of a tenant's choice goes through."""

    def __init__(self, resolve: Resolve = resolved, largest: int = LARGEST_ANSWER) -> None:
        self._largest = largest
        context = _certificates()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context, network_backend=GuardedBackend(resolve), retries=0
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request whose address may be called, and read no more than is decent."""
        _check(request.url)
        request.headers["accept-encoding"] = "identity"
        answer = await super().handle_async_request(request)
        if not isinstance(answer.stream, httpx2.AsyncByteStream):
            raise AnswerTooLargeError("an answer without an end")
        packed = answer.headers.get("content-encoding", "identity") != "identity"
        answer.stream = Counted(answer.stream, most=-1 if packed else self._largest)
        return answer


@cache
def _certificates() -> ssl.SSLContext:
    # Reading the machine's authorities takes longer than many a request.
    return httpx2.create_ssl_context()


def is_acceptable(address: str) -> bool:
    """Tell whether an address has the shape of one to be called: https, and no password in it."""
    try:
        url = httpx2.URL(address)
    except (httpx2.InvalidURL, ValueError):
        return False
    named = bool(url.host) and not url.userinfo and (url.port or HTTPS_PORT) <= LAST_PORT
    return named and (url.scheme == "https" or _is_opened(url))


def _is_opened(url: httpx2.URL) -> bool:
    return url.scheme == "http" and is_open(url)


def _check(url: httpx2.URL) -> None:
    if not is_acceptable(str(url)):
        raise AddressRefusedError("only https, and no password in the address")


class Counted(httpx2.AsyncByteStream):
    """An answer's body that stops when it gets too long; a packed one is not read at all."""

    def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._stream:
            read += len(part)
            if read > self._most:
                raise AnswerTooLargeError("a long or packed answer")
            yield part

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._stream.aclose()


def options(resolve: Resolve = resolved, largest: int = LARGEST_ANSWER) -> dict[str, Any]:
    """Give what an `httpx2.AsyncClient`, or one that builds on it, takes to be guarded.

    No answer may have more than `largest` bytes.
    """
    return {
        "transport": GuardedTransport(resolve, largest),
        "timeout": httpx2.Timeout(SECONDS, connect=SECONDS_TO_CONNECT),
        "follow_redirects": False,
        "trust_env": False,
    }


@contextlib.asynccontextmanager
async def within(seconds: float | None = None) -> AsyncGenerator[None, None]:
    """Bound all requests inside, and tell what goes wrong in the terms of this module.

    Raises:
        AddressRefusedError: An address is not for tenants to call.
        AnswerTooLargeError: An answer does not end.
        TooSlowError: A server does not answer in `seconds` (ten, unless told otherwise).
        NotCalledError: No connection was opened.
        UnreachableError: A server is away.
    """
    try:
        async with asyncio.timeout(SECONDS if seconds is None else seconds):
            yield
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise TooSlowError("no answer in time") from error
    except httpx2.ConnectError as error:
        raise NotCalledError("no connection") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise UnreachableError(type(error).__name__) from error


async def get_json(url: str, resolve: Resolve = resolved) -> Any:
    """Read a JSON document.

    Raises:
        AddressRefusedError: The address is not for tenants to call.
        AnswerTooLargeError: The answer does not end.
        UnreachableError: The server is away, slow, or answers something else.
    """
    async with within(), httpx2.AsyncClient(**options(resolve)) as client:
        answer = await client.get(url, headers={"accept": "application/json"})
    if answer.status_code != HTTPStatus.OK:
        raise UnreachableError(f"the answer is {answer.status_code}")
    try:
        return answer.json()
    except ValueError as error:
        raise UnreachableError("the answer is no JSON") from error


async def require_callable(url: str, resolve: Resolve = resolved) -> None:
    """Ask whether an address may be called, and call nobody.

    Raises:
        AddressRefusedError: The address is not for tenants to call.
        UnreachableError: The name has no address.
    """
    async with within(SECONDS_TO_CONNECT):
        if not is_acceptable(url):
            raise AddressRefusedError("only https, and no password in the address")
        parts = httpx2.URL(url)
        await _checked_address(parts.host, parts.port or HTTPS_PORT, resolve)


async def post(
    url: str, content: bytes, headers: Mapping[str, str], resolve: Resolve = resolved
) -> tuple[int, Mapping[str, str]]:
    """Send a body, and give the status and the headers of the answer, whose body is not read.

    Raises:
        AddressRefusedError: The address is not for tenants to call.
        AnswerTooLargeError: The answer is none that could be read.
        TooSlowError: The server does not answer in time.
        UnreachableError: The server is away.
    """
    async with (
        within(),
        httpx2.AsyncClient(**options(resolve)) as client,
        client.stream("POST", url, content=content, headers=headers) as answer,
    ):
        return answer.status_code, answer.headers
