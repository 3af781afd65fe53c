"""The queue before the printers: few at once, none for ever, whatever is asked."""

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog

from creneau_infra.pdf.errors import (
    PdfBrokenError,
    PdfBusyError,
    PdfError,
    PdfTooLargeError,
    PdfUnavailableError,
)
from creneau_infra.pdf.machines import Machine
from creneau_infra.pdf.schemas import Answer, Failure, Job, Setup

COMMAND: Final = (sys.executable, "-I", "-m", "creneau_infra.pdf.printer")
PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
LARGEST_SOURCE: Final = 8_000_000
REASONS: Final[dict[Failure, type[PdfError]]] = {
    "libraries": PdfUnavailableError,
    "time": PdfTooLargeError,
    "memory": PdfTooLargeError,
    "size": PdfTooLargeError,
    "broken": PdfBrokenError,
}

log = structlog.stdlib.get_logger("creneau_infra.pdf")


class Press:
    """Prints documents for the whole process; printers start when the first one is asked for."""

    def __init__(
        self,
        setup: Setup,
        *,
        printers: int = 2,
        waiting: int = 30,
        patience: float = 60.0,
        command: Sequence[str] = COMMAND,
    ) -> None:
        """Choose how many print at once, how many may wait, and for how many seconds."""
        self._setup = setup
        self._command = command
        self._most_waiting = waiting
        self._patience = patience
        self._waiting = 0
        self._turns = asyncio.Semaphore(printers)
        self._ready: list[Machine] = []
        self._scratch = ""

    async def printed(self, job: Job) -> bytes:
        """Give a document as tagged PDF.

        Raises:
            PdfBusyError: Too many wait already, or this one waited too long.
            PdfTooLargeError: It takes more time, memory or room than one may.
            PdfUnavailableError: This machine cannot print.
            PdfBrokenError: The printer gave up.
        """
        if len(job.html) > LARGEST_SOURCE:
            raise PdfTooLargeError("size")
        async with self._turn():
            began = time.monotonic()
            answer = await self._answer(job)
        if answer.failure:
            log.warning("document_refused", reason=answer.failure)
            raise REASONS[answer.failure](answer.failure)
        if answer.refused:
            log.warning("document_asked_for_addresses", number=answer.refused)
        milliseconds = round((time.monotonic() - began) * 1000)
        log.info("document_printed", ms=milliseconds, bytes=len(answer.pdf))
        return answer.pdf

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None, None]:
        if self._turns.locked() and self._waiting >= self._most_waiting:
            raise PdfBusyError("too many wait")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError as error:
            raise PdfBusyError("waited too long") from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()

    async def _answer(self, job: Job) -> Answer:
        machine = self._ready.pop() if self._ready else await self._started()
        try:
            answer = await machine.printed(job)
        except BaseException as error:
            # Whoever was to read the answer has gone, or none will come: nobody may read it later.
            await machine.end()
            if isinstance(error, PdfError):
                log.warning("printer_lost", reason=str(error))
            raise
        self._ready.append(machine)
        return answer

    async def _started(self) -> Machine:
        if not self._scratch:
            self._scratch = tempfile.mkdtemp(prefix="creneau-printers-")
        try:
            return await Machine.started(self._command, self._setup, self._scratch)
        except PdfUnavailableError as error:
            log.critical("printing_unavailable", reason=str(error), packages=PACKAGES)
            raise

    @property
    def printers(self) -> list[int]:
        """The processes that are ready and idle."""
        return [machine.pid for machine in self._ready]

    async def close(self) -> None:
        """End the printers; the next document starts new ones."""
        while self._ready:
            await self._ready.pop().end()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = ""
