"""Who may call a route: each says so itself, and one guard asks in a fixed order.

Strangers get the answer of a page that does not exist; a colleague without the right is told so.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import msgspec
from creneau.agents import service as agents
from creneau.agents.second_factor.duty import is_required
from creneau.context import current_tenant
from creneau.database import Transaction
from creneau.refusals import InvalidInput, NotAllowed, NotFound, Refusal
from creneau.roles.service import rights_of
from creneau.tokens import service as tokens
from creneau.tokens.schemas import ApiToken
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from creneau_web import cookies, csrf, entries, previews, quota
from creneau_web.auth import looking, sessions
from creneau_web.auth.errors import ScopeMissing, TokenMissing
from creneau_web.forms import form
from creneau_web.throttling import limit
from creneau_web.unsent import keeping
from creneau_web.visit import Visit, visit

Connection = ASGIConnection[Any, Any, Any, Any]
HOME = "/agents"
OFFICE = (
    HOME,
    "/administration",
    "/agenda",
    "/rendez-vous",
    "/creneaux",
    "/plages",
    "/absences",
    "/personnes",
    "/statistiques",
    "/listes",
)
"""Where agents work: whoever is signed out there comes back once signed in, and these pages ask for
the agent themselves, whether the tenant is open to the public or not."""

SIGN_IN = "/agents/connexion"
SET_UP = "/agents/connexion/telephone"


OWN = "own_account"
ALWAYS = "always"
"""Marks the one form that somebody may send who sees as a colleague: the way out."""

BEFORE_FACTOR = "before_factor"
"""Marks the routes that stay open while a second factor is due."""


class Access(msgspec.Struct, frozen=True):
    """Who may call a route; `right` is a permission's code or a token's scope.

    `inside`: the handler itself asks for the token, in the transaction of its work.
    """

    kind: Literal["public", "signed_in", "permission", "api", "provider", "calendar"]
    right: str = ""
    inside: bool = False


class SignInNeeded(NotFound):
    """An agents' page, asked for by nobody we know: the answer is the way to sign in."""

    code = "sign_in_needed"

    @property
    def way(self) -> str:
        """Give the address of the sign-in page, which leads back here."""
        return str(self.details["way"])


class FactorNeeded(SignInNeeded):
    """The rights ask for a second factor, and the session began with a password alone (T-07)."""

    code = "second_factor_needed"


class OnlyLooking(Refusal):
    """Somebody sees the back office as a colleague, and tries to do something there (T-08)."""

    code = "only_looking"
    status = 403
    sentence = (
        "Vous voyez l’espace comme quelqu’un d’autre : vous pouvez tout regarder, sans rien "
        "modifier. Mettez fin à cette visite pour agir en votre nom."
    )


def public() -> dict[str, Any]:
    """Open a route to everybody, as in `@get("/", opt=public())`."""
    return {"access": Access("public")}


def signed_in() -> dict[str, Any]:
    """Open a route to every agent who is signed in."""
    return {"access": Access("signed_in")}


def own_account() -> dict[str, Any]:
    """Open a route to every agent for what is theirs alone: whoever sees as them does not (T-08)."""
    return {"access": Access("signed_in"), OWN: True}


def permission(code: str) -> dict[str, Any]:
    """Open a route to agents with a right such as `appointment:read`, in whatever scope."""
    return {"access": Access("permission", code)}


def api(scope: str) -> dict[str, Any]:
    """Open a route to programs whose token has a scope such as `bookings:write` (T-13)."""
    return {"access": Access("api", scope)}


def from_provider() -> dict[str, Any]:
    """Open a route to identity providers, whose calls carry their own signature (T-06)."""
    return {"access": Access("provider")}


def from_calendar_program() -> dict[str, Any]:
    """Open a route to calendar programs, whose password the handler itself asks for (C-83)."""
    return {"access": Access("calendar")}


def api_inside(scope: str) -> dict[str, Any]:
    """Open a route to programs as `api` does, where the handler asks for the token itself.

    It does so in the transaction of its work, which spares the round trips of another.
    """
    return {"access": Access("api", scope, inside=True)}


async def admit(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request through to its handler, or refuse it.

    Raises:
        NotFound: The plugin is switched off, or nobody we know asks for an agents' page.
        NotAllowed: An agent lacks the right.
        TooManyRequests: The tenant's programs have spent its share of the interface.
        FormExpired: A form does not come from our own pages.
    """
    _require_plugin(handler)
    if _method(connection) == "OPTIONS":
        return
    access: Access = handler.opt["access"]
    if access.kind == "api":
        quota.check(connection.scope)
        if not access.inside:
            await require_token(connection, access.right)
        return
    if access.kind in {"provider", "calendar"}:
        return
    if access.kind == "public":
        await previews.wear()
    else:
        await _require_agent(connection, access, handler)
    await _require_own_form(connection)
    await _require_own_eyes(connection, handler)


def _method(connection: Connection) -> str:
    return connection.method if isinstance(connection, Request) else ""


def _require_plugin(handler: BaseRouteHandler) -> None:
    plugin = handler.opt.get("plugin")
    if plugin is not None and plugin not in current_tenant.get().plugins:
        raise NotFound


async def _require_own_form(connection: Connection) -> None:
    if isinstance(connection, Request) and connection.method not in csrf.SAFE_METHODS:
        csrf.check(visit(), connection.headers, await form(connection))


async def _require_own_eyes(connection: Connection, handler: BaseRouteHandler) -> None:
    """Refuse all that changes something while somebody sees as a colleague, but the way out."""
    if ALWAYS in handler.opt:
        return
    changes = isinstance(connection, Request) and connection.method not in csrf.SAFE_METHODS
    if (changes or OWN in handler.opt) and await looking.runs(connection):
        raise OnlyLooking


async def _require_agent(connection: Connection, access: Access, handler: BaseRouteHandler) -> None:
    here = visit()
    secret = cookies.get(here, sessions.COOKIE)
    await recognise(connection)
    if here.agent is None or here.rights is None:
        if here.session is None:
            await keeping.keep(connection, here, secret, _asked(here, connection))
        raise _stranger(here, connection)
    await keeping.bring_back(connection, here)
    if BEFORE_FACTOR not in handler.opt and owes_factor(here):
        raise FactorNeeded(way=f"{SET_UP}?next={quote(_asked(here, connection), safe='/')}")
    if access.kind == "permission" and not here.rights.can(access.right):
        raise NotAllowed


def owes_factor(here: Visit) -> bool:
    """Tell whether the agent who asks still has to prove who they are a second time (T-07)."""
    # Whoever looks through a colleague's eyes has proven who they are before.
    began = here.session.method if here.session else "password"
    return (
        began == "password"
        and here.viewer is None
        and here.rights is not None
        and is_required(here.rights)
    )


def _stranger(here: Visit, connection: Connection) -> SignInNeeded:
    return SignInNeeded(way=f"{SIGN_IN}?next={quote(_asked(here, connection), safe='/')}")


def _asked(here: Visit, connection: Connection) -> str:
    if _method(connection) not in csrf.SAFE_METHODS:
        # Whoever was signed out meanwhile comes back to the page whose button they pressed.
        return _page_before(here, connection)
    return f"{here.path}?{here.query}" if here.query else here.path


def _page_before(here: Visit, connection: Connection) -> str:
    before = urlsplit(connection.headers.get("referer", ""))
    if before.netloc != here.host or not before.path.startswith(OFFICE):
        return HOME
    return f"{before.path}?{before.query}" if before.query else before.path


async def recognise(connection: Connection) -> None:
    """Note which agent asks, and what they may do; a removed agent is nobody."""
    here = visit()
    session = await sessions.current(connection)
    if here.agent is not None or session is None or session.agent_id is None:
        return
    agent = await agents.agent(session.agent_id)
    if agent.state == "active":
        here.agent, here.rights = agent, await rights_of(agent.id)
        await looking.through(here, session)


async def require_token(connection: Connection, scope: str) -> None:
    """Let a program go on whose token lives and has the scope; raises as `admit_token`."""
    secret = secret_of(connection)
    await admit_token(await tokens.authenticate(secret) if secret else None, scope)


def secret_of(connection: Connection) -> str:
    """Read the secret that a program sent; empty if there is none."""
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    return secret if kind.lower() == "bearer" else ""


@asynccontextmanager
async def token_first(connection: Connection, scope: str) -> AsyncGenerator[None, None]:
    """Tell who may not ask at all that, before what is wrong with what was sent."""
    try:
        yield
    except InvalidInput:
        await require_token(connection, scope)
        raise


@asynccontextmanager
async def admitted(connection: Connection, scope: str) -> AsyncGenerator[Transaction, None]:
    """Open the transaction of a program's work, in which its token is looked up first.

    Raises:
        Refusal: As `admit_token`.
    """
    async with tokens.asking(secret_of(connection)) as (tx, token):
        await admit_token(token, scope)
        yield tx


async def admit_token(token: ApiToken | None, scope: str) -> None:
    """Let a program go on with what was found for its secret.

    Raises:
        TokenMissing: It is no living token of this tenant.
        TooManyRequests: It calls too often, or tries one secret after the other.
        ScopeMissing: The token may not do this.
    """
    if token is None:
        await limit("api_token")
        raise TokenMissing
    here = visit()
    entries.prove(here, token.entry)
    here.api_token = token
    quota.count()
    await limit("api", str(token.id))
    if scope not in token.scopes:
        raise ScopeMissing(scope=scope)
