"""Another site, on an origin of its own, whose one page holds whatever a test puts there."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Elsewhere:
    """A site that answers every request with its one page."""

    def __init__(self) -> None:
        self.html = ""
        self.origin = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and hang up."""
        await reader.readuntil(b"\r\n\r\n")
        body = f"<!doctype html><html lang=fr><title>Mairie</title>{self.html}</html>".encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def another_site() -> AsyncGenerator[Elsewhere, None]:
    """Serve another site for as long as it is needed."""
    site = Elsewhere()
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield site
