"""What a process that prints one document gives up before it begins: the network, and most else.

WeasyPrint asks our fetcher for every address, and gets nothing but what the document carries itself.
This is the net below: should a library reach for a socket, a program or somebody's file in any other
way, Python itself refuses, and the kernel ends what takes too long or too much.
"""

import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from creneau_infra.pdf.schemas import Limits

CLOSED: Final = (
    *("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system"),
    *("ctypes.", "urllib.Request", "http.", "ftplib.", "smtplib.", "ssl."),
)
# Where Python's own modules, the typefaces and our scratch files are.
READABLE: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/dev/null")
AUDITED: Final = ("open",)


def confine(limits: Limits) -> None:
    """Give up what printing does not need; there is no way back for this process."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, limits.memory)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, limits.document)
    # Both would otherwise be errors that a library may swallow, and go on.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    sys.addaudithook(guard(readable_folders()))


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def readable_folders() -> tuple[str, ...]:
    """Name the folders that a printer may read from."""
    own = (sys.prefix, sys.base_prefix, tempfile.gettempdir(), *filter(None, sys.path))
    return (*READABLE, *(str(Path(folder).resolve()) for folder in own))


def guard(folders: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    """Make the hook that refuses what is closed, and files outside `folders`."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(CLOSED) and not _is_own_data(event, arguments):
            raise PermissionError(f"a printer does not do this: {event}")
        if event == "open" and not _is_within(arguments[0], folders):
            raise PermissionError("a printer does not open this file")

    return refuse


def _is_own_data(event: str, arguments: tuple[Any, ...]) -> bool:
    # Python's own reader of `data:` addresses announces them as any other.
    return event == "urllib.Request" and str(arguments[0])[:5].lower() == "data:"


def _is_within(path: object, folders: tuple[str, ...]) -> bool:
    if not isinstance(path, str | bytes):
        return True  # a descriptor that is open already
    text = path.decode("utf-8", "surrogateescape") if isinstance(path, bytes) else path
    whole = str(Path(text).resolve())
    return any(whole == folder or whole.startswith(f"{folder}/") for folder in folders)
