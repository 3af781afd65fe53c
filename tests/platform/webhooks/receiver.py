"""A receiver on this machine that does as it is told, and keeps what it was sent."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
from standardwebhooks import Webhook

OK = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"


class Received(msgspec.Struct, frozen=True):
    """A message as it came in."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return msgspec.json.decode(self.body)

    @property
    def id(self) -> UUID:
        return UUID(self.headers["webhook-id"])

    def verified(self, secret: str) -> Any:
        """Check the signature with the library that receivers use; raises where it does not fit."""
        return Webhook(secret).verify(self.body, dict(self.headers))


class Receiver:
    """Answers `answer`; `silent` never does and may hang up, `cut` hangs up once it has read."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer = OK
        self.silent = False
        self.cut = False
        self.port = 0
        self.connections = 0
        self.asked = asyncio.Event()
        self.hung_up = asyncio.Event()

    @property
    def address(self) -> str:
        return f"http://receiver.test:{self.port}/hook"

    @property
    def local(self) -> str:
        """Where it is reached without anybody finding its name."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def host(self) -> str:
        return f"receiver.test:{self.port}"

    @property
    def ids(self) -> list[UUID]:
        return [one.id for one in self.received]

    def says(self, status: int, *headers: str, body: bytes = b"") -> None:
        lines = [f"HTTP/1.1 {status} Said", "connection: close", *headers, "", ""]
        self.answer = "\r\n".join(lines).encode() + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            self.received.append(await _read(reader))
            self.asked.set()
            if self.silent:
                await _first_of(reader.read(), self.hung_up.wait())
            elif not self.cut:
                writer.write(self.answer)
                await writer.drain()
        writer.close()


async def _first_of(*ends: Coroutine[Any, Any, object]) -> None:
    waiting = [asyncio.create_task(end) for end in ends]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    return Received(headers, await reader.readexactly(int(headers["content-length"])))


async def here(_host: str, _port: int) -> list[str]:
    """Find every name on this machine, as the test's own name server would."""
    return ["127.0.0.1"]


@asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver, None]:
    """Run a receiver on a free port."""
    made = Receiver()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()
