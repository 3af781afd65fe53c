"""An agent's own account: password, second factor, sessions, and who saw as them (C-70, T-07)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.links import service as links
from creneau.agents.links.errors import PasswordWrong
from creneau.agents.schemas import Agent
from creneau.agents.second_factor import service as factors
from creneau.agents.second_factor.duty import is_required
from creneau.agents.second_factor.errors import FactorWrong
from creneau.agents.seeing import service as seeing
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.messages.preferences import service as preferences
from creneau.refusals import InvalidInput, NotFound
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import own_account
from creneau_web.auth import notifications, service
from creneau_web.auth.schemas import OpenSession, Session
from creneau_web.auth.second_factor import codes_page
from creneau_web.auth.signing_in import SET_UP
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

ACCOUNT: Final = "/agents/compte"
AnyRequest = Request[Any, Any, Any]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A session in the list; times are local to the tenant."""

    id: UUID
    device: str
    way: str
    opened_at: datetime
    seen_at: datetime
    here: bool


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of an administrator through this agent's eyes; times are local to the tenant."""

    who: str
    at: datetime
    minutes: int | None


@get(ACCOUNT, opt=own_account())
async def account_page() -> Template:
    """Show an agent's account."""
    return await _page({})


@post(f"{ACCOUNT}/mot-de-passe", opt=own_account(), status_code=200)
async def change_password(request: AnyRequest) -> Template | Redirect:
    """Choose another password with the present one; the other sessions end."""
    typed = await form(request)
    agent, session = _own()
    await limit("sign_in", agent.email)
    try:
        await links.change_password(
            agent, typed.text("present"), typed.text("password"), session.id
        )
    except PasswordWrong as wrong:
        return await _page({"present": str(wrong)})
    except InvalidInput as wrong:
        return await _page(dict(wrong.fields))
    flashes.add("success", _("Votre mot de passe est changé. Vos autres sessions ont été fermées."))
    return Redirect(ACCOUNT, status_code=303)


@post(ACCOUNT + "/sessions/{session_id:uuid}/fermeture", opt=own_account(), status_code=303)
async def close_session(session_id: FromPath[UUID]) -> Redirect:
    """End one of the agent's own sessions."""
    agent, _session = _own()
    await service.end_own(agent.id, session_id)
    flashes.add("success", _("La session est fermée."))
    return Redirect(ACCOUNT, status_code=303)


@post(f"{ACCOUNT}/autres-sessions/fermeture", opt=own_account(), status_code=303)
async def close_others(request: AnyRequest) -> Redirect:
    """End every session but this one."""
    del request
    agent, session = _own()
    ended = await service.end_others(agent.id, session.id)
    said = ngettext("%(num)s session fermée.", "%(num)s sessions fermées.", ended, num=ended)
    flashes.add("success", said if ended else _("Il n’y avait pas d’autre session."))
    return Redirect(ACCOUNT, status_code=303)


@post(f"{ACCOUNT}/codes-de-secours", opt=own_account(), status_code=200)
async def renew_codes(request: AnyRequest) -> Template:
    """Make ten other recovery codes, with a code of the telephone."""
    typed = (await form(request)).text("recovery_code")
    agent, _session = _own()
    await limit("second_factor", str(agent.id))
    try:
        await factors.check(agent.id, typed)
        return codes_page(await factors.renew_codes(agent.id), ACCOUNT)
    except FactorWrong as wrong:
        return await _page({"recovery_code": str(wrong)})


@post(f"{ACCOUNT}/telephone", opt=own_account(), status_code=200)
async def change_telephone(request: AnyRequest) -> Template | Redirect:
    """Let the telephone go with a code of it, and set another one up."""
    typed = (await form(request)).text("phone_code")
    agent, _session = _own()
    await limit("second_factor", str(agent.id))
    try:
        await factors.drop(agent.id, typed)
    except FactorWrong as wrong:
        return await _page({"phone_code": str(wrong)})
    return Redirect(f"{SET_UP}?next={ACCOUNT}", status_code=303)


def _own() -> tuple[Agent, Session]:
    here = visit()
    if here.agent is None or here.session is None:
        raise NotFound
    return here.agent, here.session


async def _page(wrong: dict[str, str]) -> Template:
    agent, session = _own()
    rights = visit().rights
    return page(
        "auth/account.html",
        status=422 if wrong else 200,
        own=agent,
        wrong=wrong,
        sessions=[_shown(one, session) for one in await service.open_sessions(agent.id)],
        factor=await factors.state_of(agent.id),
        set_up_at=_local((await factors.state_of(agent.id)).set_up_at),
        required=rights is not None and is_required(rights),
        set_up_href=f"{SET_UP}?next={ACCOUNT}",
        looks=await _looks(agent),
        wish=await preferences.of_agent(agent.id),
        scopes=notifications.scopes(),
    )


def _shown(one: OpenSession, present: Session) -> Shown:
    ways = {
        "password": _("mot de passe"),
        "second_factor": _("mot de passe et code"),
        "sign_on": _("fournisseur d’identité"),
    }
    return Shown(
        id=one.id,
        device=one.device or _("Appareil inconnu"),
        way=ways[one.method],
        opened_at=_zoned(one.created_at),
        seen_at=_zoned(one.seen_at),
        here=one.id == present.id,
    )


async def _looks(agent: Agent) -> list[Look]:
    return [
        Look(
            who=one.who,
            at=_zoned(one.started_at),
            minutes=_minutes(one.started_at, one.ended_at),
        )
        for one in await seeing.visits_of(agent.id)
    ]


def _minutes(started_at: datetime, ended_at: datetime | None) -> int | None:
    return None if ended_at is None else -(-int((ended_at - started_at).total_seconds()) // 60)


def _local(moment: datetime | None) -> datetime | None:
    return _zoned(moment) if moment else None


def _zoned(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(current_tenant.get().time_zone))


ROUTES = (
    account_page,
    change_password,
    close_session,
    close_others,
    renew_codes,
    change_telephone,
    notifications.choose,
)
