"""The postman, seen from a worker: started, asked, and seen off."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import structlog

from creneau_infra import frames
from creneau_infra.errors import ServerRefused
from creneau_infra.postman import places
from creneau_infra.postman.errors import PostmanAwayError
from creneau_infra.postman.process import TAKEN
from creneau_infra.postman.schemas import Errand, Request, Told

COMMAND: Final = (sys.executable, "-I", "-m", "creneau_infra.postman.process")
SECONDS_TO_START: Final = 20.0
SECONDS_TO_SEE_OFF: Final = 10.0
SECONDS_BETWEEN_TRIES: Final = 0.05
# Nothing else of our environment, which holds secrets: only where the machine's authorities are.
CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_log = structlog.stdlib.get_logger(__name__)


class Line:
    """A connection to the postman, for one errand at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def is_open(self) -> bool:
        """Say whether the postman is still there, as far as we heard."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    async def asked(self, request: Request) -> Told:
        """Say something, and hear the answer.

        Raises:
            PostmanAwayError: The postman is gone.
        """
        try:
            self._writer.write(frames.packed(request))
            await self._writer.drain()
            return await frames.receive(self._reader, Told)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise PostmanAwayError("lost") from error

    async def see_off(self, request: Request) -> None:
        """Say that we leave, and wait for the end of a postman that nobody else needs."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(SECONDS_TO_SEE_OFF):
                self._writer.write(frames.packed(request))
                await self._reader.read()

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def closed(self) -> None:
        """Hang up, and wait until the postman can know."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


class Postman:
    """The postman of a data folder. He is started when there is none."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._idle: list[Line] = []
        self._starting = asyncio.Lock()
        self._asked = False

    async def come(self) -> None:
        """Be there before the first mail; where that does not work, each mail says so itself."""
        with contextlib.suppress(PostmanAwayError):
            self._idle.append(await self._entered())

    async def carry(self, errand: Errand) -> Told:
        """Have a mail handed over, and hear what became of it.

        Raises:
            PostmanAwayError: There is no postman, or he was lost over the errand.
        """
        kept = self._kept()
        if kept is not None:
            # He may have gone unnoticed. If not, his notes say what his successor must not repeat.
            with contextlib.suppress(PostmanAwayError):
                return await self._carried(kept, errand)
        return await self._carried(await self._entered(), errand)

    async def _carried(self, line: Line, errand: Errand) -> Told:
        try:
            told = await line.asked(Request(errand=errand))
        except BaseException:
            line.close()
            raise
        self._idle.append(line)
        return told

    def _kept(self) -> Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_open:
                return line
            line.close()
        return None

    async def _entered(self) -> Line:
        try:
            async with asyncio.timeout(SECONDS_TO_START):
                return await self._let_in() or await self._started()
        except (OSError, ServerRefused, subprocess.SubprocessError) as error:
            _log.error("no_postman", error=type(error).__name__)
            raise PostmanAwayError("none") from error

    async def _started(self) -> Line:
        async with self._starting:
            while (line := await self._let_in()) is None:
                await asyncio.to_thread(self._start)
                # Another one may be on its way out, or may have been quicker.
                await asyncio.sleep(SECONDS_BETWEEN_TRIES)
            return line

    async def _let_in(self) -> Line | None:
        """Go in if somebody is there."""
        try:
            path = places.socket_path(self._data_dir)
            line = Line(*await asyncio.open_unix_connection(path))
        except (ConnectionError, FileNotFoundError):
            return None
        self._asked = True
        try:
            await line.asked(Request())
        except BaseException as error:
            line.close()
            if isinstance(error, PostmanAwayError):
                return None
            raise
        return line

    def _start(self) -> None:
        ended = subprocess.run(  # noqa: S603 - our own program
            [*COMMAND, str(self._data_dir)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=places.home(self._data_dir),
            env=_environ(),
            timeout=SECONDS_TO_START,
            check=False,
            start_new_session=True,
        )
        if ended.returncode not in {0, TAKEN}:
            raise PostmanAwayError("does not start")

    async def leave(self, *, at_once: bool = False) -> None:
        """Let the postman go home, once what is under way has come to its end.

        `at_once`: whatever is under way, nothing of ours goes on behind us.
        """
        last = await self._to_say_goodbye_to() if self._asked else None
        while self._idle:
            await self._idle.pop().closed()
        if last is not None:
            await last.see_off(Request(leaving="at_once" if at_once else "done"))
            await last.closed()

    async def _to_say_goodbye_to(self) -> Line | None:
        # One that does not answer, or whose door was broken, holds no worker back.
        with contextlib.suppress(OSError, ServerRefused):
            async with asyncio.timeout(SECONDS_TO_SEE_OFF):
                return self._kept() or await self._let_in()
        return None


def _environ() -> Mapping[str, str]:
    named = {name: os.environ[name] for name in CERTIFICATES if name in os.environ}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", **named}
