"""Programs of a tenant that has spent its share are refused before anything else is done.

Neither a body nor the database is read for them, and a second's refusals are one line of the log:
what is refused must cost the others nothing. Whose address is asked for was looked up the long way
less than a second ago, where it was found that the share is spent (`quota.check`).
"""

import time
from asyncio import sleep
from functools import lru_cache
from math import ceil
from typing import Any, Final

import structlog
from creneau.i18n import Locale, current_locale
from creneau_infra.logs import new_request_id
from creneau_infra.settings import Settings

from creneau_web import quota
from creneau_web.errors import problem_of, written
from creneau_web.quota import Memory, Spent
from creneau_web.security import headers_of_every_answer
from creneau_web.tenancy import preferred_locale

PATHS: Final = "/api/"
PAUSE: Final = 0.1
"""Seconds; a connection that goes on all the same cannot spend the processor."""

log = structlog.stdlib.get_logger("creneau_web.access")


async def answered(scope: Any, send: Any, settings: Settings) -> bool:
    """Refuse a program whose tenant has no share left, and tell whether that was done."""
    spent = _known(scope)
    if spent is None:
        return False
    wait = quota.wait_of(spent.slug, settings)
    if not wait:
        return False
    _tell(spent, time.monotonic())
    locale = preferred_locale(_header(scope, b"accept-language")) or spent.locale
    headers, body = _refusal(locale, ceil(wait), settings.public_scheme == "https")
    await sleep(PAUSE)
    named = [*headers, (b"x-request-id", new_request_id().encode())]
    await send({"type": "http.response.start", "status": 429, "headers": named})
    await send({"type": "http.response.body", "body": body})
    return True


def _known(scope: Any) -> Spent | None:
    if not Memory.spent or not _is_asked_by_a_program(scope):
        return None
    found = Memory.spent.get(quota.key_of(scope))
    return found if found is not None and found.until > time.monotonic() else None


def _is_asked_by_a_program(scope: Any) -> bool:
    # A link or a cookie may choose another language: the long way knows.
    names = {name for name, _ in scope["headers"]}
    return (
        scope["path"].startswith(PATHS)
        and scope["method"] != "OPTIONS"
        and b"authorization" in names
        and b"cookie" not in names
        and b"lang=" not in scope["query_string"]
    )


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


@lru_cache(maxsize=256)
def _refusal(
    locale: Locale,
    seconds: int,
    secure: bool,  # noqa: FBT001 - the cache tells its arguments apart by their order
) -> tuple[list[tuple[bytes, bytes]], bytes]:
    token = current_locale.set(locale)
    try:
        problem = problem_of(quota.refusal(seconds))
        body, media_type = written(problem, PATHS)
    finally:
        current_locale.reset(token)
    headers = {
        "content-type": media_type,
        "content-length": str(len(body)),
        **problem.headers,
        **headers_of_every_answer(secure=secure),
    }
    return [(name.encode(), value.encode()) for name, value in headers.items()], body


def _tell(spent: Spent, moment: float) -> None:
    spent.times += 1
    if moment - spent.told_at > 1:
        log.info("requests_refused", times=spent.times, status=429, tenant=spent.slug)
        spent.times, spent.told_at = 0, moment
