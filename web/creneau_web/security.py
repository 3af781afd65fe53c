"""The outermost layer: who calls, what every answer carries, and what is logged of it."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import structlog
from creneau_infra.logs import new_request_id, request_bound
from creneau_infra.settings import Settings

from creneau_web import cookies, framing
from creneau_web.errors import Problem, note, problem_of, read_by_all, written
from creneau_web.proxies import arrival
from creneau_web.static_files import FOR_EVER, lasts_for_ever
from creneau_web.tenancy import HostRefused, acting, choose_locale
from creneau_web.visit import Visit, current_visit

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def _framed_by(origins: Sequence[str]) -> Mapping[str, str]:
    # What is shown inside a page of another site (C-47).
    ancestors = " ".join(("'self'", *origins))
    policy = CONTENT_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")
    return {"content-security-policy": policy, "cross-origin-resource-policy": "cross-origin"}


HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    # Our addresses may hold a secret: other sites never learn them. Own forms still name us.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
TWO_YEARS: Final = "max-age=63072000; includeSubDomains"

log = structlog.stdlib.get_logger("creneau_web.access")


@cache
def headers_of_every_answer(*, secure: bool) -> Mapping[str, str]:
    """Give the headers that every answer carries; `secure`: visitors come by https."""
    return {**HEADERS, "strict-transport-security": TWO_YEARS} if secure else HEADERS


class Security:
    """Wraps the application: knows the visitor, guards every answer, and writes one line for it."""

    def __init__(self, app: App, settings: Settings) -> None:
        """Wrap `app`."""
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request_id = new_request_id()
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        visit, refused = self._visit(scope, headers, request_id)
        token = current_visit.set(visit)
        answer = Answer(visit, send)
        started = time.perf_counter()
        try:
            with request_bound(request_id):
                await self._answer(scope, receive, answer, refused=refused)
                _log(scope, visit, answer.status, time.perf_counter() - started)
        finally:
            current_visit.reset(token)

    def _visit(
        self, scope: Scope, headers: Mapping[str, str], request_id: str
    ) -> tuple[Visit, bool]:
        peer = scope["client"][0] if scope.get("client") else ""
        found = arrival(peer, headers, self._settings.trusted_proxies)
        visit = Visit(
            settings=self._settings,
            request_id=request_id,
            address=found.address if found else peer,
            host=found.host.lower() if found else "",
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            accepts=headers.get("accept", ""),
            cookies=cookies.read(headers.get("cookie", "")),
        )
        choose_locale(visit, headers.get("accept-language", ""))
        return visit, found is None

    async def _answer(
        self, scope: Scope, receive: Receive, answer: "Answer", *, refused: bool
    ) -> None:
        try:
            if refused:
                # The commonest cause is a proxy that CRENEAU_TRUSTED_PROXIES does not name.
                log.warning("forwarded_by_a_stranger")
                raise HostRefused  # noqa: TRY301 - answered like every refusal of a host
            await self._app(_as_get(scope), receive, answer)
        except Exception as error:
            problem = problem_of(error)
            note(error, problem)
            if answer.status:
                raise
            here = current_visit.get()
            with acting(here):
                await framing.note_refusal(here, error)
                await respond(problem_of(error), scope["path"], answer)


def _as_get(scope: Scope) -> Scope:
    # A HEAD is a GET whose body the server leaves out.
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


async def respond(problem: Problem, path: str, send: Send) -> None:
    """Answer with a problem outside the application's routes."""
    body, media_type = written(problem, path)
    headers = {
        **problem.headers,
        **read_by_all(path),
        "content-type": media_type,
        "content-length": str(len(body)),
    }
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


class Answer:
    """Adds to an answer what every one of ours carries, and the visitor's new cookies."""

    def __init__(self, visit: Visit, send: Send) -> None:
        """Answer `visit` by `send`."""
        self._visit = visit
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Pass one part of the answer on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message["headers"], *self._added(message)]}
        await self._send(message)

    def _added(self, message: Message) -> list[tuple[bytes, bytes]]:
        present = {bytes(name).lower().decode("latin-1") for name, _ in message["headers"]}
        added = {name: value for name, value in self._headers().items() if name not in present}
        pairs = [
            *added.items(),
            *(("set-cookie", text) for text in self._visit.outgoing_cookies.values()),
        ]
        return [(name.encode(), value.encode("latin-1")) for name, value in pairs]

    def _headers(self) -> dict[str, str]:
        every = headers_of_every_answer(secure=self._visit.secure)
        headers = {**every, "x-request-id": self._visit.request_id}
        if self._visit.framed_by is not None:
            headers |= _framed_by(self._visit.framed_by)
        if self.status == HTTPStatus.TOO_MANY_REQUESTS and self._visit.retry_after:
            # Also where a form is shown again with what was typed.
            headers["retry-after"] = str(self._visit.retry_after)
        if lasts_for_ever(self._visit.path, self._visit.query) and self.status == HTTPStatus.OK:
            headers["cache-control"] = FOR_EVER
        return headers


def _log(scope: Scope, visit: Visit, status: int, seconds: float) -> None:
    # The route's own pattern: a path may hold a secret, and a query what somebody typed.
    log.info(
        "request",
        method=scope["method"],
        route=scope.get("path_template", "-"),
        status=status,
        milliseconds=round(seconds * 1000, 1),
        tenant=visit.directory.tenant.slug if visit.directory else None,
    )
