"""The code after the password, recovery codes, and the telephone that makes codes (T-07)."""

from collections.abc import Sequence
from typing import Any, Final

from creneau.agents import service as agents
from creneau.agents.schemas import Agent
from creneau.agents.second_factor import service as factors
from creneau.agents.second_factor.duty import is_required
from creneau.agents.second_factor.errors import FactorSetUp, FactorWrong, RecoveryWrong
from creneau.agents.second_factor.rules import address_for_telephone, in_groups
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.roles.service import rights_of
from creneau_tenants.sign_on import service as sign_on
from litestar import Request, get, post
from litestar.response import Redirect, Template

from creneau_web import flashes, qr_codes
from creneau_web.access import SIGN_IN, public, recognise
from creneau_web.auth import sessions
from creneau_web.auth.rules import local_path
from creneau_web.auth.signing_in import CODE, HOME, SET_UP, Awaiting, awaited, count_wrong
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

RECOVERY: Final = "/agents/connexion/code-de-secours"
WRONG: Final = 422
AnyRequest = Request[Any, Any, Any]


@get(CODE, opt=public())
async def code_page(request: AnyRequest) -> Template | Redirect:
    """Ask for the code of this moment."""
    return page("auth/code.html", error="") if await awaited(request) else _from_the_start()


@post(CODE, opt=public(), status_code=200)
async def give_code(request: AnyRequest) -> Template | Redirect:
    """Sign in with the code of this moment; a code is good once."""
    waits = await awaited(request)
    if waits is None:
        return _from_the_start()
    typed = (await form(request)).text("code")
    await limit("second_factor", str(waits.agent_id))
    try:
        await factors.check(waits.agent_id, typed)
    except FactorWrong as wrong:
        return await _wrong(request, waits, "auth/code.html", str(wrong))
    return await _in(request, waits)


@get(RECOVERY, opt=public())
async def recovery_page(request: AnyRequest) -> Template | Redirect:
    """Ask for a recovery code, of somebody whose telephone is lost."""
    return page("auth/recovery.html", error="") if await awaited(request) else _from_the_start()


@post(RECOVERY, opt=public(), status_code=200)
async def give_recovery_code(request: AnyRequest) -> Template | Redirect:
    """Sign in with a recovery code; each is good once."""
    waits = await awaited(request)
    if waits is None:
        return _from_the_start()
    typed = (await form(request)).text("code")
    await limit("recovery_code", str(waits.agent_id))
    try:
        await factors.recover(waits.agent_id, typed)
    except RecoveryWrong as wrong:
        return await _wrong(request, waits, "auth/recovery.html", str(wrong))
    return await _in(request, waits)


async def _in(request: AnyRequest, waits: Awaiting) -> Redirect:
    agent = await agents.agent(waits.agent_id)
    if agent.state != "active" or await sign_on.passwords_closed():
        return _from_the_start()
    await sessions.sign_in_agent(request, waits.agent_id, "second_factor")
    return Redirect(waits.way, status_code=303)


async def _wrong(request: AnyRequest, waits: Awaiting, template: str, error: str) -> Template:
    await count_wrong(request, waits)
    return page(template, status=WRONG, error=error)


def _from_the_start() -> Redirect:
    flashes.add("info", _("Commencez par votre adresse électronique et votre mot de passe."))
    return Redirect(SIGN_IN, status_code=303)


@get(SET_UP, opt=public())
async def set_up_page(request: AnyRequest) -> Template | Redirect:
    """Show how to set a second factor up: to whoever gave the password, or is signed in."""
    agent = await _beginner(request)
    return await _set_up_page(request, agent, "") if agent else _from_the_start()


@post(SET_UP, opt=public(), status_code=200)
async def set_up(request: AnyRequest) -> Template | Redirect:
    """Set the second factor up with a first code, and show the recovery codes, once."""
    agent = await _beginner(request)
    if agent is None:
        return _from_the_start()
    typed = await form(request)
    await limit("second_factor", str(agent.id))
    try:
        codes = await factors.confirm(agent.id, typed.text("code"))
    except FactorWrong as wrong:
        return await _set_up_page(request, agent, str(wrong))
    except FactorSetUp as there:
        flashes.add("info", str(there))
        return Redirect(CODE if await awaited(request) else HOME, status_code=303)
    way = await _way_of(request, typed.text("next"))
    await sessions.sign_in_agent(request, agent.id, "second_factor")
    return codes_page(codes, way)


def codes_page(codes: Sequence[str], way: str) -> Template:
    """Show recovery codes, which nobody can show again."""
    return page("auth/recovery_codes.html", codes=codes, way=way)


async def _beginner(request: AnyRequest) -> Agent | None:
    waits = await awaited(request)
    if waits is not None:
        agent = await agents.agent(waits.agent_id)
        return agent if agent.state == "active" else None
    await recognise(request)
    here = visit()
    return here.agent if here.viewer is None else None


async def _way_of(request: AnyRequest, asked: str) -> str:
    waits = await awaited(request)
    return waits.way if waits else local_path(asked, HOME)


async def _set_up_page(request: AnyRequest, agent: Agent, error: str) -> Template | Redirect:
    try:
        secret = await factors.begin(agent.id)
    except FactorSetUp:
        return await _ask_for_password(request, agent)
    tenant = current_tenant.get()
    address = address_for_telephone(secret, agent.email, tenant.name)
    picture = qr_codes.on_screen(address)
    return page(
        "auth/set_up.html",
        status=WRONG if error else 200,
        picture=picture,
        secret=in_groups(secret),
        address=address,
        account=agent.email,
        required=is_required(await rights_of(agent.id)),
        way=local_path(request.query_params.get("next", ""), HOME),
        error=error,
    )


async def _ask_for_password(request: AnyRequest, agent: Agent) -> Redirect:
    # A session that began with the password alone cannot ask for the code by itself.
    here = visit()
    if await awaited(request):
        return Redirect(CODE, status_code=303)
    if here.session is not None and here.session.method == "password" and here.agent == agent:
        await sessions.sign_out(request)
        return _from_the_start()
    flashes.add("info", str(FactorSetUp()))
    return Redirect("/agents/compte", status_code=303)


ROUTES = (
    code_page,
    give_code,
    recovery_page,
    give_recovery_code,
    set_up_page,
    set_up,
)
