"""What is answered when something does not go: a page for people, problem details for programs.

A path that names data by its ending (`.json`, `.csv`) is answered as such, unless a browser shows it
as a page; so whoever reads an open feed from another site learns why there is none.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec
import structlog
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput, NotFound, Refusal
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_tenants.addresses import platform
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, ValidationException
from markupsafe import escape

from creneau_web import cookies, framing
from creneau_web.access import Access, SignInNeeded, owes_factor, recognise
from creneau_web.auth import sessions
from creneau_web.auth.errors import TokenMissing, TooManyRequests
from creneau_web.rendering import render
from creneau_web.unsent.keeping import in_background
from creneau_web.visit import Visit, current_visit

log = structlog.stdlib.get_logger("creneau_web")

NAMED_PAGES: Final[Mapping[str, str]] = {
    "not_found": "errors/404.html",
    "not_allowed": "errors/403.html",
    "slot_taken": "errors/409.html",
    "hold_expired": "errors/410.html",
    "too_many_requests": "errors/429.html",
    "unexpected": "errors/500.html",
    "unavailable": "errors/503.html",
    "tenant_suspended": "errors/suspended.html",
    "tenant_in_preparation": "errors/preparation.html",
    "preview_only": "errors/preview.html",
}
OTHER_PAGE: Final = "errors/refused.html"
NO_HOME: Final = frozenset({"tenant_unknown", "host_refused"})
"""There is no home at these addresses: the platform's own is the next best."""
ON_PUBLIC_PAGES: Final = frozenset({"preview_only"})
"""What an agent reads as a visitor does: it is about the public's pages."""

DATA: Final = (".json", ".csv")
FOR_ALL: Final[Mapping[str, str]] = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "retry-after",
    "cross-origin-resource-policy": "cross-origin",
}

PLAIN_PAGE: Final = (
    '<!doctype html><html lang="%(locale)s"><title>Créneau</title><p>%(sentence)s</p></html>'
)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error in our own terms; `detail` is a sentence in the visitor's language."""

    status: int
    code: str
    detail: str
    fields: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}


def problem_of(error: Exception) -> Problem:
    """Say what an exception means to whoever asked; what is not theirs to know stays here."""
    if isinstance(error, Refusal):
        return _refused(error)
    if isinstance(error, DatabaseUnavailableError):
        return _unavailable()
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _not_understood(error)
    return Problem(
        status=500,
        code="unexpected",
        detail=_("Le service a rencontré un problème. Réessayez dans quelques minutes."),
    )


def _refused(error: Refusal) -> Problem:
    return Problem(
        status=error.status,
        code=error.code,
        detail=str(error),
        fields=error.fields if isinstance(error, InvalidInput) else {},
        headers=_headers_of(error),
    )


def _headers_of(error: Refusal) -> dict[str, str]:
    if isinstance(error, TooManyRequests):
        return {"retry-after": str(error.details["retry_after"])}
    if isinstance(error, TokenMissing):
        return {"www-authenticate": 'Bearer realm="creneau"'}
    return {}


def _unavailable() -> Problem:
    return Problem(
        status=503,
        code="unavailable",
        detail=_("Le service est arrêté pour un court moment. Réessayez dans quelques minutes."),
        headers={"retry-after": "10"},
    )


def _not_understood(error: HTTPException) -> Problem:
    status = error.status_code
    if status == HTTPStatus.NOT_FOUND:
        return _refused(NotFound())
    code, detail = {
        HTTPStatus.METHOD_NOT_ALLOWED: (
            "method_not_allowed",
            _("Cette adresse ne s’utilise pas ainsi. Revenez à la page précédente."),
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
            "too_large",
            _("Ce qui a été envoyé est trop volumineux. Envoyez moins à la fois."),
        ),
    }.get(
        HTTPStatus(status),
        (
            "invalid_request",
            _(
                "Cette demande n’a pas pu être lue. Vérifiez l’adresse ou le formulaire, puis réessayez."
            ),
        ),
    )
    return Problem(status=status, code=code, detail=detail, fields=_fields_of(error))


def _fields_of(error: HTTPException) -> dict[str, str]:
    if not isinstance(error, ValidationException) or not isinstance(error.extra, list):
        return {}
    known: list[Any] = error.extra
    sentence = _("Cette valeur ne convient pas.")
    return {
        str(entry["key"]): sentence for entry in known if isinstance(entry, dict) and "key" in entry
    }


async def look_around(error: Exception, scope: Any) -> None:
    """Find out what the page that says what went wrong has to know: who asks, and where it is shown."""
    here = current_visit.get(None)
    if here is not None and framing.is_framed(here.path):
        await framing.note_refusal(here, error)
    else:
        await recognise_agent(error, scope)


async def recognise_agent(_error: Exception, scope: Any) -> None:
    """Find out whether an agent asks, before it is said what went wrong: an address may lead nowhere.

    Pages for the public stay as they are, whoever asks; whoever cannot be recognised stays a stranger.
    """
    here = current_visit.get(None)
    if here is None or here.directory is None or here.agent or is_for_programs(here.path):
        return
    if _is_public(scope) or not cookies.get(here, sessions.COOKIE):
        return
    try:
        await recognise(ASGIConnection(scope))
    except Exception as failure:  # noqa: BLE001 - what went wrong first is what is told
        log.warning("agent_not_recognised", error=type(failure).__name__)


def _is_public(scope: Any) -> bool:
    handler = scope.get("route_handler")
    access = handler.opt.get("access") if handler else None
    return isinstance(access, Access) and access.kind == "public"


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Turn an exception into an answer, in Litestar's own place for it."""
    if isinstance(error, SignInNeeded) and not is_for_programs(request.scope["path"]):
        if in_background(request):
            # A part of a page is not replaced by the page of sign-in: what is typed there stays.
            return Response("", status_code=401, media_type="text/plain")
        return Response(None, status_code=303, headers={"location": error.way})
    problem = problem_of(error)
    note(error, problem)
    before = request.headers.get("referer", "")
    body, media_type = written(problem, request.scope["path"], before)
    headers = {
        **problem.headers,
        **_kept_headers(error),
        **read_by_all(request.scope["path"]),
        "content-type": media_type,
    }
    return Response(body, status_code=problem.status, headers=headers)


def note(error: Exception, problem: Problem) -> None:
    """Log what went wrong on our side; a server that is away is told in one line a request."""
    if isinstance(error, Refusal):
        return
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        log.warning("unavailable", error=type(error).__name__)
    elif problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", code=problem.code, exc_info=error)


def _kept_headers(error: Exception) -> dict[str, str]:
    given = error.headers if isinstance(error, HTTPException) else None
    return {name: value for name, value in (given or {}).items() if name.lower() == "allow"}


def is_for_programs(path: str) -> bool:
    """Tell whether a path belongs to the interface for programs."""
    return path == "/api" or path.startswith("/api/")


def _wanted_as(path: str) -> str:
    """Give the ending of a path that names data; empty: a page is wanted."""
    here = current_visit.get(None)
    wants_page = here is None or "text/html" in here.accepts
    return "" if wants_page else next((one for one in DATA if path.endswith(one)), "")


def read_by_all(path: str) -> Mapping[str, str]:
    """Give the headers that let the pages of other sites read why there is no data, and nothing else."""
    return FOR_ALL if _wanted_as(path) and not is_for_programs(path) else {}


def written(problem: Problem, path: str, before: str = "") -> tuple[bytes, str]:
    """Write a problem as whoever asks reads it: the bytes, and their media type.

    `before` is the address of the page that led here, as the browser says it.
    """
    if is_for_programs(path) or _wanted_as(path) == ".json":
        return msgspec.json.encode(_details(problem)), "application/problem+json"
    if _wanted_as(path):
        return f"{problem.detail}\n".encode(), "text/plain; charset=utf-8"
    return _page(problem, before).encode(), "text/html; charset=utf-8"


def _details(problem: Problem) -> dict[str, Any]:
    details: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.fields:
        details["errors"] = dict(problem.fields)
    return details


def _page(problem: Problem, before: str) -> str:
    here = current_visit.get(None)
    template = NAMED_PAGES.get(problem.code, OTHER_PAGE)
    values: dict[str, Any] = {"sentence": problem.detail, "status_code": problem.status}
    if here is not None and _in_office(here, problem):
        values |= {"office": True, "before_href": _before(here, before)}
    if here is not None and here.framed_by is not None:
        values["framed"] = _framed(here, problem)
    if problem.code in NO_HOME:
        values["home_href"] = f"{platform().url_of(platform().base_domain)}/"
    if "retry-after" in problem.headers:
        values["retry_minutes"] = -(-int(problem.headers["retry-after"]) // 60)
    # A number that differs from answer to answer would tell an unknown id from a hidden one.
    if here is not None and problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        values["request_id"] = here.request_id
    try:
        return render(template, **values)
    except Exception:
        # The page of an error must not become another one: the sentence alone still helps.
        log.exception("error_page_failed", template=template)
        return PLAIN_PAGE % {"locale": current_locale.get(), "sentence": escape(problem.detail)}


def _framed(here: Visit, problem: Problem) -> dict[str, str]:
    """Give the way on inside the frame: the same once more where that may help, or its first page."""
    passes = problem.status in {HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)}
    again = f"{quote(here.path)}?{here.query}" if here.query else quote(here.path)
    return {"again": again if passes else "", "home": framing.HOME}


def _in_office(here: Visit, problem: Problem) -> bool:
    return (
        here.agent is not None
        and here.directory is not None
        and problem.code not in ON_PUBLIC_PAGES
        and not owes_factor(here)
    )


def _before(here: Visit, referer: str) -> str | None:
    """Give the way back to the page of ours that led here; None: there was none, or it is this one."""
    try:
        found = urlsplit(referer)
    except ValueError:
        return None
    if found.netloc != here.host or (found.path, found.query) == (here.path, here.query):
        return None
    # Two slashes at the beginning would name another site.
    path = f"/{found.path.lstrip('/')}"
    return f"{path}?{found.query}" if found.query else path
