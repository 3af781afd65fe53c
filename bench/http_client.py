"""A keep-alive HTTP client that costs next to nothing, so that it is the server that is measured."""

import asyncio
from typing import Any, NamedTuple, Self, cast

import msgspec


class Answer(NamedTuple):
    """A status and the JSON that came with it, not read yet."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Read the body."""
        return msgspec.json.decode(self.body)


class Line(asyncio.Protocol):
    """One connection; collects one answer at a time."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._head = self._needed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own is none by inheritance.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError("no answer"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._needed:
            self._head = self._received.find(b"\r\n\r\n") + 4
            if self._head < 4:
                return
            self._needed = self._head + _length(bytes(self._received[: self._head]))
        if len(self._received) >= self._needed and self._waiting is not None:
            answer = Answer(int(self._received[9:12]), bytes(self._received[self._head :]))
            self._received.clear()
            self._needed = 0
            self._waiting.set_result(answer)

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Send a request; the answer comes later."""
        self._waiting = asyncio.get_running_loop().create_future()
        if self._transport is None:
            self._waiting.set_exception(ConnectionError("no connection"))
        else:
            self._transport.write(request)
        return self._waiting

    @property
    def is_open(self) -> bool:
        """Tell whether the server still listens."""
        return self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


class Client:
    """One program with one token at one tenant's address."""

    def __init__(self, port: int, host: str, token: str) -> None:
        self._named = (port, host, token)
        self._port = port
        self._head = ""
        self._line: Line | None = None
        self.become(host, token)

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def connect(self) -> None:
        """Open the connection."""
        loop = asyncio.get_running_loop()
        self._line = (await loop.create_connection(Line, "127.0.0.1", self._port))[1]

    def become(self, host: str, token: str) -> None:
        """Speak as another program on the same connection."""
        self._head = f"host: {host}\r\nauthorization: Bearer {token}\r\naccept-language: fr\r\n"

    def enter(self, host: str, session: str) -> None:
        """Ask for pages as somebody who is signed in."""
        self._head = f"host: {host}\r\ncookie: session={session}\r\naccept-language: fr\r\n"

    def twin(self) -> "Client":
        """Make another connection of the same program."""
        return Client(*self._named)

    def close(self) -> None:
        """Close the connection."""
        if self._line is not None:
            self._line.close()
            self._line = None

    async def get(self, path: str) -> Answer:
        """Ask for something."""
        return await self._ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())

    async def post(self, path: str, sent: object = None, *, key: str = "") -> Answer:
        """Send JSON, with an idempotency key where there is one."""
        body = msgspec.json.encode(sent)
        name = f"idempotency-key: {key}\r\n" if key else ""
        head = f"POST {path} HTTP/1.1\r\n{self._head}{name}content-type: application/json\r\n"
        return await self._ask(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)

    async def _ask(self, request: bytes) -> Answer:
        """Send one request and read its answer; a connection that broke is opened anew.

        Raises:
            ConnectionError: The server went away before it answered.
        """
        if self._line is None or not self._line.is_open:
            await self.connect()
        assert self._line is not None
        return await self._line.ask(request)


def _length(head: bytes) -> int:
    name = b"content-length:"
    at = head.lower().index(name) + len(name)
    return int(head[at : head.index(b"\r\n", at)])
