"""The same search by the same program again and again: answered before anything else is done.

Who asks was looked up at most ten seconds ago, and nothing has changed since: the versions of the
tenant's entry, of its tokens and of its free time are read anew for each request, together for all
that wait. Everything else takes the long way, which decides alone who may ask what. What is answered
here counts for the token; for the tenant's share only what has to be computed, as the rest costs the
others next to nothing.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, Final
from uuid import UUID

import msgspec
import structlog
from creneau.availability.answers import answered_already, question_of
from creneau.availability.changes import free_time_of
from creneau.availability.schemas import SlotQuery
from creneau.context import Tenant, acting_for, current_tenant
from creneau.tokens.schemas import ApiToken
from creneau.tokens.service import tokens_of
from creneau_infra import clock
from creneau_infra.logs import new_request_id
from creneau_infra.redis.versions import Version, current
from creneau_infra.settings import Settings
from creneau_tenants.service import entry_of

from creneau_web import quota
from creneau_web.api.service import WRITTEN, Asker, Written, written
from creneau_web.proxies import FORWARDED
from creneau_web.security import headers_of_every_answer
from creneau_web.throttling import allowed_here
from creneau_web.visit import visit

PATH: Final = "/api/v1/slots"
SECONDS_KNOWN: Final = 10.0
MOST_KNOWN: Final = 5_000
ASKED_BY: Final = {b"host", b"authorization", *(name.encode() for name in FORWARDED)}
# A proxy says where each visitor is; a program is limited by its token.
OF_NO_ACCOUNT: Final = b"x-forwarded-for"
Key = tuple[object, ...]

log = structlog.stdlib.get_logger("creneau_web.access")


class Known(msgspec.Struct, frozen=True):
    """A program whose search was answered the long way; `until` by the monotonic clock."""

    tenant: Tenant
    token_id: str
    query: SlotQuery
    question: object
    names: Sequence[str]
    version: Version
    until: float


class Memory:
    """What this process knows, and how often it answered since it last said so."""

    known: ClassVar[OrderedDict[Key, Known]] = OrderedDict()
    answered = 0
    told_at = 0.0


def names_of(tenant_id: UUID) -> tuple[str, str, str]:
    """Name the versions that an answer stands on, the one of free time last."""
    return entry_of(tenant_id), tokens_of(tenant_id), free_time_of(tenant_id)


async def version_now() -> Version | None:
    """Read the versions of who may ask, before it is looked up."""
    return await current(names_of(current_tenant.get().id)[:2])


def remember(scope: Any, query: SlotQuery, version: Version | None) -> None:
    """Keep for ten seconds that a search was answered the long way."""
    token, tenant = visit().api_token, current_tenant.get()
    if version is None or token is None:
        return
    left = (token.expires_at - clock.now()).total_seconds()
    key, moment = _key(scope), time.monotonic()
    Memory.known.pop(key, None)
    Memory.known[key] = Known(
        tenant,
        str(token.id),
        query,
        question_of(WRITTEN, query),
        names_of(tenant.id),
        version,
        moment + min(SECONDS_KNOWN, left),
    )
    _forget(moment)


def _forget(moment: float) -> None:
    """Let go of what is over: kept up to the bound, it made a process grow for hours."""
    known = Memory.known
    # The oldest come first.
    while known and (len(known) > MOST_KNOWN or next(iter(known.values())).until <= moment):
        known.popitem(last=False)


def _key(scope: Any) -> Key:
    asked = [
        (name, b"" if name == OF_NO_ACCOUNT else value)
        for name, value in scope["headers"]
        if name in ASKED_BY
    ]
    client = scope.get("client")
    return (client[0] if client else "", scope["query_string"], *asked)


async def answered(scope: Any, send: Any, settings: Settings) -> bool:
    """Answer a search that is known, and tell whether that was done."""
    if scope["path"] != PATH or scope["method"] != "GET":
        return False
    known = Memory.known.get(_key(scope))
    if known is None or known.until <= time.monotonic():
        return False
    version = await current(known.names)
    if version is None or version[:2] != known.version:
        return False
    found = await _found(known, version, settings)
    if found is None:
        return False
    await _send(found, scope, send, settings)
    _tell(time.monotonic())
    return True


async def _found(known: Known, version: Version, settings: Settings) -> Written | None:
    with acting_for(known.tenant):
        if not allowed_here("api", known.token_id):
            return None
        found: Written | None = answered_already(known.tenant.id, known.question, version[2:])
        # What has to be computed is a part of the tenant's share like every other search.
        if found is None and not quota.spend(known.tenant.slug, settings):
            return await _computed(known)
        return found


async def _computed(known: Known) -> Written | None:
    try:
        return await written(known.query, Asker("", _let_in))
    except Exception:  # noqa: BLE001 - the long way meets it again, and says what it is
        return None


async def _let_in(token: ApiToken | None) -> None:
    """Let in who is known."""
    del token


async def _send(found: Written, scope: Any, send: Any, settings: Settings) -> None:
    packs = any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
    body = found.packed if packs else found.plain
    headers = [
        *_every(secure=settings.public_scheme == "https"),
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"x-request-id", new_request_id().encode()),
        (b"vary", b"accept-encoding"),
    ]
    if packs:
        headers.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@cache
def _every(*, secure: bool) -> list[tuple[bytes, bytes]]:
    every = headers_of_every_answer(secure=secure)
    return [(name.encode(), value.encode()) for name, value in every.items()]


def _tell(moment: float) -> None:
    # A line for each would cost more than the answer.
    Memory.answered += 1
    if moment - Memory.told_at > 1:
        log.info("searches_answered_at_once", times=Memory.answered, route=PATH, status=200)
        Memory.answered, Memory.told_at = 0, moment
