from typing import Literal

from creneau_infra.errors import PermanentError

Trouble = Literal[
    "unreachable", "private", "certificate", "encryption", "sign_in", "sender", "busy"
]
"""What keeps a mail server from taking any message at all."""


class MailRefusedError(PermanentError):
    """The message cannot be sent as it is: its address is not one, or the server refuses it."""


class ServerAwayError(ConnectionError):
    """A mail server takes no message at the moment, whichever it is; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble


class UncertainError(ConnectionError):
    """The connection ended before the server's last word: it may have the message, or not.

    Sent again, it has the same Message-ID.
    """


class DeferredError(Exception):
    """The server asks to come back with this message, as greylisting does."""
