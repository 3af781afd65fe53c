"""Connections to one mail server, kept for the next message for a moment."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final

import aiosmtplib
import msgspec

from creneau_infra.mail.errors import ServerAwayError
from creneau_infra.mail.talking import drop, say_goodbye

SECONDS_KEPT: Final = 2.0
MOST_MESSAGES: Final = 50
"""Servers end a connection after so many; half of what is usual."""

MOST_KEPT: Final = 8
Open = Callable[[], Awaitable[aiosmtplib.SMTP]]


class Kept(msgspec.Struct, kw_only=True):
    """A connection and how many messages it has carried."""

    client: aiosmtplib.SMTP
    carried: int = 0


class Connections:
    """Opens connections, lends each to one message at a time, and ends those that nobody wants."""

    def __init__(self, open_one: Open) -> None:
        self._open = open_one
        self._idle: list[Kept] = []
        self._endings: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncGenerator[aiosmtplib.SMTP, None]:
        """Lend a fresh connection; it is kept for the next message if nothing goes wrong."""
        async with self._lent(Kept(client=await self._open())) as client:
            yield client

    @contextlib.asynccontextmanager
    async def _lent(self, kept: Kept) -> AsyncGenerator[aiosmtplib.SMTP, None]:
        try:
            yield kept.client
        except BaseException:
            drop(kept.client)
            raise
        kept.carried += 1
        self._give_back(kept)

    async def use(self, work: Callable[[aiosmtplib.SMTP], Awaitable[None]]) -> None:
        """Do some work on a connection that is there, or on a new one.

        One that its server has ended meanwhile is noticed before a message has left, and another
        takes its place.
        """
        kept = self._kept()
        if kept is not None:
            try:
                async with self._lent(kept) as client:
                    await work(client)
            except ServerAwayError as error:
                if error.trouble not in {"unreachable", "busy"}:
                    raise
            else:
                return
        async with self.one() as client:
            await work(client)

    @property
    def are_kept(self) -> bool:
        """Say whether any waits for the next message."""
        return bool(self._idle)

    def _kept(self) -> Kept | None:
        while self._idle:
            kept = self._idle.pop()
            if kept.client.is_connected:
                return kept
            drop(kept.client)
        return None

    def _give_back(self, kept: Kept) -> None:
        if kept.carried >= MOST_MESSAGES or len(self._idle) >= MOST_KEPT:
            self._end(kept)
            return
        self._idle.append(kept)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(SECONDS_KEPT, self.end_all)

    def end_all(self) -> None:
        """Say goodbye on every connection that nobody uses."""
        idle, self._idle = self._idle, []
        for kept in idle:
            self._end(kept)

    def _end(self, kept: Kept) -> None:
        ending = asyncio.get_running_loop().create_task(say_goodbye(kept.client))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def close(self) -> None:
        """Say goodbye everywhere, and wait for it."""
        if self._timer is not None:
            self._timer.cancel()
        self.end_all()
        while self._endings:
            await asyncio.wait(set(self._endings))
