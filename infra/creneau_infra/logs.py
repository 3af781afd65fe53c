"""Logs for machines (JSON) or people (console), without personal data and one line per event.

Whoever logs an error (`exc_info`, `exception()`), be it a library, has its traceback written here, by
`traced`: where it comes from, never what it says.
"""

import json
import logging
import re
import secrets
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, ClassVar, Literal, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from creneau_infra.tracebacks import traced

HIDDEN = "[hidden]"
LEVELS = {
    **{name.lower(): level for name, level in logging.getLevelNamesMapping().items()},
    "exception": logging.ERROR,
}

PERSONAL_KEYS = frozenset(
    {
        *("address", "birth_date", "birth_name", "body", "cookie", "email", "emails", "first_name"),
        *("full_name", "html", "identity", "last_name", "mobile", "password", "payload", "person"),
        *("phone", "phone_number", "phones", "postal_address", "recipient", "recipients", "sender"),
        *("secret", "subject", "text", "to", "token", "url", "authorization", "code", "headers"),
    }
)
"""Keys whose values never reach a log, whatever they hold."""

_EMAIL = re.compile(r"[^\s@<>\"(),;:=]+@[^\s@<>\"'(),;:=]+")
_PHONE = re.compile(
    r"(?<![\w.:/-])(?:\+\d{1,3}[ .-]?\(?0?\)?[ .-]?|0)\d(?:[ .-]?\d){7,12}(?![\w:-])"
)
SHORTEST_NUMBER = 9
"""Characters of the shortest telephone number; tokens are longer."""
# Tokens are long and mixed; the names of our own functions in a traceback are not mixed.
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{40,}")
_PASSWORD_IN_URL = re.compile(r"(?<=://)[^\s/@]*:[^\s/@]*@")
# PostgreSQL repeats the offending row there.
_DETAIL = re.compile(r"(?m)^(\s*)(DETAIL|CONTEXT):.*$")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


def configure(
    level: Literal["debug", "info", "warning", "error"] = "info",
    form: Literal["json", "console"] = "json",
    stream: TextIO | None = None,
) -> None:
    """Send structlog's and the standard library's logs through one door, to standard error."""
    # What is ours (name, level, time) comes last: nothing in it has to be hidden.
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.ExceptionRenderer(_traced),
        first_line_of_asyncio,
        hide_personal_data,
        encode_new_lines,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    Line.stream, Line.level = stream or sys.stderr, logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[drop_below_the_level, *shared, *_ends(form)],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=Line,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(Line.stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_ends(form)],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    quieten()


def _traced(exc_info: ExcInfo) -> str:
    return traced(exc_info[1])


class Line:
    """Where our own lines end: straight in the stream, past the standard library's records.

    Each request has its line, and the records cost twice what is written.
    """

    stream: ClassVar[TextIO] = sys.stderr
    level: ClassVar[int] = logging.INFO
    lock: ClassVar[Lock] = Lock()

    def __init__(self, name: str = "") -> None:
        """Write for the logger of this name."""
        self.name = name

    def write(self, line: str) -> None:
        """Write one line."""
        with self.lock:
            self.stream.write(f"{line}\n")
            self.stream.flush()

    debug = info = warning = error = exception = critical = write


def drop_below_the_level(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Stop what is not to be written before anything is done with it."""
    if LEVELS[method] < Line.level:
        raise structlog.DropEvent
    return event


def first_line_of_asyncio(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out what asyncio repeats of a task that failed: what its error says, word for word."""
    if getattr(event.get("_record"), "name", "") == "asyncio":
        event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _ends(form: str) -> list[Processor]:
    if form == "json":
        return [structlog.processors.JSONRenderer(serializer=_json)]
    return [mark_traceback, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]


def _json(event: EventDict, **_options: Any) -> str:
    try:
        return msgspec.json.encode(event, enc_hook=repr).decode()
    except ValueError:
        # Half a character, which no UTF-8 can hold.
        return json.dumps(event, default=repr)


def quieten() -> None:
    """Keep what libraries write about persons out of the logs."""
    # uvicorn's own access lines hold addresses and what people typed into a search.
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("uvicorn", "uvicorn.error", "arq", "aiosmtplib", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # httpx2 writes whole addresses, and so a number or a secret that an SMS service wants there.
    for name in ("arq", "fontTools", "weasyprint", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)


def request_bound(request_id: str | None = None) -> AbstractContextManager[object]:
    """Bind the request's id to every line that is logged inside; a new one if none is given."""
    return structlog.contextvars.bound_contextvars(request_id=request_id or new_request_id())


def new_request_id() -> str:
    """Make a short id that a person can read out on the telephone."""
    return secrets.token_hex(6)


def hide_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide what known keys hold, and addresses, numbers, tokens and passwords anywhere else."""
    return {key: _hidden(key, value) if _is_said(key) else value for key, value in event.items()}


def _is_said(key: str) -> bool:
    # structlog keeps the standard library's record under such a name, and takes it out again.
    return not key.startswith("_")


def _hidden(key: object, value: Any) -> Any:
    if isinstance(key, str) and key.lower() in PERSONAL_KEYS:
        return HIDDEN
    if isinstance(value, str):
        return without_personal_data(value)
    if isinstance(value, Mapping):
        return {inner: _hidden(inner, one) for inner, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(None, one) for one in value]
    return value if isinstance(value, int | float | bool | None) else _hidden(None, str(value))


def without_personal_data(text: str) -> str:
    """Replace what looks like an e-mail address, a telephone number, a token or a password."""
    # Most of what is logged has none of these signs: looking for them first spares half the time.
    if ":" in text:
        text = _DETAIL.sub(rf"\1\2: {HIDDEN}", text)
    if "@" in text:
        text = _EMAIL.sub(_keep_hidden, _PASSWORD_IN_URL.sub(f"{HIDDEN}@", text))
    if len(text) >= SHORTEST_NUMBER:
        text = _TOKEN.sub(HIDDEN, _PHONE.sub(HIDDEN, text))
    return text


def _keep_hidden(found: re.Match[str]) -> str:
    return found.group() if found.group().startswith(HIDDEN) else HIDDEN


def encode_new_lines(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    r"""Write control characters as `\n`, `\x1b`: nobody can forge a line or paint a terminal."""
    return {key: value if key == "exception" else _encoded(value) for key, value in event.items()}


def mark_traceback(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep a traceback's lines apart for the eye, each marked so that none passes for an event."""
    if isinstance(event.get("exception"), str):
        lines = event["exception"].split("\n")
        event["exception"] = "\n".join(f"    | {_encoded(line)}" for line in lines)
    return event


def _encoded(value: Any) -> Any:
    if not isinstance(value, str) or value.isprintable():
        return value
    return _CONTROL.sub(_escape, value)


def _escape(found: re.Match[str]) -> str:
    return repr(found.group())[1:-1]
