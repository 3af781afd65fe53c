"""Agents: their list, inviting one, and one agent's services, roles and language (C-03)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.managing import service as managing
from creneau.agents.managing.errors import LastAdministrator, MoreThanOwn
from creneau.agents.managing.schemas import AgentChange, Colleague
from creneau.agents.managing.service.changing import changed_of
from creneau.agents.schemas import AgentDraft
from creneau.agents.seeing.service import RIGHT as SEE_AS
from creneau.context import current_tenant
from creneau.i18n import LOCALES, Locale
from creneau.i18n import gettext as _
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.words import told
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau.refusals import InvalidInput
from creneau.roles import service as roles
from creneau.roles.rules import display_name
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.sharing import sharing_of_agent
from creneau_web.forms import Form, form
from creneau_web.rendering import page

LIST: Final = "/administration/agents"
RIGHT: Final = "agent:update"
AnyRequest = Request[Any, Any, Any]
Options = Sequence[tuple[str, str]]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An agent in the list."""

    href: str
    name: str
    email: str
    state: str
    factor: bool
    services: Sequence[str]
    roles: Sequence[str]
    service_ids: Sequence[str]
    role_codes: Sequence[str]


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What a form of an agent holds; `roles` names a role's code by the organisation."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    locale: str = ""
    services: Sequence[str] = ()
    roles: Mapping[str, str] = {}

    @property
    def change(self) -> AgentChange:
        """Give what is typed as the domain takes it."""
        return AgentChange(
            first_name=self.first_name,
            last_name=self.last_name,
            locale=_locale(self.locale),
            service_ids=tuple(UUID(one) for one in self.services),
            memberships=tuple((UUID(at), code) for at, code in self.roles.items() if code),
        )

    @property
    def draft(self) -> AgentDraft:
        """Give what is typed as the draft of a new agent."""
        typed = self.change
        return AgentDraft(
            email=self.email,
            first_name=typed.first_name,
            last_name=typed.last_name,
            locale=typed.locale,
            service_ids=typed.service_ids,
            memberships=typed.memberships,
        )


@get(LIST, opt=permission(RIGHT))
async def list_page() -> Template | Redirect:
    """List the agents of the organisations whose agents one administers."""
    return await lists.list_page("admin/agents.html", await _arranged(), states=_states())


async def _arranged() -> lists.Listing[Row]:
    names = await _role_names()
    found = await managing.colleagues(reach.agent().id)
    return lists.arranged(
        [_row(one, names) for one in found],
        _columns(),
        words_label=_("Nom ou e-mail"),
        text_of=lambda row: f"{row.name} {row.email}",
        choices=await _choices(names),
    )


async def _export() -> lists.Export:
    return lists.exported("agents", _("Agents"), await _arranged())


def _row(one: Colleague, names: Mapping[str, str]) -> Row:
    several = len(one.places) > 1
    return Row(
        href=f"{LIST}/{one.agent.id}",
        name=f"{one.agent.last_name} {one.agent.first_name}".strip() or one.agent.email,
        email=one.agent.email,
        state=one.agent.state,
        factor=one.has_factor,
        services=[name for _id, name in one.services],
        roles=[
            f"{names.get(place.role_code, place.role_code)}"
            + (f" ({place.organisation_name})" if several else "")
            for place in one.places
        ],
        service_ids=[str(service_id) for service_id, _name in one.services],
        role_codes=[place.role_code for place in one.places],
    )


def _columns() -> list[lists.Column[Row]]:
    return [
        lists.Column(name="nom", label=_("Nom"), key=lambda row: row.name),
        lists.Column(name="services", label=_("Services"), key=lambda row: ", ".join(row.services)),
        lists.Column(name="roles", label=_("Rôles"), key=lambda row: ", ".join(row.roles)),
        lists.Column(
            name="etat",
            label=_("État"),
            key=lambda row: row.state,
            cell=lambda row: _states().get(row.state, row.state),
        ),
        lists.Column(
            name="email",
            label=_("Adresse e-mail"),
            cell=lambda row: row.email,
            only_exported=True,
        ),
    ]


async def _choices(names: Mapping[str, str]) -> list[lists.Choice[Row]]:
    return [
        lists.Choice(
            name="service",
            label=_("Service"),
            options=await _services(),
            value_of=lambda row: row.service_ids,
        ),
        lists.Choice(
            name="role",
            label=_("Rôle"),
            options=tuple(names.items()),
            value_of=lambda row: row.role_codes,
        ),
        lists.Choice(
            name="etat",
            label=_("État"),
            options=tuple(_states().items()),
            value_of=lambda row: row.state,
        ),
    ]


def _states() -> dict[str, str]:
    return {"active": _("Actif"), "invited": _("Invitation en attente")}


async def _services() -> Options:
    return [(str(one.id), one.name) for one in await organisations.services()]


async def _role_names() -> dict[str, str]:
    return {one.code: display_name(one) for one in await roles.roles()}


@get(f"{LIST}/nouveau", opt=permission(RIGHT))
async def new_page() -> Template:
    """Show the empty form of an invitation."""
    return await _new_form(Typed(), {})


@post(f"{LIST}/nouveau", opt=permission(RIGHT), status_code=200)
async def invite(request: AnyRequest) -> Template | Redirect:
    """Invite an agent by e-mail, with services and roles."""
    typed = await _typed(await form(request))
    try:
        agent_id = await managing.invite(typed.draft, reach.actor())
    except InvalidInput as wrong:
        return await _new_form(typed, wrong.fields)
    except MoreThanOwn as refused:
        return await _new_form(typed, {"memberships": str(refused)})
    flashes.add("success", _("L’invitation part à %(email)s.", email=typed.email))
    return Redirect(f"{LIST}/{agent_id}", status_code=303)


async def _new_form(typed: Typed, wrong: Mapping[str, str]) -> Template:
    return page(
        "admin/agent_new.html",
        status=422 if wrong else 200,
        typed=typed,
        wrong=wrong,
        **await _offered(),
    )


async def _offered() -> dict[str, Any]:
    return {
        "services": await _services(),
        "organisations": await reach.organisations_for(RIGHT),
        "role_options": tuple((await _role_names()).items()),
    }


@get(LIST + "/{agent_id:uuid}", opt=permission(RIGHT))
async def agent_page(agent_id: FromPath[UUID]) -> Template:
    """Show one agent."""
    found = await managing.colleague(reach.agent().id, agent_id)
    return await _agent_form(found, _kept(found), {})


@post(LIST + "/{agent_id:uuid}", opt=permission(RIGHT), status_code=200)
async def save(request: AnyRequest, agent_id: FromPath[UUID]) -> Template | Redirect:
    """Change an agent's name, language, services and roles."""
    found = await managing.colleague(reach.agent().id, agent_id)
    typed = await _typed(await form(request))
    try:
        before, after = await managing.change(agent_id, typed.change, reach.actor())
    except InvalidInput as wrong:
        return await _agent_form(found, typed, wrong.fields)
    except (MoreThanOwn, LastAdministrator) as refused:
        return await _agent_form(found, typed, {"memberships": str(refused)})
    labels = _labels()
    changed = ", ".join(labels[name].lower() for name in changed_of(before, after))
    said = _("Modifié : %(fields)s.", fields=changed) if changed else _("Rien n’a changé.")
    flashes.add("success", said)
    return Redirect(f"{LIST}/{agent_id}", status_code=303)


async def _agent_form(found: Colleague, typed: Typed, wrong: Mapping[str, str]) -> Template:
    offered = await _offered()
    theirs = {one.id for one in offered["organisations"]}
    names = dict(offered["role_options"])
    own = reach.agent()
    return page(
        "admin/agent.html",
        status=422 if wrong else 200,
        one=found,
        itself=own.id == found.agent.id,
        sees=own.id != found.agent.id
        and found.agent.state == "active"
        and all(reach.may_in(SEE_AS, place.organisation_id) for place in found.places),
        typed=typed,
        wrong=wrong,
        invited_at=_local(found.invited_at),
        invitation=await _invitation(found),
        elsewhere=[
            (place.organisation_name, names.get(place.role_code, place.role_code))
            for place in found.places
            if place.organisation_id not in theirs
        ],
        last=await saving.last_change("agent", found.agent.id),
        sharing=await sharing_of_agent(found.agent.id, f"{LIST}/{found.agent.id}"),
        **offered,
    )


async def _invitation(found: Colleague) -> str:
    """Say why the latest invitation has not arrived; empty where it has, or is on its way."""
    receipt = await receipts.last_to_agent(found.agent.id, "invitation")
    if receipt is None or receipt.reason is None:
        return ""
    return told(receipt, ZoneInfo(current_tenant.get().time_zone))


def _kept(found: Colleague) -> Typed:
    return Typed(
        first_name=found.agent.first_name,
        last_name=found.agent.last_name,
        email=found.agent.email,
        locale=found.agent.locale or "",
        services=[str(service_id) for service_id, _name in found.services],
        roles={str(place.organisation_id): place.role_code for place in found.places},
    )


async def _typed(typed: Form) -> Typed:
    offered = {value for value, _label in await _services()}
    theirs: Sequence[Organisation] = await reach.organisations_for(RIGHT)
    return Typed(
        first_name=typed.text("first_name"),
        last_name=typed.text("last_name"),
        email=typed.text("email"),
        locale=typed.text("locale"),
        services=[one for one in typed.texts("service_ids") if one in offered],
        roles={str(one.id): typed.text(f"role-{one.id}") for one in theirs},
    )


def _locale(typed: str) -> Locale | None:
    return next((locale for locale in LOCALES if locale == typed), None)


def _labels() -> dict[str, str]:
    return {
        "first_name": _("Prénom"),
        "last_name": _("Nom de famille"),
        "locale": _("Langue"),
        "services": _("Services"),
        "roles": _("Rôles"),
    }


def _local(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(ZoneInfo(current_tenant.get().time_zone))


ROUTES = (
    list_page,
    lists.export_route(LIST, RIGHT, _export),
    new_page,
    invite,
    agent_page,
    save,
)
