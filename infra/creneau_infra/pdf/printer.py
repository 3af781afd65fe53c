"""A printer: a process that has everything ready to print, and forks for each document.

It reads a `Setup`, then one `Job` after the other, from its standard input, and answers on its
standard output; it ends with the process that started it.
"""

import importlib
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import msgspec

from creneau_infra import frames
from creneau_infra.pdf.confinement import confine
from creneau_infra.pdf.schemas import Answer, Failure, Job, Setup

if TYPE_CHECKING:
    from creneau_infra.pdf.typesetting import Typesetter

OUT_OF_MEMORY: Final = 3
GAVE_UP: Final = 4
ENDED_BY: Final[dict[int, Failure]] = {
    signal.SIGALRM: "time",
    signal.SIGXCPU: "time",
    signal.SIGKILL: "time",  # the kernel, when a library outlived SIGXCPU
    signal.SIGXFSZ: "size",
    signal.SIGTRAP: "memory",  # GLib, when it gets none
    signal.SIGABRT: "memory",
}


class Printer:
    """Prints each document in a fork of its own, which shares what is ready and keeps nothing."""

    def __init__(self, setup: Setup, typesetter: "type[Typesetter]") -> None:
        """Get ready what a fork can take over: a library that has threads, it cannot."""
        self._setup = setup
        self._typesetter = typesetter
        self._ready = self._new() if self._stays_alone() else None

    def _new(self) -> "Typesetter":
        return self._typesetter(self._setup.fonts)

    def _stays_alone(self) -> bool:
        """Try in a fork whether getting ready starts threads, which later forks would not have."""
        child = os.fork()
        if child == 0:
            with suppress(Exception):
                self._new()
                os._exit(0 if _threads() == 1 else 1)
            os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def printed(self, job: Job) -> Answer:
        """Print a document, or say why there is none."""
        page = os.memfd_create("document")
        try:
            child = os.fork()
            if child == 0:
                self._work(job, page)
            _child, status = os.waitpid(child, 0)
            return _answer(status, page)
        finally:
            os.close(page)

    def _work(self, job: Job, page: int) -> NoReturn:
        code = GAVE_UP
        with suppress(Exception):
            try:
                confine(self._setup.limits)
                typesetter = self._ready or self._new()
                _write(page, msgspec.msgpack.encode(typesetter.printed(job)))
                code = 0
            except MemoryError:
                code = OUT_OF_MEMORY
        os._exit(code)


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def _write(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _answer(status: int, page: int) -> Answer:
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        size = os.fstat(page).st_size
        return msgspec.msgpack.decode(os.pread(page, size, 0), type=Answer)
    if code == OUT_OF_MEMORY:
        return Answer(failure="memory")
    return Answer(failure=ENDED_BY.get(-code, "broken"))


def _typesetter() -> "type[Typesetter] | None":
    try:
        return importlib.import_module("creneau_infra.pdf.typesetting").Typesetter
    except (ImportError, OSError):  # the package is missing, or a library that it opens
        return None


def main() -> int:
    """Print what comes, until nobody sends any more; 1 where this machine cannot print."""
    typesetter = _typesetter()
    setup = frames.read(sys.stdin.buffer, Setup)
    if typesetter is None or setup is None:
        _say(Answer(failure="libraries"))
        return 1
    printer = Printer(setup, typesetter)
    _say(Answer())
    while (job := frames.read(sys.stdin.buffer, Job)) is not None:
        _say(printer.printed(job))
    return 0


def _say(answer: Answer) -> None:
    sys.stdout.buffer.write(frames.packed(answer))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
