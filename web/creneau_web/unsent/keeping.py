"""A form that arrives after its session’s end, and its agent who comes back.

The browser keeps the secret of the ended session under another name, as it opens nothing any more.
"""

from typing import Any, Final

from creneau.i18n import gettext as _
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import ClientException

from creneau_web import cookies, csrf, flashes
from creneau_web.auth.errors import FormExpired
from creneau_web.forms import Form, form
from creneau_web.unsent import service
from creneau_web.visit import Visit

COOKIE: Final = "unsent"
SECONDS: Final = int(service.LASTING.total_seconds())
SECRET_WORDS: Final = ("password", "secret", csrf.FIELD)

Connection = ASGIConnection[Any, Any, Any, Any]


def in_background(connection: Connection) -> bool:
    """Tell whether a script asks for a part of a page, and not somebody for a page."""
    mode = connection.headers.get("sec-fetch-mode", "navigate")
    return "hx-request" in connection.headers or mode != "navigate"


async def keep(connection: Connection, here: Visit, secret: str, page: str) -> None:
    """Keep what a form brought whose session, which has this secret, is over.

    Only a form of our own page is kept: nobody else puts words into an agent's mouth.
    """
    secret = secret or cookies.get(here, COOKIE)
    if not secret:
        return
    cookies.put(here, COOKIE, secret, seconds=SECONDS)
    typed = await _typed(connection, here)
    if typed is None:
        return
    values = {name: given for name, given in typed.lists().items() if not _is_secret(name)}
    if await service.keep(secret, page.partition("?")[0], here.path, values):
        flashes.add(
            "info",
            _(
                "Votre session était terminée. Ce que vous avez écrit est gardé une demi-heure : "
                "connectez-vous pour le retrouver."
            ),
        )


async def _typed(connection: Connection, here: Visit) -> Form | None:
    if not isinstance(connection, Request) or connection.method != "POST":
        return None
    if in_background(connection):
        return None
    try:
        typed = await form(connection)
        csrf.check(here, connection.headers, typed)
    except (ClientException, FormExpired):
        return None
    return typed


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
