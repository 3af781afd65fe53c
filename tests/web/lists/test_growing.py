"""A long list leaves while it is written; who goes away, and what fails, ends it (C-68)."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from tempfile import TemporaryFile
from typing import IO

import pytest
from creneau_web.lists.growing import Growing, Grown


class Leaving:
    """A file on its way out, and whether nobody writes it any more."""

    def __init__(
        self, file: IO[bytes], write: Callable[[IO[bytes], Grown], Awaitable[None]]
    ) -> None:
        self.file = file
        self.ended = asyncio.Event()
        growing = Growing(file, lambda grown: write(file, grown), self.ended.set)
        self.pieces = growing.pieces()

    async def is_over(self) -> bool:
        """Wait until nobody writes any more; tells whether nothing is kept open."""
        await self.ended.wait()
        await asyncio.sleep(0)
        return self.file.closed


@pytest.fixture
def out() -> Generator[IO[bytes], None, None]:
    """Give a file without a name."""
    with TemporaryFile() as opened:
        yield opened


async def test_the_beginning_leaves_while_the_end_is_not_written_yet(out: IO[bytes]) -> None:
    read = asyncio.Event()

    async def write(file: IO[bytes], grown: Grown) -> None:
        file.write(b"first,")
        grown()
        await read.wait()
        file.write(b"last")

    leaving = Leaving(out, write)
    assert await anext(leaving.pieces) == b"first,"
    read.set()
    assert [piece async for piece in leaving.pieces] == [b"last"]
    assert await leaving.is_over()


async def test_what_is_patched_at_its_end_leaves_then(out: IO[bytes]) -> None:
    async def write(file: IO[bytes], _grown: Grown) -> None:
        file.write(b"????")
        await asyncio.sleep(0)
        file.seek(0)
        file.write(b"size")

    leaving = Leaving(out, write)
    assert [piece async for piece in leaving.pieces] == [b"size"]


async def test_who_goes_away_ends_the_writing(out: IO[bytes]) -> None:
    undone = asyncio.Event()

    async def write(file: IO[bytes], grown: Grown) -> None:
        file.write(b"first,")
        grown()
        try:
            await asyncio.Event().wait()
        finally:
            undone.set()

    leaving = Leaving(out, write)
    assert await anext(leaving.pieces) == b"first,"
    await leaving.pieces.aclose()
    assert await leaving.is_over()
    assert undone.is_set()


async def test_what_fails_breaks_the_file_off_and_says_so(out: IO[bytes]) -> None:
    async def write(file: IO[bytes], grown: Grown) -> None:
        file.write(b"first,")
        grown()
        await asyncio.sleep(0)
        raise ConnectionError("the database went away")

    leaving = Leaving(out, write)
    assert await anext(leaving.pieces) == b"first,"
    with pytest.raises(ConnectionError):
        await anext(leaving.pieces)
    assert await leaving.is_over()
