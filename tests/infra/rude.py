"""A mail server that is rude in every way: it refuses, is silent, or hangs up, where it is told to."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

ANSWERS = {"EHLO": "250 rude.test", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on"}


class RudeServer:
    """`answers` by command (`GREETING` and `END` too); it hangs up or falls silent at a step.

    Steps are the same words, and `MIDDLE`: in the midst of a message.
    """

    def __init__(self) -> None:
        self.port = 0
        self.answers: dict[str, str] = {}
        self.hangs_up_at = ""
        self.silent_at = ""
        self.connections = 0
        self.commands: list[str] = []
        self.received: list[bytes] = []
        self.left = asyncio.Event()
        self.fell_silent = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._say("GREETING", "220 rude.test", reader, writer):
            return
        while line := await reader.readline():
            command = line.decode().split()[0].upper()
            self.commands.append(command)
            if command == "QUIT":
                writer.write(b"221 bye\r\n")
                self.left.set()
                return
            answer = ANSWERS.get(command, "250 ok")
            if not await self._say(command, answer, reader, writer):
                return
            if self.answers.get(command, answer).startswith("354"):
                if self.hangs_up_at == "MIDDLE":
                    await reader.readline()
                    return
                self.received.append(await reader.readuntil(b"\r\n.\r\n"))
                if not await self._say("END", "250 kept", reader, writer):
                    return

    async def _say(
        self, step: str, usual: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if self.hangs_up_at == step:
            return False
        if self.silent_at == step:
            self.fell_silent.set()
            await reader.read()
            return False
        writer.write(f"{self.answers.get(step, usual)}\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def running() -> AsyncGenerator[RudeServer, None]:
    server = RudeServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
