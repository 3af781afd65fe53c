"""What a worker asks of the postman, and what it is told."""

from typing import Final, Literal

import msgspec

from creneau_infra.mail.errors import Trouble
from creneau_infra.mail.replies import Reply
from creneau_infra.mail.schemas import Envelope
from creneau_infra.mail.servers import MailServer

PROTOCOL: Final = 1
"""Raised with every change of these messages: a postman that a newer worker cannot speak to retires."""

Leaving = Literal["", "done", "at_once"]
"""A worker that ends says so. `at_once`: nothing of ours may go on running behind it."""

Kind = Literal["welcome", "accepted", "refused", "deferred", "away", "uncertain", "trouble"]


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it goes over the wire, and the server that is to have it."""

    server: MailServer
    our_name: str
    envelope: Envelope

    @property
    def message_id(self) -> str | None:
        """Which message it is, whoever asks for it."""
        return self.envelope.message_id


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says: first that it is there, then errands, and that it leaves."""

    protocol: int = PROTOCOL
    errand: Errand | None = None
    leaving: Leaving = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an errand; `text` and `reply` are the error's own."""

    kind: Kind
    trouble: Trouble | None = None
    text: str = ""
    reply: Reply | None = None
