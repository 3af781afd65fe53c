"""Where workers come in, and when the postman may go home."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from typing import Final

import msgspec

from creneau_infra import frames
from creneau_infra.postman.conversations import Conversations
from creneau_infra.postman.schemas import PROTOCOL, Errand, Leaving, Request, Told

SECONDS_OF_PATIENCE: Final = 20.0
"""How long a worker is waited for: the one that started us, or the next one after one that vanished."""


class Door:
    """Takes errands from each worker's connections; `over` is set once nobody needs a postman.

    Whatever is under way comes to its end first, but for a worker that leaves `at_once`. With
    `stays` only a signal ends it.
    """

    def __init__(self, conversations: Conversations, *, stays: bool = False) -> None:
        self.over = asyncio.Event()
        self._conversations = conversations
        self._stays = stays
        self._closing = False
        self._inside: set[StreamReader] = set()
        self._answering = 0
        self._left: Leaving = ""
        self._timer: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Wait for the first worker."""
        self._look()

    def close(self) -> None:
        """Take no errand any more, and go once those that are under way have come to their end."""
        self._closing = True
        self._look()

    async def received(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Hear one connection until it ends."""
        self._inside.add(reader)
        self._left = ""
        leaving: Leaving = ""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            leaving = await self._heard(reader, writer)
        self._inside.remove(reader)
        self._left = leaving or self._left
        self._look()
        if leaving and not self._stays and not self._somebody_is_there():
            # Whoever waits to see us go reads the end of our process.
            await reader.read()
        writer.close()

    async def _heard(self, reader: StreamReader, writer: StreamWriter) -> Leaving:
        while True:
            asked = await self._next(reader)
            if asked is None or self._closing:
                return ""
            if asked.leaving:
                return asked.leaving
            await self._answer(asked.errand, writer)

    async def _next(self, reader: StreamReader) -> Request | None:
        try:
            asked = await frames.receive(reader, Request)
        except msgspec.MsgspecError:
            asked = Request(protocol=0)
        if asked.protocol == PROTOCOL:
            return asked
        # A worker of another version finds a postman of its own once we are gone.
        self.close()
        return None

    async def _answer(self, errand: Errand | None, writer: StreamWriter) -> None:
        self._answering += 1
        try:
            welcome = Told(kind="welcome")
            told = welcome if errand is None else await self._conversations.carried(errand)
            writer.write(frames.packed(told))
            await writer.drain()
        finally:
            self._answering -= 1
            self._look()

    def _somebody_is_there(self) -> bool:
        # The conversation of one that was killed may still be under way.
        return any(not reader.at_eof() for reader in self._inside)

    def _look(self) -> None:
        """See whether anybody needs us, and else how long we wait for somebody."""
        if self._timer is not None:
            self._timer.cancel()
        if self._may_go():
            self.over.set()
        elif not (self._stays or self._answering or self._somebody_is_there()):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(SECONDS_OF_PATIENCE, self._look_again)

    def _may_go(self) -> bool:
        if self._closing:
            return not self._answering
        if self._stays or self._somebody_is_there():
            return False
        return self._left == "at_once" or (self._left == "done" and not self._answering)

    def _look_again(self) -> None:
        # Somebody may have come in meanwhile.
        if not (self._answering or self._somebody_is_there()):
            self.over.set()
