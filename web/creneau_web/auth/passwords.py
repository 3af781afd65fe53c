"""Invitations, and passwords that were forgotten: what the links in mails open (C-03, T-07)."""

from typing import Any, Final

from creneau.agents.links import service as links
from creneau.agents.links.errors import InvitationUsed, LinkUnknown, ResetExpired, ResetUsed
from creneau.agents.links.schemas import Joining
from creneau.agents.schemas import Agent
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput, Refusal
from creneau_tenants.sign_on import service as sign_on
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import SIGN_IN, public, recognise
from creneau_web.auth import signing_in
from creneau_web.auth.errors import PasswordsClosed
from creneau_web.auth.rules import normal_email
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

INVITATION: Final = "/agents/invitation/{invitation_token:str}"
FORGOTTEN: Final = "/agents/mot-de-passe-oublie"
RESET: Final = "/agents/mot-de-passe/{reset_token:str}"
AnyRequest = Request[Any, Any, Any]


class SomebodyElse(Refusal):
    """An invitation, opened in a browser where another agent is signed in."""

    code = "somebody_else"
    status = 409
    sentence = (
        "Cette invitation est pour quelqu’un d’autre : vous êtes connecté avec un autre compte. "
        "Déconnectez-vous, puis ouvrez à nouveau le lien."
    )


@get(INVITATION, opt=public())
async def invitation_page(request: AnyRequest, invitation_token: FromPath[str]) -> Template:
    """Ask an invited agent for their name and a password; opening it changes nothing."""
    await limit("agent_link")
    try:
        agent = await invited(request, invitation_token)
    except Refusal as refused:
        return await link_refused(refused)
    return await _invitation(agent, agent.first_name, agent.last_name, {})


@post(INVITATION, opt=public(), status_code=200)
async def accept(request: AnyRequest, invitation_token: FromPath[str]) -> Template | Redirect:
    """Accept an invitation, and go on to the second factor where one is due."""
    await limit("agent_link")
    typed = await form(request)
    joining = Joining(
        first_name=typed.text("first_name"),
        last_name=typed.text("last_name"),
        password=typed.text("password"),
    )
    try:
        agent = await invited(request, invitation_token)
    except Refusal as refused:
        return await link_refused(refused)
    if await sign_on.passwords_closed():
        return await link_refused(PasswordsClosed())
    try:
        joined = await links.join(invitation_token, joining)
    except InvalidInput as wrong:
        return await _invitation(agent, joining.first_name, joining.last_name, dict(wrong.fields))
    except Refusal as refused:
        return await link_refused(refused)
    flashes.add("success", _("Bienvenue, %(name)s.", name=joined.first_name))
    return await signing_in.complete(request, joined.id, "/agents", method="password")


async def invited(request: AnyRequest, token: str) -> Agent:
    """Give the agent whom an invitation was sent to.

    Raises:
        SomebodyElse: Another agent is signed in.
        Refusal: The link is none, was used, or is too old.
    """
    opened = await links.opened(token, "invitation")
    await recognise(request)
    own = visit().viewer or visit().agent
    if own is not None and own.id != opened.agent.id:
        raise SomebodyElse
    return opened.agent


async def _invitation(
    agent: Agent, first_name: str, last_name: str, wrong: dict[str, str]
) -> Template:
    return page(
        "auth/invitation.html",
        status=422 if wrong else 200,
        email=agent.email,
        first_name=first_name,
        last_name=last_name,
        wrong=wrong,
        closed=await sign_on.passwords_closed(),
        offers=await sign_on.offered("agent"),
    )


async def link_refused(refused: Refusal) -> Template:
    """Say why the link of a mail leads nowhere, and what to do."""
    return page(
        "auth/link_over.html",
        status=refused.status,
        sentence=str(refused),
        again=isinstance(refused, ResetUsed | ResetExpired),
        joined=isinstance(refused, InvitationUsed | ResetUsed),
        unknown=isinstance(refused, LinkUnknown),
    )


@get(FORGOTTEN, opt=public(), sync_to_thread=False)
def forgotten_page() -> Template:
    """Ask for the address of an account whose password was forgotten."""
    return page("auth/forgotten.html", email="", error="", sent=False)


@post(FORGOTTEN, opt=public(), status_code=200)
async def forgotten(request: AnyRequest) -> Template:
    """Say that a mail was sent if there is such an account, in the same words and time (T-07)."""
    typed = (await form(request)).text("email")
    email = normal_email(typed)
    if email is None:
        error = _("Saisissez une adresse électronique complète, comme nom@exemple.fr.")
        return page("auth/forgotten.html", status=422, email=typed, error=error, sent=False)
    await limit("forgotten", email)
    await links.forgotten(email)
    return page("auth/forgotten.html", email=email, error="", sent=True)


@get(RESET, opt=public())
async def reset_page(reset_token: FromPath[str]) -> Template:
    """Ask for another password; opening the link changes nothing."""
    await limit("agent_link")
    try:
        opened = await links.opened(reset_token, "password")
    except Refusal as refused:
        return await link_refused(refused)
    return page("auth/new_password.html", email=opened.agent.email, error="")


@post(RESET, opt=public(), status_code=200)
async def reset(request: AnyRequest, reset_token: FromPath[str]) -> Template | Redirect:
    """Choose another password; every session ends, and the agent signs in with the new one."""
    await limit("agent_link")
    typed = (await form(request)).text("password")
    try:
        opened = await links.opened(reset_token, "password")
    except Refusal as refused:
        return await link_refused(refused)
    try:
        await links.reset_password(reset_token, typed)
    except InvalidInput as wrong:
        error = wrong.fields["password"]
        return page("auth/new_password.html", status=422, email=opened.agent.email, error=error)
    except Refusal as refused:
        return await link_refused(refused)
    flashes.add("success", _("Votre mot de passe est changé. Connectez-vous avec le nouveau."))
    return Redirect(SIGN_IN, status_code=303)


ROUTES = (invitation_page, accept, forgotten_page, forgotten, reset_page, reset)
