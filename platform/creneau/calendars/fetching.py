"""Fetching a calendar elsewhere, through the one guarded door."""

from http import HTTPStatus
from typing import Final

import httpx2
import msgspec
from creneau_infra import outgoing
from creneau_infra.outgoing import AddressRefusedError, AnswerTooLargeError, OutgoingError

LARGEST: Final = 5 * 1024 * 1024
SECONDS: Final = 15.0
LONGEST_MARK: Final = 500
NOT_FOR_US: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
NOT_THERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What came: the calendar, None if nothing is new; or the code of what went wrong."""

    content: bytes | None = None
    etag: str = ""
    last_modified: str = ""
    failure: str = ""


async def fetch(address: str, etag: str = "", last_modified: str = "") -> Fetched:
    """Ask for a calendar, or for what is new since the marks of the last answer."""
    known = {"if-none-match": etag, "if-modified-since": last_modified}
    headers = {
        "accept": "text/calendar, text/plain;q=0.5, */*;q=0.1",
        "user-agent": "Creneau (calendar)",
        **{name: value for name, value in known.items() if value},
    }
    try:
        options = outgoing.options(largest=LARGEST)
        async with outgoing.within(SECONDS), httpx2.AsyncClient(**options) as client:
            return _answered(await client.get(address, headers=headers))
    except AddressRefusedError:
        return Fetched(failure="refused")
    except AnswerTooLargeError:
        return Fetched(failure="too_large")
    except OutgoingError:
        return Fetched(failure="unreachable")


def _answered(answer: httpx2.Response) -> Fetched:
    status = answer.status_code
    if status == HTTPStatus.OK:
        return Fetched(
            content=answer.content,
            etag=_mark(answer, "etag"),
            last_modified=_mark(answer, "last-modified"),
        )
    if status == HTTPStatus.NOT_MODIFIED:
        return Fetched()
    if answer.is_redirect:
        return Fetched(failure="moved")
    if status in NOT_FOR_US:
        return Fetched(failure="forbidden")
    return Fetched(failure="gone" if status in NOT_THERE else "troubled")


def _mark(answer: httpx2.Response, name: str) -> str:
    value = answer.headers.get(name, "")
    return value if len(value) <= LONGEST_MARK and value.isprintable() else ""
