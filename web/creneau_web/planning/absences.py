"""Absences: their form with what it would do, and what they touch (C-12, C-14)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.listed import Away
from creneau.planning.schemas import Change, Create, Edit, EditFollowing
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import impacts, saving
from creneau_web.backoffice import reach
from creneau_web.forms import Form, form
from creneau_web.planning import absence_form as forms
from creneau_web.planning import owners, series
from creneau_web.planning.ahead import Preview, hours_of, last_day_of, of_absence
from creneau_web.planning.opening_form import fields_of
from creneau_web.planning.owners import UPDATE, Owner
from creneau_web.planning.repetition import choices
from creneau_web.planning.subjects import ABSENCES
from creneau_web.planning.typed import calendar_day, clock
from creneau_web.planning.words import day_names
from creneau_web.rendering import page

HOME: Final = ABSENCES.home


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One form of an absence: what it is about and what saving it does."""

    heading: str
    action: str
    change: Callable[[AbsenceDraft], Change]
    back: str
    back_text: str
    before: AbsenceDraft | None = None
    whole: UUID | None = None
    version: str = ""
    said: str = ""

    @property
    def kept(self) -> str | None:
        """Give the repetition that the absence has, for what the form cannot write."""
        return self.before.recurrence if self.before else None

    @property
    def zone(self) -> str:
        """Give the time zone of its hours."""
        return self.before.time_zone if self.before else current_tenant.get().time_zone


@get(f"{HOME}/nouvelle", opt=permission(UPDATE))
async def new_page(agent: FromQuery[str] = "", debut: FromQuery[str] = "") -> Template:
    """Show the empty form."""
    owner = await owners.chosen(await owners.owners(UPDATE), agent)
    day, _sign, at = debut.partition("T")
    first, start = calendar_day(day), clock(at[:5])
    values = forms.empty(
        owner, first.isoformat() if first else "", f"{start:%H:%M}" if start else ""
    )
    return await _page(_new(owner), values)


def _new(owner: Owner) -> Sheet:
    return Sheet(
        heading=_("Créer une absence"),
        action=f"{HOME}/nouvelle",
        change=Create,
        back=owners.href(HOME, owner),
        back_text=_("Toutes les absences"),
        said=_("L’absence est enregistrée."),
    )


@post(f"{HOME}/nouvelle", opt=permission(UPDATE))
async def create(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Create an absence; what it touches is asked about first."""
    typed = await form(request)
    owner = await _typed_owner(typed)
    return await _submitted(_new(owner), typed, owner)


@get(f"{HOME}/{{absence_id:uuid}}", opt=permission(UPDATE))
async def edit_page(absence_id: FromPath[UUID], apres: FromQuery[str] = "") -> Template:
    """Show an absence's form with its next dates; one that was read elsewhere is only shown."""
    owner = await series.within(ABSENCES, absence_id, UPDATE)
    found = await planning.absence(absence_id)
    if found.imported:
        return await _read_elsewhere(found, owner)
    sheet = await _edit(absence_id, owner)
    return await _page(sheet, _saved_values(sheet), after=apres)


async def _read_elsewhere(found: Away, owner: Owner) -> Template:
    draft, _version = await series.absence(found.id)
    own = owners.is_own(owner)
    window = series.in_zone(draft.window, draft.time_zone, current_tenant.get().time_zone)
    return page(
        "planning/elsewhere.html",
        # The name of a calendar is its owner's own: it may say what it is for.
        source=found.title if own else "",
        own=own,
        owner=owner,
        window=window,
        hours=hours_of(window),
        last=last_day_of(window),
        back=owners.href(HOME, owner),
    )


@post(f"{HOME}/{{absence_id:uuid}}", opt=permission(UPDATE))
async def save(request: Request[Any, Any, Any], absence_id: FromPath[UUID]) -> Template | Redirect:
    """Save an absence; what it touches is asked about first."""
    before = await series.within(ABSENCES, absence_id, UPDATE)
    typed = await form(request)
    owner = await _typed_owner(typed)
    try:
        return await _submitted(await _edit(absence_id, before), typed, owner)
    except ChangedMeanwhile:
        return await _conflict(await _edit(absence_id, before), typed, owner)


async def _edit(absence_id: UUID, owner: Owner) -> Sheet:
    ref = ABSENCES.ref(absence_id)
    draft, version = await series.absence(absence_id)
    return Sheet(
        heading=draft.title or _("Absence"),
        action=ABSENCES.href(absence_id),
        change=lambda made: Edit(ref, made),
        back=owners.href(HOME, owner),
        back_text=_("Toutes les absences"),
        before=draft,
        whole=absence_id,
        version=version,
    )


@get(f"{HOME}/{{absence_id:uuid}}/suite/{{day:date}}", opt=permission(UPDATE))
async def following_page(absence_id: FromPath[UUID], day: FromPath[date]) -> Template:
    """Show the form of a date and of those that follow (C-11)."""
    await series.within(ABSENCES, absence_id, UPDATE)
    sheet = await _following(absence_id, day)
    return await _page(sheet, _saved_values(sheet))


@post(f"{HOME}/{{absence_id:uuid}}/suite/{{day:date}}", opt=permission(UPDATE))
async def save_following(
    request: Request[Any, Any, Any], absence_id: FromPath[UUID], day: FromPath[date]
) -> Template | Redirect:
    """Change a date and those that follow; those before stay as they were."""
    await series.within(ABSENCES, absence_id, UPDATE)
    typed = await form(request)
    owner = await _typed_owner(typed)
    try:
        return await _submitted(await _following(absence_id, day), typed, owner)
    except ChangedMeanwhile:
        return await _conflict(await _following(absence_id, day), typed, owner)


async def _following(absence_id: UUID, day: date) -> Sheet:
    ref = ABSENCES.ref(absence_id)
    _whole, version = await series.absence(absence_id)
    draft = await planning.following(ref, day)
    if not isinstance(draft, AbsenceDraft):
        raise NotFound
    return Sheet(
        heading=_("Changer la suite de « %(title)s »", title=draft.title or _("Absence")),
        action=ABSENCES.href(absence_id, f"/suite/{day}"),
        change=lambda made: EditFollowing(ref, day, made),
        back=ABSENCES.href(absence_id, f"/dates/{day}"),
        back_text=_("Retour à cette date"),
        before=draft,
        version=version,
        said=_("La suite est modifiée. Les dates d’avant restent comme elles étaient."),
    )


async def _submitted(sheet: Sheet, typed: Form, owner: Owner) -> Template | Redirect:
    values = forms.typed_values(typed)
    if sheet.before and typed.text("version") != sheet.version:
        raise ChangedMeanwhile(sheet.before)
    try:
        draft = forms.draft_of(typed, owner, sheet.zone, sheet.kept)
        if typed.text("preview"):
            return await _page(sheet, values)
        return await _saved(sheet, typed, draft, owner)
    except InvalidInput as wrong:
        return await _page(sheet, values, errors=fields_of(wrong), status=422)
    except (TouchesBookings, ImpactChanged) as touched:
        impact = impacts.refused(touched, typed)
        return await _page(sheet, values, impact=impact, status=409)


async def _conflict(sheet: Sheet, typed: Form, owner: Owner) -> Template:
    values = forms.typed_values(typed)
    differences = saving.differences(
        _in_words(values, owner), _in_words(_saved_values(sheet), owner), forms.labels()
    )
    return await _page(sheet, values, conflict=differences, status=409)


async def _saved(sheet: Sheet, typed: Form, draft: AbsenceDraft, owner: Owner) -> Redirect:
    decision = impacts.decision_of(typed)
    seen = sheet.version or None
    saved = await planning.save(sheet.change(draft), reach.actor(), decision, seen=seen)
    if not of_absence(draft).days:
        flashes.add("warning", _("Toutes ses dates sont déjà passées : vérifiez l’année."))
    said = sheet.said or _("L’absence est modifiée.")
    flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
    if sheet.whole == saved.id:
        return Redirect(ABSENCES.href(saved.id), status_code=303)
    return Redirect(owners.href(HOME, owner), status_code=303)


async def _typed_owner(typed: Form) -> Owner:
    return await owners.chosen(await owners.owners(UPDATE), typed.text("agent"))


def _saved_values(sheet: Sheet) -> dict[str, Any]:
    return forms.values_of(sheet.before) if sheet.before else {}


def _in_words(values: Mapping[str, Any], owner: Owner) -> dict[str, str]:
    names = ("title", "first_day", "start_time", "last_day", "end_time")
    agent = owner.label if values["agent"] == str(owner.id) else _("quelqu’un d’autre")
    shown = {name: str(values[name]) for name in names}
    return {**shown, "agent": agent, "rule": series.rule_typed(values)}


@post(f"{HOME}/apercu", opt=permission(UPDATE))
async def preview(request: Request[Any, Any, Any]) -> Template:
    """Show what the form would do as it stands, beside it."""
    typed = await form(request)
    owner = await _typed_owner(typed)
    zone = current_tenant.get().time_zone
    return page("planning/preview.html", preview=_previewed(typed, owner, zone, None))


def _previewed(typed: Form, owner: Owner, zone: str, kept: str | None) -> Preview | None:
    try:
        return of_absence(forms.draft_of(typed, owner, zone, kept))
    except InvalidInput:
        return None


async def _page(sheet: Sheet, values: Mapping[str, Any], **more: Any) -> Template:
    context: dict[str, Any] = {"impact": None, "conflict": None, "after": "", **more}
    errors = {**context.pop("errors", {}), **impacts.undecided_error(context["impact"])}
    known = await owners.owners(UPDATE)
    owner = await owners.chosen(known, values["agent"])
    after, whole = context.pop("after"), sheet.whole
    return page(
        "planning/absence.html",
        sheet=sheet,
        values=values,
        errors=errors,
        owners=[(str(one.id), one.label) for one in known],
        repetitions=choices(values["repetition"]),
        days=day_names(),
        preview=_previewed(series.form_of(values), owner, sheet.zone, sheet.kept),
        dates=await series.dates_of(ABSENCES, whole, after) if whole and sheet.kept else None,
        last=await saving.last_change("absence", whole) if whole else None,
        **context,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    new_page,
    create,
    edit_page,
    save,
    following_page,
    save_following,
    preview,
)
