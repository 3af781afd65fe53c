"""An agent's agenda elsewhere: who reads it, and the ways in (C-83)."""

from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from creneau.agents.schemas import Agent
from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, Detail, Owner
from creneau.context import Actor
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput, NotFound, Refusal
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import own_account
from creneau_web.calendars.showing import made_page, shown
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

HOME: Final = "/agents/compte/agenda"
ONE: Final = HOME + "/acces/{access_id:uuid}"
AnyRequest = Request[Any, Any, Any]


class TypedAccess(msgspec.Struct, kw_only=True):
    """The form of a new way in."""

    name: str = ""
    kind: Literal["address", "password"] = "address"
    detail: Detail = "motive"
    colleagues: bool = False


@get(HOME, opt=own_account())
async def agenda_page() -> Template:
    """Show where the agenda is read, and how to read it in one more place."""
    return await show_page()


@post(f"{HOME}/acces", opt=own_account(), status_code=200)
async def make_access(request: AnyRequest) -> Template:
    """Make an address or a password, and show it this once."""
    agent = own_agent()
    sent = await form(request)
    await limit("calendar_access", str(agent.id))
    try:
        typed = sent.decode(TypedAccess)
        draft = AccessDraft(
            kind=typed.kind, name=typed.name, detail=typed.detail, colleagues=typed.colleagues
        )
        secret = await calendars.make(owner(agent), draft, actor(agent))
    except InvalidInput as refused:
        return await show_page(sent.values(), dict(refused.fields), status=refused.status)
    except Refusal as refused:
        return await show_page(sent.values(), {"name": str(refused)}, status=refused.status)
    return made_page(_made(typed.kind), None, typed.name, secret)


@post(f"{ONE}/renouvellement", opt=own_account(), status_code=200)
async def renew_access(access_id: FromPath[UUID]) -> Template:
    """Give an access another secret, shown this once; the old one ends."""
    agent = own_agent()
    await limit("calendar_access", str(agent.id))
    access, secret = await calendars.renew(owner(agent), access_id, actor(agent))
    return made_page(_made(access.kind), access, access.name, secret)


@post(f"{ONE}/arret", opt=own_account(), status_code=303)
async def end_access(access_id: FromPath[UUID]) -> Redirect:
    """End an access at once."""
    agent = own_agent()
    access = await calendars.end(owner(agent), access_id, actor(agent))
    flashes.add("success", _("L’accès « %(name)s » est arrêté.", name=access.name))
    return Redirect(HOME, status_code=303)


def own_agent() -> Agent:
    """Give the agent who asks.

    Raises:
        NotFound: Nobody is signed in.
    """
    agent = visit().agent
    if agent is None:
        raise NotFound
    return agent


def owner(agent: Agent) -> Owner:
    """Name whose calendar it is."""
    return Owner("agent", agent.id)


def actor(agent: Agent) -> Actor:
    """Name who does something, for the history."""
    return Actor("agent", agent.id)


def _made(kind: str) -> str:
    return "calendars/address_made.html" if kind == "address" else "calendars/password_made.html"


async def show_page(
    typed: dict[str, str] | None = None, wrong: dict[str, str] | None = None, status: int = 200
) -> Template:
    """Show the page, with what was typed and what is wrong with it."""
    agent = own_agent()
    return page(
        "calendars/agent.html",
        status=status,
        own=agent,
        accesses=shown(await calendars.accesses_of(owner(agent))),
        typed=typed or {},
        wrong=wrong or {},
    )


ROUTES: Final = (agenda_page, make_access, renew_access, end_access)
