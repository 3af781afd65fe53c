"""Servers that have the answer in their hands: what HTTP costs where nothing is behind it.

What no server on this machine, beside these clients, can do is no fault of the product. One of them
writes the answer's bytes whatever it is asked; the other is the product's HTTP server around an
application that does no more than that.
"""

import argparse
import asyncio
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, cast

import uvicorn
import uvloop

WRITES: Final = "writes"
HTTP: Final = "http"


class Writing(asyncio.Protocol):
    """A connection that answers each request with the same bytes, unread."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own is none by inheritance.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        for _ in range(data.count(b"\r\n\r\n")):
            self._transport.write(self._answer)


class Holding:
    """An application that answers everything with the same body."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
        ]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, whatever is asked."""
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body})


@asynccontextmanager
async def serving(kind: str, body: Path, processes: int) -> AsyncGenerator[list[int], None]:
    """Run as many servers of a kind that answer with what a file holds; give their ports."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(_one(kind, body)) for _ in range(processes)]


@asynccontextmanager
async def _one(kind: str, body: Path) -> AsyncGenerator[int, None]:
    # It listens before the process has started: whoever comes early waits in line.
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        number = listener.fileno()
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, kind, str(body), str(number), pass_fds=[number]
        )
        try:
            yield int(listener.getsockname()[1])
        finally:
            process.terminate()
            await process.wait()


async def _serve(kind: str, body: bytes, listener: socket.socket) -> None:
    if kind == HTTP:
        config = uvicorn.Config(
            Holding(body),
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
        )
        await uvicorn.Server(config).serve(sockets=[listener])
        return
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    answer = head % len(body) + body
    server = await asyncio.get_running_loop().create_server(lambda: Writing(answer), sock=listener)
    await server.serve_forever()


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=(WRITES, HTTP))
    parser.add_argument("body", type=Path)
    parser.add_argument("listener", type=int)
    asked = parser.parse_args()
    listener = socket.socket(fileno=asked.listener)
    listener.setblocking(False)
    uvloop.run(_serve(asked.kind, asked.body.read_bytes(), listener))


if __name__ == "__main__":
    _main()
