import asyncio
import base64
import hashlib
import os
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from creneau_infra.clock import now
from creneau_infra.mail.schemas import Attachment, Letter
from creneau_infra.processes import make_folder

FOLDERS = ("tmp", "new", "cur")
PHONE, PHONE_SENDER = "X-Creneau-Phone", "X-Creneau-Sender"
"""The number and the sender of an SMS, which lies among the mails without being one."""


class Mailbox:
    """A Maildir, which any mail program can read, with the newest message first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, message: EmailMessage) -> str:
        """Add a message and give its id; the same Message-ID again adds nothing."""
        return await asyncio.to_thread(self._keep, message)

    async def letters(self, most: int = 200) -> list[Letter]:
        """Read the newest messages, the last one first."""
        return await asyncio.to_thread(self._letters, most)

    async def letter(self, letter_id: str) -> Letter | None:
        """Read one message by its id; None when there is none."""
        return await asyncio.to_thread(self._letter, letter_id)

    async def clear(self) -> None:
        """Throw every message away."""
        await asyncio.to_thread(self._clear)

    def _keep(self, message: EmailMessage) -> str:
        for name in FOLDERS:
            make_folder(self._folder / name, 0o700)
        letter_id = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:24]
        if self._find(letter_id) is None:
            # Written aside and renamed: a reader never sees half a message.
            name = f"{time.time_ns()}.{letter_id}.creneau"
            aside = self._folder / "tmp" / f"{name}.{os.getpid()}"
            aside.write_bytes(message.as_bytes())
            aside.rename(self._folder / "new" / name)
        return letter_id

    def _letters(self, most: int) -> list[Letter]:
        return [_read(path) for path in self._paths()[:most]]

    def _letter(self, letter_id: str) -> Letter | None:
        path = self._find(letter_id)
        return None if path is None else _read(path)

    def _find(self, letter_id: str) -> Path | None:
        # Compared with what lies there: an id is never made part of a path.
        return next((path for path in self._paths() if _id_of(path) == letter_id), None)

    def _paths(self) -> list[Path]:
        kept = [*self._folder.glob("new/*.creneau"), *self._folder.glob("cur/*.creneau*")]
        return sorted(kept, key=_when, reverse=True)

    def _clear(self) -> None:
        for path in self._paths():
            path.unlink(missing_ok=True)


def _when(path: Path) -> int:
    return int(path.name.partition(".")[0])


def _id_of(path: Path) -> str:
    return path.name.split(".")[1]


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=default)
    html = message.get_body(("html",))
    text = message.get_body(("plain",))
    return Letter(
        id=_id_of(path),
        to=str(message[PHONE] or message["To"]),
        sender=str(message[PHONE_SENDER] or message["From"]),
        subject=str(message["Subject"]),
        sent_at=parsedate_to_datetime(message["Date"]) if message["Date"] else now(),
        text="" if text is None else str(text.get_content()),
        html=None if html is None else _with_pictures(message, str(html.get_content())),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
        headers={name: str(value) for name, value in message.items()},
        is_sms=PHONE in message,
    )


def _with_pictures(message: EmailMessage, html: str) -> str:
    """Put the pictures that came with a message into its HTML: the mailbox fetches nothing."""
    for part in message.walk():
        content = part.get_payload(decode=True)
        named = str(part["Content-ID"] or "").strip("<>")
        if named and isinstance(content, bytes):
            data = base64.b64encode(content).decode()
            html = html.replace(f"cid:{named}", f"data:{part.get_content_type()};base64,{data}")
    return html


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        name=part.get_filename() or "",
        media_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )
