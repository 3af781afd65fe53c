"""What becomes of an errand, told from one process to the other."""

from creneau_infra.mail.errors import (
    DeferredError,
    MailRefusedError,
    ServerAwayError,
    UncertainError,
)
from creneau_infra.mail.replies import Reply, SaidError, reply_of
from creneau_infra.postman.errors import PostmanTroubleError
from creneau_infra.postman.schemas import Kind, Told

_KINDS: dict[type[Exception], Kind] = {
    MailRefusedError: "refused",
    DeferredError: "deferred",
    UncertainError: "uncertain",
}
_ERRORS: dict[Kind, type[Exception]] = {kind: error for error, kind in _KINDS.items()}


def told_of(error: Exception) -> Told:
    """Say what went wrong, with the server's own words."""
    reply = reply_of(error)
    if isinstance(error, ServerAwayError):
        return Told(kind="away", trouble=error.trouble, reply=reply)
    kind = _KINDS.get(type(error))
    if kind is None:
        return Told(kind="trouble", text=type(error).__name__, reply=reply)
    return Told(kind=kind, text=str(error), reply=reply)


def require_accepted(told: Told) -> None:
    """Raise here what was raised at the postman's.

    Raises:
        MailRefusedError: The message will never go out as it is.
        DeferredError: The server asks to come back with it.
        ServerAwayError: The server takes no message at the moment.
        UncertainError: The server went away before its last word.
        PostmanTroubleError: Something else went wrong at the postman's.
    """
    if told.kind != "accepted":
        raise _error(told) from _cause(told.reply)


def _error(told: Told) -> Exception:
    if told.kind == "away":
        return ServerAwayError(told.trouble or "unreachable")
    return _ERRORS.get(told.kind, PostmanTroubleError)(told.text)


def _cause(reply: Reply | None) -> SaidError | None:
    return None if reply is None else SaidError(reply)
