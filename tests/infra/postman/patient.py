"""A mail server that says its last word when it is told to, and workers that are killed over it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from creneau_infra import processes
from creneau_infra.mail.errors import (
    ServerAwayError,
)
from creneau_infra.postman.client import Postman
from creneau_infra.postman.transport import PostmanTransport

from tests.endings import ended
from tests.infra.rude import RudeServer
from tests.infra.sender import SENDER, mail


class PatientServer(RudeServer):
    """A server that has a message whole, and says its last word when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.has_it = asyncio.Semaphore(0)
        self.word = asyncio.Event()
        self.word.set()
        self._talks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Remember who is spoken with."""
        talk = asyncio.ensure_future(super().serve(reader, writer))
        self._talks.add(talk)
        await talk

    async def end(self) -> None:
        """Let every conversation come to its end."""
        self.word.set()
        if self._talks:
            await asyncio.wait(self._talks, timeout=60)

    async def _say(
        self, step: str, usual: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if step == "END":
            self.has_it.release()
            await self.word.wait()
        return await super()._say(step, usual, reader, writer)


def postmen(folder: Path) -> list[int]:
    return processes.inhabitants(folder / "postman")


def kept_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def nobody_is_left(folder: Path) -> None:
    async with asyncio.timeout(60):
        while left := postmen(folder):
            await ended(left[0])


def way(postman: Postman, server: PatientServer) -> PostmanTransport:
    return PostmanTransport(postman, f"smtp://127.0.0.1:{server.port}?starttls=never", SENDER)


async def killed_over(server: PatientServer, by: str, folder: Path, message_id: str) -> None:
    """Have a worker send a mail, and kill it with its group once the server has all of it."""
    server.word.clear()
    program = ("-m", "tests.infra.sender", by, str(folder), str(server.port), message_id)
    worker = await asyncio.create_subprocess_exec(sys.executable, *program, start_new_session=True)
    async with asyncio.timeout(60):
        await server.has_it.acquire()
    os.killpg(worker.pid, signal.SIGKILL)
    await worker.wait()


async def until_told(postman: Postman, server: PatientServer, message_id: str) -> None:
    """Hear what became of a message that is under way, or has left: it is noted before it is told."""
    await way(postman, server).send(mail(message_id))


async def way_is_busy(postman: Postman) -> None:
    """Wait until the postman has heard what was asked last."""
    server = PatientServer()
    server.answers["GREETING"] = "421 no"
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    with pytest.raises(ServerAwayError):
        await way(postman, server).send(mail(None))
    listening.close()
