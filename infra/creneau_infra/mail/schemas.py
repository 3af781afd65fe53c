from collections.abc import Mapping
from datetime import datetime

import msgspec


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a message; `media_type` may carry parameters.

    With a `content_id` it is a picture of the HTML, which shows it as `cid:<content_id>`. With
    `also_shown` it is another way to read the message, too, as an invitation is for calendars.
    """

    name: str
    media_type: str
    content: bytes
    content_id: str = ""
    also_shown: bool = False


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message to one recipient, in plain text, and in HTML for those who see it better.

    `to`, `sender` and `reply_to` are addresses, with or without a name before them. The same
    `message_id` again is the same message: give the id of the piece of work that sends it.
    `return_to` is the address on the envelope, to which it comes back; without it, the sender's.
    """

    to: str
    subject: str
    text: str
    html: str | None = None
    sender: str | None = None
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = {}
    message_id: str | None = None
    return_to: str | None = None


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it goes over the wire: bytes, and the two addresses that a server is told."""

    sender: str
    recipient: str
    content: bytes
    message_id: str | None = None

    def __repr__(self) -> str:
        # The structure's own form would write a person's mail into a traceback.
        return f"Envelope({self.message_id!r})"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it lies in the mailbox; an SMS is `to` a number and says all in its text."""

    id: str
    to: str
    sender: str
    subject: str
    sent_at: datetime
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    headers: Mapping[str, str]
    is_sms: bool = False
