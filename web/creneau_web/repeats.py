"""A form sent twice at once, as by a double click, is worked off once and answered twice.

The browser shows the answer to the second request, which left with the cookies from before the
first. Where the first opened a session or gave it another secret, the second would come from a
stranger: it gets the first one's answer, with a secret of its own for the same session. Without
Redis that holds for two clicks that reach the same process.
"""

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from creneau_infra.redis.client import Unreachable, client
from creneau_infra.redis.turns import turn

from creneau_web import cookies, csrf
from creneau_web.auth import sessions
from creneau_web.bodies import Body
from creneau_web.visit import Visit, visit

SECONDS_REMEMBERED = 5
MOST_REMEMBERED = 10_000


class Repeatable(msgspec.Struct, frozen=True):
    """What the first request led to: the next page, and the session that it opened or renewed."""

    location: str
    session_id: UUID


class Lately:
    """What this process answered in the last seconds, the oldest first: until when, and what."""

    kept: ClassVar[OrderedDict[str, tuple[float, bytes]]] = OrderedDict()

    @classmethod
    def keep(cls, key: str, found: bytes) -> None:
        """Keep an answer for some seconds."""
        moment = time.monotonic()
        cls.kept[key] = (moment + SECONDS_REMEMBERED, found)
        while len(cls.kept) > MOST_REMEMBERED or next(iter(cls.kept.values()))[0] <= moment:
            cls.kept.popitem(last=False)

    @classmethod
    def recall(cls, key: str) -> bytes | None:
        """Give an answer that is kept still."""
        until, found = cls.kept.get(key, (0.0, b""))
        return found if until > time.monotonic() else None


async def answer_once(app: Any, scope: Any, receive: Any, send: Any) -> None:
    """Let the application answer a request, once for a form that was sent twice."""
    here = visit()
    browser = cookies.get(here, csrf.COOKIE)
    if scope["method"] != "POST" or not browser:
        await app(scope, receive, send)
        return
    body = Body(receive)
    await body.read()
    name = _digest(here, browser)
    async with turn(f"form:{name}"):
        key = _digest(here, browser, cookies.get(here, sessions.COOKIE), here.path, body.bytes)
        if not await _answered_again(here, key, send):
            answer = Answer(send)
            await app(scope, body.receive, answer)
            await _remember(here, key, answer)


class Answer:
    """Passes an answer on, and notes where it leads."""

    def __init__(self, send: Any) -> None:
        """Pass on to `send`."""
        self._send = send
        self.location = ""

    async def __call__(self, message: Mapping[str, Any]) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start" and message["status"] == HTTPStatus.SEE_OTHER:
            headers = dict(message["headers"])
            self.location = headers.get(b"location", b"").decode("latin-1")
        await self._send(message)


def _digest(here: Visit, *parts: str | bytes) -> str:
    # Forms hold names and codes: nothing of them is readable in Redis.
    text = b"\0".join(
        part.encode() if isinstance(part, str) else part for part in ("repeat", here.host, *parts)
    )
    return hmac.new(here.settings.secret_key.encode(), text, hashlib.sha256).hexdigest()


async def _remember(here: Visit, key: str, answer: Answer) -> None:
    renewed = cookies.real_name(here, sessions.COOKIE) in here.outgoing_cookies
    if not (answer.location and renewed and here.session):
        return
    found = msgspec.json.encode(Repeatable(answer.location, here.session.id))
    Lately.keep(key, found)
    redis = client()
    if redis is not None:
        with suppress(*Unreachable):
            await redis.set(f"repeat:{key}", found, ex=SECONDS_REMEMBERED)


async def _answered_again(here: Visit, key: str, send: Any) -> bool:
    """Answer a request whose double was answered a moment ago; False if there was none."""
    found = await _recall(key)
    session = await sessions.rejoin(found.session_id) if found else None
    if found is None or session is None:
        return False
    if session.agent_id is not None:
        csrf.renew(here)
    headers = [(b"location", found.location.encode("latin-1")), (b"content-length", b"0")]
    await send(
        {"type": "http.response.start", "status": HTTPStatus.SEE_OTHER.value, "headers": headers}
    )
    await send({"type": "http.response.body", "body": b""})
    return True


async def _recall(key: str) -> Repeatable | None:
    redis, kept = client(), Lately.recall(key)
    try:
        if kept is None and redis is not None:
            kept = await redis.get(f"repeat:{key}")
    except Unreachable:
        return None
    return msgspec.json.decode(kept, type=Repeatable) if kept else None
