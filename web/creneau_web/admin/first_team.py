"""Inviting colleagues in the first steps: one after the other, or none for now (T-02, C-03)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from creneau.agents.managing import service as managing
from creneau.agents.schemas import AgentDraft
from creneau.i18n import gettext as _
from creneau.organisations import service as organisations
from creneau.refusals import InvalidInput
from creneau.roles import service as roles
from creneau.roles.rules import display_name
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.admin.first_pages import chosen, options, step_page, theirs
from creneau_web.admin.progress import HOME
from creneau_web.forms import Form, form

TEAM: Final = f"{HOME}/equipe"
RIGHT: Final = "agent:update"
NAMES: Final = ("first_name", "last_name", "email", "role")


@get(TEAM, opt=permission(RIGHT))
async def team_page() -> Template:
    """Show who is there already, and ask for a colleague."""
    return await _page({"role": "agent", "services": []})


async def _page(values: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> Template:
    services = [(str(one.id), one.name) for one in await organisations.services()]
    only = [services[0][0]] if len(services) == 1 else []
    return await step_page(
        "equipe",
        "admin/first_team.html",
        errors,
        colleagues=await managing.colleagues(reach.agent().id),
        organisations=options(await theirs(RIGHT)),
        roles=[(role.code, display_name(role)) for role in await roles.roles()],
        services=services,
        values={**dict.fromkeys(NAMES, ""), **values, "services": values["services"] or only},
    )


@post(TEAM, opt=permission(RIGHT))
async def invite(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Invite one colleague, and stay for the next."""
    typed = await form(request)
    house = chosen(await theirs(RIGHT), typed)
    try:
        await managing.invite(_draft(typed, house.id), reach.actor())
    except InvalidInput as wrong:
        return await _page(_typed(typed), _fields(wrong))
    flashes.add("success", _("Une invitation part pour %(email)s.", email=typed.text("email")))
    return Redirect(TEAM, status_code=303)


def _draft(typed: Form, organisation_id: UUID) -> AgentDraft:
    return AgentDraft(
        email=typed.text("email"),
        first_name=typed.text("first_name"),
        last_name=typed.text("last_name"),
        service_ids=tuple(UUID(text) for text in typed.texts("services") if _is_id(text)),
        memberships=((organisation_id, typed.text("role")),),
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _typed(typed: Form) -> dict[str, Any]:
    return {
        **{name: typed.text(name) for name in NAMES},
        "services": typed.texts("services"),
    }


def _fields(wrong: InvalidInput) -> dict[str, str]:
    """Name the fields as this form does."""
    names = {"service_ids": "services", "memberships": "role"}
    return {names.get(field, field): sentence for field, sentence in wrong.fields.items()}


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (team_page, invite)
