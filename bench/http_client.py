"""A keep-alive HTTP client that costs next to nothing, so that it is the server that is measured."""

import asyncio
from typing import Any, NamedTuple, Self

import msgspec


class Answer(NamedTuple):
    """A status and the JSON that came with it, not read yet."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Read the body."""
        return msgspec.json.decode(self.body)


class Client:
    """One connection, as one program with one token at one tenant's address."""

    def __init__(self, port: int, host: str, token: str) -> None:
        self._named = (port, host, token)
        self._port = port
        self._head = ""
        self.become(host, token)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def connect(self) -> None:
        """Open the connection."""
        self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=8_000_000)

    def become(self, host: str, token: str) -> None:
        """Speak as another program on the same connection."""
        self._head = f"host: {host}\r\nauthorization: Bearer {token}\r\naccept-language: fr\r\n"

    def twin(self) -> "Client":
        """Make another connection of the same program."""
        return Client(*self._named)

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

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
        """Send one request and read its answer; a connection that broke is opened anew next time.

        Raises:
            ConnectionError: The server went away before it answered.
        """
        if self._streams is None:
            await self.connect()
        assert self._streams is not None
        reader, writer = self._streams
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(_length(head))
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            raise ConnectionError("no answer") from error
        return Answer(int(head[9:12]), body)


def _length(head: bytes) -> int:
    name = b"content-length:"
    at = head.lower().index(name) + len(name)
    return int(head[at : head.index(b"\r\n", at)])
