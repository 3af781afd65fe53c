"""Agents sign in and out."""

from typing import Any

from creneau.agents import service as agents
from creneau.i18n import gettext as _
from creneau_tenants.sign_on import service as sign_on
from litestar import Request, get, post
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import BEFORE_FACTOR, SIGN_IN, public, recognise, signed_in
from creneau_web.auth import account, ending, passwords, second_factor, sessions, signing_in
from creneau_web.auth.errors import PasswordsClosed, SignInFailed
from creneau_web.auth.rules import local_path, normal_email
from creneau_web.auth.sso.leaving import sign_out_page
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.unsent import keeping
from creneau_web.visit import visit

HOME = "/agents"
AnyRequest = Request[Any, Any, Any]


@get(SIGN_IN, opt=public())
async def sign_in_page(request: AnyRequest) -> Template | Redirect:
    """Ask for the address and the password; an agent who is signed in goes on."""
    way = local_path(request.query_params.get("next", ""), HOME)
    await recognise(request)
    if visit().agent is not None:
        return Redirect(way, status_code=303)
    return await _page(way)


@post(SIGN_IN, opt=public(), status_code=200)
async def sign_in(request: AnyRequest) -> Template | Redirect:
    """Sign in, or say in the same words and time that it did not go (T-07)."""
    typed = await form(request)
    way = local_path(typed.text("next"), HOME)
    if await sign_on.passwords_closed():
        return await _page(way, error=str(PasswordsClosed()))
    email = normal_email(typed.text("email")) or ""
    await limit("sign_in", email)
    agent = await agents.authenticate(email, typed.text("password"))
    if agent is None:
        return await _page(way, email=typed.text("email"), error=str(SignInFailed()))
    return await signing_in.complete(request, agent.id, way, method="password")


async def _page(way: str, *, email: str = "", error: str = "") -> Template:
    status = SignInFailed.status if error else 200
    offers = await sign_on.offered("agent")
    return page(
        "auth/sign_in.html",
        status=status,
        way=way,
        email=email,
        error=error,
        offers=offers,
        closed=any(offer.sole for offer in offers),
    )


@post("/agents/deconnexion", opt={**signed_in(), BEFORE_FACTOR: True}, status_code=303)
async def sign_out(request: AnyRequest) -> Redirect | Template:
    """End the session here and on the server (C-70), and at the provider it came from (T-06)."""
    on_to_provider = await sign_out_page(request, SIGN_IN)
    keeping.leave(visit())
    await sessions.sign_out(request)
    flashes.add("success", _("Vous êtes déconnecté. À bientôt !"))
    return on_to_provider or Redirect(SIGN_IN, status_code=303)


ROUTES = [
    sign_in_page,
    sign_in,
    sign_out,
    *second_factor.ROUTES,
    *passwords.ROUTES,
    *account.ROUTES,
    *ending.ROUTES,
]
