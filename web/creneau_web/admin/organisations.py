"""Organisations: their list, their form, and what follows when they move (C-01)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation, OrganisationDraft
from creneau.places import service as places
from creneau.planning import service as planning
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.schemas import EditOrganisation
from creneau.refusals import ChangedMeanwhile, InvalidInput
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import impacts, reach, saving
from creneau_web.admin.sharing import sharing_of
from creneau_web.admin.territories import territories, zones
from creneau_web.forms import Form, form
from creneau_web.rendering import page

UPDATE, CREATE = "organisation:update", "organisation:create"
LIST: Final = "/administration/organisations"
FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(OrganisationDraft))


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation in the list."""

    href: str
    name: str
    phone: str
    territory: str
    places: int


@get(LIST, opt=permission(UPDATE))
async def list_page() -> Template | Redirect:
    """List the organisations that the agent may change."""
    field = lists.field_asked()
    rows = await _rows(field)
    if field and len(rows) == 1:
        return Redirect(rows[0].href)
    return await lists.list_page(
        "admin/organisations.html", _arranged(rows), may_create=reach.rights().can(CREATE)
    )


def _arranged(rows: list[Row]) -> lists.Listing[Row]:
    return lists.arranged(
        rows,
        _columns(),
        words_label=_("Nom ou téléphone"),
        text_of=lambda row: f"{row.name} {row.phone}",
    )


async def _export() -> lists.Export:
    return lists.exported("organisations", _("Organisations"), _arranged(await _rows("")))


async def _rows(field: str) -> list[Row]:
    names = dict(territories())
    counted = [place.organisation_id for place in await places.places()]
    return [
        Row(
            href=f"{LIST}/{one.id}{field}",
            name=one.name,
            phone=one.phone,
            territory=names.get(one.territory, one.territory),
            places=counted.count(one.id),
        )
        for one in await reach.organisations_for(UPDATE)
    ]


def _columns() -> list[lists.Column[Row]]:
    return [
        lists.Column(name="nom", label=_("Nom"), key=lambda row: row.name),
        lists.Column(name="telephone", label=_("Téléphone"), cell=lambda row: row.phone),
        lists.Column(name="territoire", label=_("Territoire"), key=lambda row: row.territory),
        lists.Column(name="lieux", label=_("Lieux"), key=lambda row: row.places, number=True),
    ]


@get(f"{LIST}/nouvelle", opt=permission(CREATE))
async def new_page() -> Template:
    """Show the empty form."""
    values = dict.fromkeys(FIELDS, "") | {
        "territory": "FR",
        "time_zone": current_tenant.get().time_zone,
    }
    return _form(values)


@post(f"{LIST}/nouvelle", opt=permission(CREATE))
async def create(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Create an organisation, which whoever creates it administers."""
    typed = await form(request)
    try:
        created = await organisations.create_organisation(_draft(typed), reach.actor())
    except InvalidInput as wrong:
        return _form(_typed(typed), errors=wrong.fields, status=422)
    flashes.add("success", _("L’organisation « %(name)s » est créée.", name=typed.text("name")))
    return Redirect(f"{LIST}/{created}", status_code=303)


@get(f"{LIST}/{{organisation_id:uuid}}", opt=permission(UPDATE))
async def edit_page(organisation_id: FromPath[UUID]) -> Template:
    """Show an organisation's form."""
    found = await _within(organisation_id)
    return await _edit_form(found, _values(found))


@post(f"{LIST}/{{organisation_id:uuid}}", opt=permission(UPDATE))
async def save(
    request: Request[Any, Any, Any], organisation_id: FromPath[UUID]
) -> Template | Redirect:
    """Save an organisation; what a move of its hours or holidays touches is asked about first."""
    before = await _within(organisation_id)
    typed = await form(request)
    draft = _draft(typed)
    decision = impacts.decision_of(typed)
    change = EditOrganisation(organisation_id, draft, typed.text("version"))
    try:
        saved = await planning.save(change, reach.actor(), decision)
    except InvalidInput as wrong:
        opened = msgspec.structs.replace(before, version=typed.text("version"))
        return await _edit_form(opened, _typed(typed), errors=wrong.fields, status=422)
    except (TouchesBookings, ImpactChanged) as touched:
        impact = impacts.refused(touched, typed)
        return await _edit_form(before, _typed(typed), impact=impact, status=409)
    except ChangedMeanwhile as conflict:
        now = msgspec.convert(conflict.saved, Organisation)
        found = saving.differences(draft, now, _labels())
        return await _edit_form(now, _typed(typed), conflict=found, status=409)
    after = await organisations.organisation(organisation_id)
    said = saving.said_what_changed(before, after, _labels())
    flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
    return Redirect(f"{LIST}/{organisation_id}", status_code=303)


async def _within(organisation_id: UUID) -> Organisation:
    found = await organisations.organisation(organisation_id)
    await reach.require_in(UPDATE, found.id)
    return found


def _draft(typed: Form) -> OrganisationDraft:
    return OrganisationDraft(**_typed(typed))


def _typed(typed: Form) -> dict[str, str]:
    return {name: typed.text(name) for name in FIELDS}


def _values(found: Organisation) -> dict[str, str]:
    return {name: getattr(found, name) for name in FIELDS}


async def _edit_form(
    found: Organisation,
    values: Mapping[str, str],
    *,
    impact: impacts.ShownImpact | None = None,
    **more: Any,
) -> Template:
    errors = {**more.pop("errors", {}), **impacts.undecided_error(impact)}
    return _form(
        values,
        organisation=found,
        errors=errors,
        impact=impact,
        sharing=sharing_of("organisation", found.id, f"{LIST}/{found.id}"),
        last=await saving.last_change("organisation", found.id),
        **more,
    )


def _form(values: Mapping[str, str], *, status: int = 200, **more: Any) -> Template:
    context: dict[str, Any] = {
        **dict.fromkeys(("organisation", "impact", "conflict", "last", "sharing")),
        "errors": {},
    }
    return page(
        "admin/organisation.html",
        status=status,
        values=values,
        territories=territories(),
        zones=zones(values["time_zone"]),
        **{**context, **more},
    )


def _labels() -> dict[str, str]:
    return {
        "name": _("Nom"),
        "phone": _("Téléphone"),
        "email": _("E-mail"),
        "address": _("Adresse"),
        "website": _("Site internet"),
        "opening_hours": _("Horaires d’ouverture"),
        "territory": _("Territoire"),
        "time_zone": _("Fuseau horaire"),
    }


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    lists.export_route(LIST, UPDATE, _export),
    new_page,
    create,
    edit_page,
    save,
)
