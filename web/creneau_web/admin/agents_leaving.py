"""What is done about one agent: invite again, reset the second factor, see as, let go (C-03, T-08)."""

from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.agents import service as agents
from creneau.agents.managing import service as managing
from creneau.agents.managing.errors import LastAdministrator, NotOneself, StillBooked
from creneau.agents.managing.schemas import Colleague, Departure, Parting
from creneau.agents.seeing.service import RIGHT as SEE_AS
from creneau.i18n import gettext as _
from creneau.planning.schemas import Impact
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import impacts, reach
from creneau_web.admin.agent_typed import RIGHT
from creneau_web.admin.agents import LIST
from creneau_web.auth import looking
from creneau_web.forms import Form, form
from creneau_web.rendering import page

ONE: Final = LIST + "/{agent_id:uuid}"
SETTLED: Final = ("to_reschedule", "cancel")
AnyRequest = Request[Any, Any, Any]


@post(f"{ONE}/invitation", opt=permission(RIGHT), status_code=303)
async def invite_again(agent_id: FromPath[UUID]) -> Redirect:
    """Have another invitation mailed; the link before is good for nothing more."""
    found = await managing.colleague(reach.agent().id, agent_id)
    await managing.resend(agent_id, reach.actor())
    flashes.add(
        "success",
        _("Une nouvelle invitation part à %(email)s.", email=found.agent.email),
    )
    return Redirect(f"{LIST}/{agent_id}", status_code=303)


@get(f"{ONE}/double-authentification", opt=permission(RIGHT))
async def reset_page(agent_id: FromPath[UUID]) -> Template:
    """Say what resetting a second factor does."""
    found = await managing.colleague(reach.agent().id, agent_id)
    return page("admin/agent_factor.html", one=found)


@post(f"{ONE}/double-authentification", opt=permission(RIGHT), status_code=303)
async def reset_factor(agent_id: FromPath[UUID]) -> Redirect:
    """Take a colleague's second factor away, who lost it."""
    found = await managing.colleague(reach.agent().id, agent_id)
    try:
        await managing.reset_factor(agent_id, reach.actor())
    except NotOneself as refused:
        flashes.add("warning", str(refused))
        return Redirect(f"{LIST}/{agent_id}", status_code=303)
    said = _(
        "La double authentification de %(name)s est remise à zéro. Un message l’en informe.",
        name=found.agent.display_name,
    )
    flashes.add("success", said)
    return Redirect(f"{LIST}/{agent_id}", status_code=303)


@post(f"{ONE}/vue", opt=permission(SEE_AS), status_code=303)
async def see_as(request: AnyRequest, agent_id: FromPath[UUID]) -> Redirect:
    """See the back office as a colleague does, for half an hour, without changing anything."""
    await looking.begin(request, reach.agent().id, agent_id)
    return Redirect("/agents", status_code=303)


@get(f"{ONE}/retrait", opt=permission(RIGHT))
async def removal_page(agent_id: FromPath[UUID]) -> Template:
    """List the appointments that depend on somebody, before they go."""
    found = await managing.colleague(reach.agent().id, agent_id)
    departure = await managing.departure_of(agent_id, reach.actor())
    return await _removal(found, departure, {})


@post(f"{ONE}/retrait", opt=permission(RIGHT), status_code=200)
async def remove(request: AnyRequest, agent_id: FromPath[UUID]) -> Template | Redirect:
    """Let somebody go, with what was chosen for their appointments, all or nothing."""
    found = await managing.colleague(reach.agent().id, agent_id)
    typed = await form(request)
    try:
        await managing.remove(agent_id, _parting(typed), reach.actor())
    except StillBooked as booked:
        choice = typed.text("choice")
        wrong = {} if choice in SETTLED else {"choice": _("Choisissez ce qu’ils deviennent.")}
        return await _removal(
            found, booked.departure, wrong, status=409, choice=choice, heir=typed.text("heir")
        )
    except (LastAdministrator, NotOneself) as refused:
        departure = await managing.departure_of(agent_id, reach.actor())
        return await _removal(found, departure, {"removal": str(refused)}, status=409)
    flashes.add(
        "success", _("%(name)s ne fait plus partie des agents.", name=found.agent.display_name)
    )
    return Redirect(LIST, status_code=303)


def _parting(typed: Form) -> Parting:
    shown = {_uuid(one) for one in typed.texts("shown")} - {None}
    choice = typed.text("choice")
    return msgspec.convert(
        {
            "choice": choice if choice in SETTLED else "refuse",
            "shown": shown,
            "heir_id": _uuid(typed.text("heir")),
        },
        Parting,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _removal(  # noqa: PLR0913 - what is shown, and what was typed
    found: Colleague,
    departure: Departure,
    wrong: dict[str, str],
    *,
    status: int = 200,
    choice: str = "",
    heir: str = "",
) -> Template:
    others = await agents.agents() if departure.followed else []
    return page(
        "admin/agent_removal.html",
        status=status,
        one=found,
        impact=impacts.shown(Impact(bookings=departure.bookings, holds=departure.holds)),
        wrong=wrong,
        again=bool(choice) and not wrong,
        choice=choice,
        followed=departure.followed,
        heirs=[(str(one.id), one.display_name) for one in others if one.id != found.agent.id],
        heir=heir,
    )


ROUTES = (invite_again, reset_page, reset_factor, see_as, removal_page, remove)
