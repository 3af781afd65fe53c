"""Services: their list and their form; secretariat is a capability (C-04)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.organisations import service as organisations
from creneau.organisations.errors import ServiceUsed
from creneau.organisations.schemas import Service
from creneau.refusals import ChangedMeanwhile, InvalidInput
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.sharing import sharing_of
from creneau_web.forms import Form, form
from creneau_web.rendering import page

UPDATE: Final = "service:update"
LIST: Final = "/administration/services"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A service in the list."""

    href: str
    name: str
    secretariat: bool
    agents: int
    motives: int


@get(LIST, opt=permission(UPDATE))
async def list_page() -> Template | Redirect:
    """List the services of the tenant."""
    field = lists.field_asked()
    rows = await _rows(field)
    if field and len(rows) == 1:
        return Redirect(rows[0].href)
    return await lists.list_page("admin/services.html", _arranged(rows))


def _arranged(rows: list[Row]) -> lists.Listing[Row]:
    return lists.arranged(
        rows,
        _columns(),
        words_label=_("Nom"),
        text_of=lambda row: row.name,
        choices=[_capability()],
    )


async def _export() -> lists.Export:
    return lists.exported("services", _("Services"), _arranged(await _rows("")))


async def _rows(field: str) -> list[Row]:
    uses = await organisations.service_uses()
    return [
        Row(
            href=f"{LIST}/{one.id}{field}",
            name=one.name,
            secretariat=one.secretariat,
            agents=uses[one.id].agents if one.id in uses else 0,
            motives=uses[one.id].motives if one.id in uses else 0,
        )
        for one in await organisations.services()
    ]


def _columns() -> list[lists.Column[Row]]:
    return [
        lists.Column(name="nom", label=_("Nom"), key=lambda row: row.name),
        lists.Column(
            name="secretariat",
            label=_("Secrétariat"),
            key=lambda row: row.secretariat,
            cell=lambda row: _("Oui") if row.secretariat else _("Non"),
        ),
        lists.Column(name="agents", label=_("Agents"), key=lambda row: row.agents, number=True),
        lists.Column(name="motifs", label=_("Motifs"), key=lambda row: row.motives, number=True),
    ]


def _capability() -> lists.Choice[Row]:
    return lists.Choice(
        name="secretariat",
        label=_("Secrétariat"),
        options=(("oui", _("Oui")), ("non", _("Non"))),
        value_of=lambda row: "oui" if row.secretariat else "non",
    )


@get(f"{LIST}/nouveau", opt=permission(UPDATE))
async def new_page() -> Template:
    """Show the empty form."""
    return _form({"name": "", "secretariat": ""})


@post(f"{LIST}/nouveau", opt=permission(UPDATE))
async def create(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Create a service."""
    typed = await form(request)
    values = _typed(typed)
    try:
        await organisations.create_service(
            values["name"], bool(values["secretariat"]), reach.actor()
        )
    except InvalidInput as wrong:
        return _form(values, errors=wrong.fields, status=422)
    flashes.add("success", _("Le service « %(name)s » est créé.", name=values["name"]))
    return Redirect(LIST, status_code=303)


@get(f"{LIST}/{{service_id:uuid}}", opt=permission(UPDATE))
async def edit_page(service_id: FromPath[UUID]) -> Template:
    """Show a service's form."""
    found = await organisations.service(service_id)
    values = {"name": found.name, "secretariat": "yes" if found.secretariat else ""}
    return await _edit_form(found, values)


@post(f"{LIST}/{{service_id:uuid}}", opt=permission(UPDATE))
async def save(request: Request[Any, Any, Any], service_id: FromPath[UUID]) -> Template | Redirect:
    """Save a service."""
    found = await organisations.service(service_id)
    typed = await form(request)
    values = _typed(typed)
    changed = Service(
        id=service_id,
        name=values["name"],
        secretariat=bool(values["secretariat"]),
        version=typed.text("version"),
    )
    try:
        before = await organisations.update_service(changed, reach.actor())
    except InvalidInput as wrong:
        opened = msgspec.structs.replace(found, version=changed.version)
        return await _edit_form(opened, values, errors=wrong.fields, status=422)
    except ChangedMeanwhile as conflict:
        now = msgspec.convert(conflict.saved, Service)
        others = saving.differences(changed, now, _labels())
        return await _edit_form(now, values, conflict=others, status=409)
    after = await organisations.service(service_id)
    flashes.add("success", saving.said_what_changed(before, after, _labels()))
    return Redirect(f"{LIST}/{service_id}", status_code=303)


@get(f"{LIST}/{{service_id:uuid}}/suppression", opt=permission(UPDATE))
async def removal_page(service_id: FromPath[UUID]) -> Template:
    """Ask once more before a service is deleted."""
    found = await organisations.service(service_id)
    uses = await organisations.service_uses()
    return page("admin/service_removal.html", service=found, use=uses[found.id])


@post(f"{LIST}/{{service_id:uuid}}/suppression", opt=permission(UPDATE), status_code=303)
async def remove(service_id: FromPath[UUID]) -> Redirect:
    """Delete a service to which nothing ever belonged."""
    reach.require_everywhere(UPDATE)
    found = await organisations.service(service_id)
    try:
        await organisations.delete_service(service_id, reach.actor())
    except ServiceUsed as used:
        flashes.add("warning", str(used))
        return Redirect(f"{LIST}/{service_id}", status_code=303)
    flashes.add("success", _("Le service « %(name)s » est supprimé.", name=found.name))
    return Redirect(LIST, status_code=303)


def _typed(typed: Form) -> dict[str, str]:
    return {name: typed.text(name) for name in ("name", "secretariat")}


async def _edit_form(found: Service, values: Mapping[str, str], **more: Any) -> Template:
    uses = await organisations.service_uses()
    last = await saving.last_change("service", found.id)
    shared = sharing_of("service", found.id, f"{LIST}/{found.id}")
    return _form(values, service=found, use=uses.get(found.id), last=last, sharing=shared, **more)


def _form(values: Mapping[str, str], *, status: int = 200, **more: Any) -> Template:
    context: dict[str, Any] = {
        **dict.fromkeys(("service", "use", "conflict", "last", "sharing")),
        "errors": {},
    }
    return page("admin/service.html", status=status, values=values, **{**context, **more})


def _labels() -> dict[str, str]:
    return {"name": _("Nom"), "secretariat": _("Secrétariat")}


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    lists.export_route(LIST, UPDATE, _export),
    new_page,
    create,
    edit_page,
    save,
    removal_page,
    remove,
)
