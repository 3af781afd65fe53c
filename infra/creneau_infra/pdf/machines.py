"""One printer, seen from the application: started, spoken to, ended."""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Self

import msgspec

from creneau_infra import frames
from creneau_infra.pdf.errors import PdfBrokenError, PdfTooLargeError, PdfUnavailableError
from creneau_infra.pdf.schemas import Answer, Job, Setup

SECONDS_TO_START: Final = 60.0
# A printer counts the seconds itself; this is for one that no longer does.
GRACE: Final = 5.0


async def _process(command: Sequence[str], scratch: str) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            # Nothing of our own environment: it holds secrets.
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": scratch, "HOME": scratch},
            start_new_session=True,
        )
    except OSError as error:
        raise PdfUnavailableError("there is no such program") from error


class Machine:
    """A printer that is ready; one that raises is lost, and must be ended."""

    def __init__(self, process: asyncio.subprocess.Process, seconds: float) -> None:
        """Hold a process that was just started."""
        self._process = process
        self._seconds = seconds

    @classmethod
    async def started(cls, command: Sequence[str], setup: Setup, scratch: str) -> Self:
        """Start a printer and wait until it is ready.

        Raises:
            PdfUnavailableError: It does not start here, or lacks libraries.
        """
        made = cls(await _process(command, scratch), setup.limits.seconds)
        try:
            await made._become_ready(setup)
        except BaseException:
            await made.end()
            raise
        return made

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    async def _become_ready(self, setup: Setup) -> None:
        try:
            answer = await self._exchanged(setup, SECONDS_TO_START)
        except (PdfTooLargeError, PdfBrokenError) as error:
            raise PdfUnavailableError("it does not start") from error
        if answer.failure:
            raise PdfUnavailableError(answer.failure)

    async def printed(self, job: Job) -> Answer:
        """Print a document.

        Raises:
            PdfTooLargeError: The printer hangs.
            PdfBrokenError: The printer is gone.
        """
        return await self._exchanged(job, self._seconds + GRACE)

    async def _exchanged(self, message: msgspec.Struct, seconds: float) -> Answer:
        writing, reading = self._process.stdin, self._process.stdout
        if writing is None or reading is None:
            raise PdfBrokenError("no way to speak to it")
        try:
            async with asyncio.timeout(seconds):
                writing.write(frames.packed(message))
                await writing.drain()
                return await frames.receive(reading, Answer)
        except TimeoutError as error:
            raise PdfTooLargeError("time") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise PdfBrokenError("it is gone") from error

    async def end(self) -> None:
        """End the printer, with whatever it is printing."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
