"""An SMS service of the test's own on loopback, and how a tenant describes it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from creneau.context import SYSTEM
from creneau.sms import service
from creneau.sms.gateways.http import CODE, JSON_BODY
from creneau.sms.schemas import Connection
from creneau_infra import outgoing
from creneau_infra.settings import Settings


class Asked(msgspec.Struct, frozen=True):
    """A request as the service read it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), strict_parsing=True)

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query, strict_parsing=True)


class Service:
    """Keeps what it is asked, and answers as it is told: a status and a body, or nothing at all."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[Asked] = []
        self.status = 200
        self.body = b'{"messages": [{"id": "sms-1", "status": "queued"}]}'
        self.hangs_up = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/sms"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _version = head[0].split(" ")
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _colon, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.asked.append(Asked(method, path, headers, body))
        if not self.hangs_up:
            answer = f"HTTP/1.1 {self.status} X\r\ncontent-length: {len(self.body)}\r\n\r\n"
            writer.write(answer.encode() + self.body)
        writer.close()

    def described(self, **changes: str) -> dict[str, str]:
        """Give the values that a tenant would type to use this service."""
        return {
            "url": self.url,
            "method": "POST",
            "carrier": "json",
            "content": JSON_BODY,
            "secret": "k3y",
            "headers": "Authorization: Bearer {secret}\nX-Reference: {reference}",
            "accepted": "200-299",
            "refused": "400, 404, 422",
            "id_path": "messages.0.id",
            "word_path": "",
            "accepted_words": "",
            "refused_words": "",
            **changes,
        }

    async def chosen(self, **changes: str) -> None:
        """Have the current tenant use this service."""
        before = await service.state()
        await service.connect(
            Connection(gateway=CODE, values=self.described(**changes)),
            SYSTEM,
            seen=before and before.updated_at,
        )

    async def in_use(self, **changes: str) -> None:
        """Have the current tenant use this service, tried and switched on."""
        await self.chosen(**changes)
        await service.try_out("06 12 34 56 78", SYSTEM)
        await service.switch(SYSTEM, on=True)
        self.asked.clear()


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[Service, None]:
    """Run a service, at an address that the operator has opened."""
    made = Service()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    opened = (f"127.0.0.1:{made.port}",)
    outgoing.configure(msgspec.structs.replace(settings, outgoing_private_hosts=opened))
    async with listening:
        yield made
    outgoing.configure(settings)
