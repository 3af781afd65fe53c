"""A file that leaves while it is written: whoever reads waits for whoever writes, never the other way round.

Who writes works in a task of their own. Who goes away ends it, so that its connection is free at once.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import IO, Final

PIECE: Final = 256 * 1024

Grown = Callable[[], None]
"""Tells that what was written so far may leave."""


class Growing:
    """A file without a name and the task that writes it.

    `write` is given what it is to call whenever the beginning of the file stands as it will stay; what is
    patched later must not leave before the end. `ended` is called when nothing is written any more. The file
    is closed when it has been read.
    """

    def __init__(
        self,
        file: IO[bytes],
        write: Callable[[Grown], Awaitable[None]],
        ended: Callable[[], None],
    ) -> None:
        self._file = file
        self._size = 0
        self._more = asyncio.Event()
        self._writing = asyncio.create_task(self._written(write))
        self._writing.add_done_callback(lambda _done: ended())

    async def _written(self, write: Callable[[Grown], Awaitable[None]]) -> None:
        try:
            await write(self._grown)
            self._grown()
        finally:
            self._more.set()

    def _grown(self) -> None:
        self._size = self._file.seek(0, os.SEEK_END)
        self._more.set()

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Give the file piece by piece, as far as it stands; what failed is raised in the middle."""
        sent = 0
        try:
            while not self._writing.done() or sent < self._size:
                if sent == self._size:
                    self._more.clear()
                    await self._waited()
                    continue
                piece = await asyncio.to_thread(self._read, sent)
                sent += len(piece)
                yield piece
            await self._writing
        finally:
            self._writing.cancel()
            self._writing.add_done_callback(self._close)

    async def _waited(self) -> None:
        if not self._writing.done():
            await self._more.wait()

    def _close(self, writing: asyncio.Task[None]) -> None:
        self._file.close()
        if not writing.cancelled():
            # Whoever reads has been told, or is gone.
            writing.exception()

    def _read(self, start: int) -> bytes:
        return os.pread(self._file.fileno(), min(PIECE, self._size - start), start)
