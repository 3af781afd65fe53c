"""Which mails a server has acknowledged, noted on this machine within microseconds.

Between a server's "250 accepted" and our own note in the database, a worker can be killed, or the
database be away: the row comes back, and the mail would leave twice. This note is written to a file
before anything else is, by the postman (`creneau_infra.postman`), who outlives the worker. It is one
machine's: a worker elsewhere that takes such a row over, or a machine that loses its power at this very
moment, sends the mail once more, with the same Message-ID.
"""

import os
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

import structlog

from creneau_infra.clock import now
from creneau_infra.processes import make_folder

DAYS_KEPT = 1

_log = structlog.stdlib.get_logger(__name__)

_note: ContextVar[Callable[[], None] | None] = ContextVar("note_acknowledged", default=None)


class Identified(Protocol):
    """A mail, in whatever form, that is known by its id."""

    @property
    def message_id(self) -> str | None:
        """The same id again is the same mail."""
        ...


Mail = TypeVar("Mail", bound=Identified)


def folder_of(data_dir: Path) -> Path:
    """Name the folder of a machine's notes."""
    return data_dir / "acknowledged"


class Acknowledged:
    """A file for each day, one line for each mail; several processes may write and read them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, set[str]] = {}
        self._read: dict[str, int] = {}

    def holds(self, message_id: str) -> bool:
        """Say whether a server has acknowledged a mail, as far as this machine knows."""
        self._look()
        return any(message_id in ids for ids in self._known.values())

    def note(self, message_id: str) -> None:
        """Keep that a server has acknowledged a mail.

        Raises:
            OSError: It cannot be written; this process knows it all the same.
        """
        path = self.folder / f"{now().date().isoformat()}.log"
        self._known.setdefault(path.name, set()).add(message_id)
        # One small write at the end of the file: lines of several processes do not mix.
        handle = self._opened(path)
        try:
            os.write(handle, f"{message_id}\n".encode())
        finally:
            os.close(handle)

    def _opened(self, path: Path) -> int:
        how = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        try:
            return os.open(path, how, 0o600)
        except FileNotFoundError:
            make_folder(self.folder, 0o700)
            return os.open(path, how, 0o600)

    def _look(self) -> None:
        oldest = now().date() - timedelta(days=DAYS_KEPT)
        for path in self.folder.glob("????-??-??.log"):
            day = _day_of(path)
            if day is None:
                continue
            if day < oldest:
                path.unlink(missing_ok=True)
                self._known.pop(path.name, None)
            else:
                self._look_into(path)

    def _look_into(self, path: Path) -> None:
        start = self._read.get(path.name, 0)
        if path.stat().st_size <= start:
            return
        with path.open("rb") as file:
            file.seek(start)
            # Up to the last whole line: the next look goes on from there.
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        ids = self._known.setdefault(path.name, set())
        ids.update(whole.decode("ascii", "replace").split())
        self._read[path.name] = start + len(whole)


def _day_of(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.stem)
    except ValueError:
        return None  # somebody else's file


def once(
    deliver: Callable[[Mail], Awaitable[None]], acknowledged: Acknowledged
) -> Callable[[Mail], Awaitable[None]]:
    """Hand each mail that has an id over until a server acknowledges it, and never again."""

    async def deliver_once(mail: Mail) -> None:
        if mail.message_id is None:
            await deliver(mail)
        elif not acknowledged.holds(mail.message_id):
            await _deliver_noting(lambda: deliver(mail), acknowledged, mail.message_id)

    return deliver_once


async def _deliver_noting(
    deliver: Callable[[], Awaitable[None]], acknowledged: Acknowledged, message_id: str
) -> None:
    noted = False

    def note() -> None:
        nonlocal noted
        if not noted:
            noted = True
            _kept(acknowledged, message_id)

    token = _note.set(note)
    try:
        await deliver()
    except Exception:
        # What goes wrong after the server's word, as a goodbye that fails, makes nothing undone.
        if not noted:
            raise
    finally:
        _note.reset(token)
    # The postman, who spoke with the server, has noted it already.
    if not acknowledged.holds(message_id):
        note()


def _kept(acknowledged: Acknowledged, message_id: str) -> None:
    try:
        acknowledged.note(message_id)
    except OSError as error:
        # The mail has left: for want of a note, as on a full disk, it must not leave again.
        _log.error("mail_not_noted", error=type(error).__name__)


def accepted() -> None:
    """Note at once that a server has acknowledged the message that is being delivered.

    A transport says so as soon as it has read it; for one that does not, it is noted once it is
    through.
    """
    note = _note.get()
    if note is not None:
        note()
