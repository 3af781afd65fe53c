"""Places: their list, their form, and taking them out of use (C-02)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.organisations.schemas import Organisation
from creneau.places import service as places
from creneau.places.schemas import Place, PlaceDraft
from creneau.planning import service as planning
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.schemas import ArchivePlace
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import impacts, reach, saving, stale
from creneau_web.admin.sharing import sharing_of
from creneau_web.forms import Form, form
from creneau_web.rendering import page

UPDATE: Final = "place:update"
LIST: Final = "/administration/lieux"
TEXTS: Final[tuple[str, ...]] = ("name", "address", "phone", "access_information")
COORDINATES: Final[tuple[str, ...]] = ("latitude", "longitude")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the list."""

    href: str
    name: str
    organisation: str
    organisation_id: str
    address: str
    archived: bool


@get(LIST, opt=permission(UPDATE))
async def list_page() -> Template | Redirect:
    """List the places of the organisations where the agent may change them."""
    field = lists.field_asked()
    theirs = await reach.organisations_for(UPDATE)
    rows = await _rows(theirs, field)
    in_use = [row for row in rows if not row.archived]
    if field and len(in_use) == 1:
        return Redirect(in_use[0].href)
    return await lists.list_page(
        "admin/places.html", _arranged(theirs, rows), several=len(theirs) > 1
    )


def _arranged(theirs: list[Organisation], rows: list[Row]) -> lists.Listing[Row]:
    return lists.arranged(
        rows,
        _columns(several=len(theirs) > 1),
        words_label=_("Nom ou adresse"),
        text_of=lambda row: f"{row.name} {row.address}",
        choices=_choices(theirs, rows),
    )


async def _export() -> lists.Export:
    theirs = await reach.organisations_for(UPDATE)
    return lists.exported("lieux", _("Lieux"), _arranged(theirs, await _rows(theirs, "")))


async def _rows(theirs: list[Organisation], field: str) -> list[Row]:
    names = {one.id: one.name for one in theirs}
    return [
        Row(
            href=f"{LIST}/{one.id}{field}",
            name=one.name,
            organisation=names[one.organisation_id],
            organisation_id=str(one.organisation_id),
            address=one.address,
            archived=one.archived_at is not None,
        )
        for one in await places.places(archived=True)
        if one.organisation_id in names
    ]


def _columns(*, several: bool) -> list[lists.Column[Row]]:
    organisation = lists.Column[Row](
        name="organisation", label=_("Organisation"), key=lambda row: row.organisation
    )
    return [
        lists.Column(name="nom", label=_("Nom"), key=lambda row: row.name),
        *([organisation] if several else []),
        lists.Column(name="adresse", label=_("Adresse"), key=lambda row: row.address),
        lists.Column(
            name="etat",
            label=_("État"),
            key=lambda row: row.archived,
            cell=lambda row: _("Archivé") if row.archived else _("En service"),
        ),
    ]


def _choices(theirs: list[Organisation], rows: list[Row]) -> list[lists.Choice[Row]]:
    state = lists.Choice[Row](
        name="etat",
        label=_("État"),
        options=(("ouvert", _("En service")), ("archive", _("Archivés")), ("tous", _("Tous"))),
        value_of=lambda row: ("tous", "archive" if row.archived else "ouvert"),
        default="ouvert",
    )
    organisation = lists.Choice[Row](
        name="organisation",
        label=_("Organisation"),
        options=[(str(one.id), one.name) for one in theirs],
        value_of=lambda row: row.organisation_id,
    )
    shown = [organisation] if len(theirs) > 1 else []
    return [*shown, state] if any(row.archived for row in rows) else shown


@get(f"{LIST}/nouveau", opt=permission(UPDATE))
async def new_page() -> Template:
    """Show the empty form."""
    values: dict[str, str] = dict.fromkeys((*TEXTS, *COORDINATES, "organisation_id"), "")
    return await _new_form(values)


@post(f"{LIST}/nouveau", opt=permission(UPDATE))
async def create(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Create a place of an organisation that the agent administers."""
    typed = await form(request)
    values = {**_typed(typed), "organisation_id": typed.text("organisation_id")}
    try:
        await places.create_place(await _new_draft(typed), reach.actor())
    except InvalidInput as wrong:
        return await _new_form(values, errors=wrong.fields, status=422)
    flashes.add("success", _("Le lieu « %(name)s » est créé.", name=values["name"]))
    return Redirect(LIST, status_code=303)


async def _new_draft(typed: Form) -> PlaceDraft:
    theirs = {str(one.id): one.id for one in await reach.organisations_for(UPDATE)}
    found = theirs.get(typed.text("organisation_id"))
    if found is not None:
        return _draft(typed, found)
    wrong = {"organisation_id": _("Choisissez une organisation de la liste.")}
    if not typed.text("name"):
        wrong["name"] = _("Donnez un nom au lieu.")
    raise InvalidInput(wrong)


@get(f"{LIST}/{{place_id:uuid}}", opt=permission(UPDATE))
async def edit_page(place_id: FromPath[UUID]) -> Template:
    """Show a place's form."""
    found = await _within(place_id)
    return await _edit_form(found, _values(found))


@post(f"{LIST}/{{place_id:uuid}}", opt=permission(UPDATE))
async def save(request: Request[Any, Any, Any], place_id: FromPath[UUID]) -> Template | Redirect:
    """Save a place."""
    found = await _within(place_id)
    typed = await form(request)
    values = _typed(typed)
    try:
        draft = _draft(typed, found.organisation_id)
        before = await places.update_place(place_id, draft, typed.text("version"), reach.actor())
    except InvalidInput as wrong:
        opened = msgspec.structs.replace(found, version=typed.text("version"))
        return await _edit_form(opened, values, errors=wrong.fields, status=422)
    except ChangedMeanwhile as conflict:
        now = msgspec.convert(conflict.saved, Place)
        others = saving.differences(_draft(typed, found.organisation_id), now, _labels())
        return await _edit_form(now, values, conflict=others, status=409)
    after = await places.place(place_id)
    flashes.add("success", saving.said_what_changed(before, after, _labels()))
    return Redirect(f"{LIST}/{place_id}", status_code=303)


@get(f"{LIST}/{{place_id:uuid}}/archivage", opt=permission(UPDATE))
async def archive_page(place_id: FromPath[UUID]) -> Template | Redirect:
    """Say what archiving a place touches, before anything is done."""
    found = await _within(place_id)
    if found.archived_at is not None:
        return _archived_already(found)
    return _archive_form(found, impacts.shown(await planning.impact_of(ArchivePlace(place_id))))


@post(f"{LIST}/{{place_id:uuid}}/archivage", opt=permission(UPDATE))
async def archive(request: Request[Any, Any, Any], place_id: FromPath[UUID]) -> Template | Redirect:
    """Archive a place: its openings end, what is booked there becomes what was chosen."""
    found = await _within(place_id)
    typed = await form(request)
    decision = impacts.decision_of(typed)
    change = ArchivePlace(place_id, typed.text("version"))
    try:
        saved = await planning.save(change, reach.actor(), decision)
    except ChangedMeanwhile:
        return await _changed_before_archiving(place_id, typed)
    except (TouchesBookings, ImpactChanged) as touched:
        return _archive_form(found, impacts.refused(touched, typed), status=409)
    said = _("Le lieu « %(name)s » est archivé.", name=found.name)
    flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
    return Redirect(LIST, status_code=303)


async def _changed_before_archiving(place_id: UUID, typed: Form) -> Template | Redirect:
    now = await _within(place_id)
    if now.archived_at is not None:
        return _archived_already(now)
    impact = impacts.shown(await planning.impact_of(ArchivePlace(place_id)))
    changes = stale.changes(typed, saving.in_words(now, _labels()))
    return _archive_form(now, impact, changes=changes, status=409)


def _archived_already(place: Place) -> Redirect:
    flashes.add("info", _("Le lieu « %(name)s » est déjà archivé.", name=place.name))
    return Redirect(f"{LIST}/{place.id}", status_code=303)


@post(f"{LIST}/{{place_id:uuid}}/remise-en-service", opt=permission(UPDATE))
async def restore(place_id: FromPath[UUID]) -> Redirect:
    """Take an archived place back into use; whoever comes second is led to it, too."""
    found = await _within(place_id)
    try:
        await places.restore_place(place_id, reach.actor())
    except NotFound:
        flashes.add("info", _("Le lieu « %(name)s » est déjà en service.", name=found.name))
    else:
        said = _(
            "Le lieu « %(name)s » est de nouveau en service. Ajoutez-lui des plages d’ouverture.",
            name=found.name,
        )
        flashes.add("success", said)
    return Redirect(f"{LIST}/{place_id}", status_code=303)


async def _within(place_id: UUID) -> Place:
    found = await places.place(place_id)
    await reach.require_in(UPDATE, found.organisation_id)
    return found


def _typed(typed: Form) -> dict[str, str]:
    return {name: typed.text(name) for name in (*TEXTS, *COORDINATES)}


def _values(found: Place) -> dict[str, str]:
    coordinates = {name: getattr(found, name) for name in COORDINATES}
    written = {
        name: "" if at is None else f"{at:.6f}".rstrip("0").rstrip(".")
        for name, at in coordinates.items()
    }
    return {**{name: getattr(found, name) for name in TEXTS}, **written}


def _draft(typed: Form, organisation_id: UUID) -> PlaceDraft:
    wrong: dict[str, str] = {}
    found = {name: _degrees(typed.text(name), name, wrong) for name in COORDINATES}
    if wrong:
        raise InvalidInput(wrong)
    texts = {name: typed.text(name) for name in TEXTS}
    return PlaceDraft(
        organisation_id=organisation_id,
        latitude=found["latitude"],
        longitude=found["longitude"],
        **texts,
    )


def _degrees(text: str, name: str, wrong: dict[str, str]) -> float | None:
    if not text:
        return None
    try:
        return round(float(text.replace(",", ".")), 6)
    except ValueError:
        wrong[name] = _("Écrivez un nombre de degrés, comme 48,8566.")
        return None


async def _new_form(values: Mapping[str, str], **more: Any) -> Template:
    theirs = await reach.organisations_for(UPDATE)
    if not theirs:
        raise NotFound
    options = [(str(one.id), one.name) for one in theirs]
    only = {"organisation_id": options[0][0]} if len(options) == 1 else {}
    return _form({**values, **only}, organisations=options, **more)


async def _edit_form(found: Place, values: Mapping[str, str], **more: Any) -> Template:
    shared = None if found.archived_at else sharing_of("place", found.id, f"{LIST}/{found.id}")
    last = await saving.last_change("place", found.id)
    return _form(values, place=found, sharing=shared, last=last, **more)


def _form(values: Mapping[str, str], *, status: int = 200, **more: Any) -> Template:
    context: dict[str, Any] = {
        "place": None,
        "organisations": (),
        "errors": {},
        "conflict": None,
        "last": None,
        "sharing": None,
    }
    return page("admin/place.html", status=status, values=values, **{**context, **more})


def _archive_form(
    found: Place,
    impact: impacts.ShownImpact,
    *,
    changes: Sequence[stale.Change] | None = None,
    status: int = 200,
) -> Template:
    return page(
        "admin/place_archive.html",
        status=status,
        place=found,
        shown=stale.kept(saving.in_words(found, _labels())),
        changes=changes,
        impact=impact,
        touched=bool(impact.ids or impact.holds),
        errors=impacts.undecided_error(impact),
    )


def _labels() -> dict[str, str]:
    return {
        "name": _("Nom"),
        "address": _("Adresse"),
        "phone": _("Téléphone"),
        "access_information": _("Accès"),
        "latitude": _("Latitude"),
        "longitude": _("Longitude"),
    }


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    lists.export_route(LIST, UPDATE, _export),
    new_page,
    create,
    edit_page,
    save,
    archive_page,
    archive,
    restore,
)
