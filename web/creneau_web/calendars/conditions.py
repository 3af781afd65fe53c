"""Whether a program has what it asks for already (RFC 9110): by mark first, else by time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(moment: datetime) -> str:
    """Write a moment as headers do."""
    return moment.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")


def is_known(headers: Mapping[str, str], etag: str, changed_at: datetime | None = None) -> bool:
    """Tell whether nothing is new for who sends these headers; their names are in lower case."""
    marks = headers.get("if-none-match")
    if marks is not None:
        known = {mark.strip().removeprefix("W/") for mark in marks.split(",")}
        return etag in known or "*" in known
    since = _moment(headers.get("if-modified-since", ""))
    return since is not None and changed_at is not None and changed_at <= since


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
