"""What is written to one reader by one way, whatever it is about."""

from collections.abc import Awaitable, Callable

import msgspec
from creneau_infra.mail.schemas import Attachment

from creneau.messages.letter import Letter
from creneau.messages.receipts.schemas import Channel, Reason
from creneau.messages.schemas import Reader


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A letter, where answers go to, and what is attached."""

    letter: Letter
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it stands when it is to leave: everything in it was just read.

    `reason` says why it does not leave after all. `mail` and `text` put it into words, in the
    reader's language and outside any transaction; what goes by mail alone has no text.
    """

    reader: Reader | None
    mail: Callable[[], Awaitable[Mail]]
    text: Callable[[], Awaitable[str]] | None = None
    channel: Channel = "email"
    reason: Reason | None = None

    @property
    def address(self) -> str | None:
        """Give where it goes; None where nobody is there to read it."""
        return self.reader.address(self.channel) if self.reader else None

    @property
    def why_not(self) -> Reason | None:
        """Say why it does not leave, if it does not."""
        nowhere: Reason = "no_address" if self.reader else "no_reader"
        return self.reason or (None if self.address else nowhere)


async def nobody_reads() -> Mail:
    """Give the letter of whoever has no reader any more: there is none."""
    raise LookupError("a message without a reader")
