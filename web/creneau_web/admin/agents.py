"""Agents: their list, inviting one, and one agent's services, roles and language (C-03)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.managing import service as managing
from creneau.agents.managing.errors import LastAdministrator, MoreThanOwn
from creneau.agents.managing.rules import version_of
from creneau.agents.managing.schemas import Colleague
from creneau.agents.managing.service.changing import changed_of
from creneau.agents.seeing.service import RIGHT as SEE_AS
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.words import told
from creneau.refusals import ChangedMeanwhile, InvalidInput
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.agent_typed import (
    RIGHT,
    Typed,
    differences,
    kept,
    labels,
    read,
    role_names,
    services,
)
from creneau_web.admin.sharing import sharing_of_agent
from creneau_web.forms import form
from creneau_web.rendering import page

LIST: Final = "/administration/agents"
AnyRequest = Request[Any, Any, Any]


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


@get(LIST, opt=permission(RIGHT))
async def list_page() -> Template | Redirect:
    """List the agents of the organisations whose agents one administers."""
    return await lists.list_page("admin/agents.html", await _arranged(), states=_states())


async def _arranged() -> lists.Listing[Row]:
    names = await role_names()
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
            options=await services(),
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


@get(f"{LIST}/nouveau", opt=permission(RIGHT))
async def new_page() -> Template:
    """Show the empty form of an invitation."""
    return await _new_form(Typed(), {})


@post(f"{LIST}/nouveau", opt=permission(RIGHT), status_code=200)
async def invite(request: AnyRequest) -> Template | Redirect:
    """Invite an agent by e-mail, with services and roles."""
    typed = await read(await form(request))
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
        "services": await services(),
        "organisations": await reach.organisations_for(RIGHT),
        "role_options": tuple((await role_names()).items()),
    }


@get(LIST + "/{agent_id:uuid}", opt=permission(RIGHT))
async def agent_page(agent_id: FromPath[UUID]) -> Template:
    """Show one agent."""
    found = await managing.colleague(reach.agent().id, agent_id)
    return await _agent_form(found, kept(found), {})


@post(LIST + "/{agent_id:uuid}", opt=permission(RIGHT), status_code=200)
async def save(request: AnyRequest, agent_id: FromPath[UUID]) -> Template | Redirect:
    """Change an agent's name, language, services and roles; whoever saves second is shown the first."""
    found = await managing.colleague(reach.agent().id, agent_id)
    sent = await form(request)
    typed, opened = await read(sent), sent.text("version")
    try:
        before, after = await managing.change(
            agent_id, typed.change, reach.actor(), seen=opened or None
        )
    except InvalidInput as wrong:
        return await _agent_form(found, typed, wrong.fields, opened=opened)
    except (MoreThanOwn, LastAdministrator) as refused:
        wrong_roles = {"memberships": str(refused)}
        return await _agent_form(found, typed, wrong_roles, opened=opened)
    except ChangedMeanwhile as conflict:
        now = cast("Colleague", conflict.saved)
        return await _agent_form(now, typed, {}, conflict=await differences(typed, now))
    named = labels()
    changed = ", ".join(named[name].lower() for name in changed_of(before, after))
    said = _("Modifié : %(fields)s.", fields=changed) if changed else _("Rien n’a changé.")
    flashes.add("success", said)
    return Redirect(f"{LIST}/{agent_id}", status_code=303)


async def _agent_form(
    found: Colleague,
    typed: Typed,
    wrong: Mapping[str, str],
    *,
    opened: str = "",
    conflict: Sequence[saving.Difference] | None = None,
) -> Template:
    offered = await _offered()
    theirs = {one.id for one in offered["organisations"]}
    names = dict(offered["role_options"])
    own = reach.agent()
    return page(
        "admin/agent.html",
        status=422 if wrong else 409 if conflict is not None else 200,
        one=found,
        version=opened or version_of(found),
        conflict=conflict,
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
