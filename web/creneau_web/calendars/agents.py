"""An agent's agenda elsewhere, and what is busy elsewhere: the ways in and out (C-83)."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.schemas import Agent
from creneau.calendars import service as calendars
from creneau.calendars.failures import said
from creneau.calendars.schemas import AccessDraft, BusyDraft, BusySource, Detail, Owner
from creneau.context import Actor
from creneau.i18n import gettext as _
from creneau.planning.schemas import Touched
from creneau.refusals import InvalidInput, NotFound, Refusal
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import own_account
from creneau_web.calendars.showing import local, made_page, shown
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

HOME: Final = "/agents/compte/agenda"
ONE: Final = HOME + "/acces/{access_id:uuid}"
SOURCE: Final = HOME + "/occupations/{source_id:uuid}"
AnyRequest = Request[Any, Any, Any]


class TypedAccess(msgspec.Struct, kw_only=True):
    """The form of a new way in."""

    name: str = ""
    kind: Literal["address", "password"] = "address"
    detail: Detail = "motive"
    colleagues: bool = False


class ShownSource(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar elsewhere; times are local to the tenant."""

    source: BusySource
    good_at: datetime | None
    failing_since: datetime | None
    wrong: str


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment that falls on a busy time; the time is local to its place."""

    href: str
    starts_at: datetime
    name: str
    motive: str


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
    flashes.add("success", _("L’accès « %(name)s » est arrêté.", name=access.name))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/occupations", opt=own_account(), status_code=200)
async def add_source(request: AnyRequest) -> Template | Redirect:
    """Have a calendar elsewhere read."""
    agent = own_agent()
    typed = await form(request)
    await limit("calendar_access", str(agent.id))
    draft = BusyDraft(name=typed.text("source_name"), address=typed.text("address"))
    try:
        await calendars.add_source(agent.id, draft, actor(agent))
    except InvalidInput as refused:
        return await show_page(typed.values(), dict(refused.fields), status=refused.status)
    except Refusal as refused:
        wrong = {"source_name": str(refused)}
        return await show_page(typed.values(), wrong, status=refused.status)
    flashes.add("success", _("L’agenda est ajouté. Il est lu dans la minute."))
    return Redirect(f"{HOME}#busy", status_code=303)


@post(f"{SOURCE}/lecture", opt=own_account(), status_code=303)
async def read_source(source_id: FromPath[UUID]) -> Redirect:
    """Read a calendar elsewhere without waiting."""
    agent = own_agent()
    await limit("calendar_access", str(agent.id))
    await calendars.read_now(agent.id, source_id)
    flashes.add("success", _("L’agenda est lu dans la minute. Rechargez la page pour voir."))
    return Redirect(f"{HOME}#busy", status_code=303)


@post(f"{SOURCE}/retrait", opt=own_account(), status_code=303)
async def remove_source(source_id: FromPath[UUID]) -> Redirect:
    """Read a calendar elsewhere no more."""
    agent = own_agent()
    source = await calendars.remove_source(agent.id, source_id, actor(agent))
    said_so = _("« %(name)s » n’est plus lu. Ses absences sont retirées.", name=source.name)
    flashes.add("success", said_so)
    return Redirect(f"{HOME}#busy", status_code=303)


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
        sources=[_shown(one) for one in await calendars.sources_of(agent.id)],
        conflicts=[_conflict(one) for one in await calendars.conflicts(agent.id)],
        typed=typed or {},
        wrong=wrong or {},
    )


def _shown(source: BusySource) -> ShownSource:
    return ShownSource(
        source=source,
        good_at=local(source.good_at) if source.good_at else None,
        failing_since=local(source.failing_since) if source.failing_since else None,
        wrong=said(source.failure) if source.failure else "",
    )


def _conflict(one: Touched) -> Conflict:
    return Conflict(
        href=f"/agents/rendez-vous/{one.booking_id}",
        starts_at=one.starts_at.astimezone(ZoneInfo(one.time_zone)),
        name=f"{one.first_name} {one.last_name}",
        motive=one.motive_name,
    )


ROUTES: Final = (
    agenda_page,
    make_access,
    renew_access,
    end_access,
    add_source,
    read_source,
    remove_source,
)
