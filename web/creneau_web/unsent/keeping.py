"""A form that arrives after its session’s end, and its agent who comes back.

The browser keeps the secret of the ended session under another name, as it opens nothing any more.

Whoever signs out in one tab may have a form open in another. The forms of before are no longer
believed then, but for keeping what they hold: for that alone, and for ten minutes, the browser keeps
what their token belongs to as well. Whoever sits down next signs in as somebody else, and is shown
nothing; who comes back as the same agent finds the form as it was typed.
"""

from typing import Any, Final

from creneau.i18n import gettext as _
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import ClientException

from creneau_web import cookies, csrf, flashes
from creneau_web.auth.errors import FormExpired
from creneau_web.auth.sessions import COOKIE as SESSION
from creneau_web.forms import Form, form
from creneau_web.unsent import service
from creneau_web.visit import Visit

COOKIE: Final = "unsent"
FORMER: Final = "unsent_form"
"""What the forms of before an explicit sign-out belong to."""

SECONDS: Final = int(service.LASTING.total_seconds())
SECONDS_AFTER_LEAVING: Final = int(service.LASTING_AFTER_LEAVING.total_seconds())
SECRET_WORDS: Final = ("password", "secret", csrf.FIELD)

Connection = ASGIConnection[Any, Any, Any, Any]


def in_background(connection: Connection) -> bool:
    """Tell whether a script asks for a part of a page, and not somebody for a page."""
    mode = connection.headers.get("sec-fetch-mode", "navigate")
    return "hx-request" in connection.headers or mode != "navigate"


def leave(here: Visit) -> None:
    """Note, before an agent signs out, whose forms other tabs may still hold."""
    secret, forms = cookies.get(here, SESSION), cookies.get(here, csrf.COOKIE)
    if secret and forms:
        cookies.put(here, COOKIE, secret, seconds=SECONDS_AFTER_LEAVING)
        cookies.put(here, FORMER, forms, seconds=SECONDS_AFTER_LEAVING)


async def keep(connection: Connection, here: Visit, secret: str, page: str) -> None:
    """Keep what a form brought whose session, which has this secret, is over.

    Only a form of our own page is kept: nobody else puts words into an agent's mouth.
    """
    secret = secret or cookies.get(here, COOKIE)
    if not secret:
        return
    left = bool(cookies.get(here, FORMER))
    cookies.put(here, COOKIE, secret, seconds=SECONDS_AFTER_LEAVING if left else SECONDS)
    typed = await _typed(connection, here)
    if typed is None:
        return
    values = {name: given for name, given in typed.lists().items() if not _is_secret(name)}
    lasting = service.LASTING_AFTER_LEAVING if left else service.LASTING
    if await service.keep(secret, page.partition("?")[0], here.path, values, lasting):
        flashes.add("info", _said(left=left))


def _said(*, left: bool) -> str:
    if left:
        return _(
            "Vous vous étiez déconnecté. Ce que vous avez écrit est gardé dix minutes pour vous seul : "
            "reconnectez-vous pour le retrouver."
        )
    return _(
        "Votre session était terminée. Ce que vous avez écrit est gardé une demi-heure : "
        "connectez-vous pour le retrouver."
    )


async def _typed(connection: Connection, here: Visit) -> Form | None:
    if not isinstance(connection, Request) or connection.method != "POST":
        return None
    if in_background(connection):
        return None
    try:
        typed = await form(connection)
    except ClientException:
        return None
    return typed if _is_ours(connection, here, typed) else None


def _is_ours(connection: Connection, here: Visit, typed: Form) -> bool:
    for cookie in (csrf.COOKIE, FORMER):
        try:
            csrf.check(here, connection.headers, typed, cookie=cookie)
        except FormExpired:
            continue
        return True
    return False


def _is_secret(name: str) -> bool:
    return any(word in name for word in SECRET_WORDS)


async def bring_back(connection: Connection, here: Visit) -> None:
    """Note what an agent who is back had typed on the page that they ask for."""
    secret = cookies.get(here, COOKIE)
    asks = isinstance(connection, Request) and connection.method == "GET"
    if not secret or not asks or here.agent is None or here.viewer is not None:
        return
    if in_background(connection):
        return
    here.unsent = await service.take(secret, here.agent.id, here.path)
    if here.unsent is not None:
        cookies.drop(here, COOKIE)
        cookies.drop(here, FORMER)
