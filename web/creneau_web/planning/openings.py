"""Openings: their list, their form with what it would do, and copies of them (C-10, C-13, C-14)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.listed import ahead
from creneau.planning.schemas import Create, Edit, EditFollowing
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
from creneau_web.planning import opening_form as forms
from creneau_web.planning import owners, series
from creneau_web.planning.ahead import clashes_of, today
from creneau_web.planning.offers import Offer, offer_for
from creneau_web.planning.opening_page import (
    Sheet,
    in_words,
    previewed,
    saved_values,
    seen_of,
    sheet_page,
)
from creneau_web.planning.owners import UPDATE, Owner
from creneau_web.planning.subjects import OPENINGS
from creneau_web.planning.typed import calendar_day, clock
from creneau_web.rendering import page

HOME: Final = OPENINGS.home


@get(f"{HOME}/nouvelle", opt=permission(UPDATE))
async def new_page(
    agent: FromQuery[str] = "", debut: FromQuery[str] = "", copie: FromQuery[str] = ""
) -> Template:
    """Show the empty form, or that of a copy."""
    known = await owners.owners(UPDATE)
    if copie:
        return await _copy_page(copie, agent, known)
    owner = await owners.chosen(known, agent)
    offer = await offer_for(owner)
    values = forms.empty(owner, offer, *_asked_start(debut))
    return await sheet_page(_new(owner), owner, offer, values)


def _asked_start(text: str) -> tuple[str, str, str]:
    day, _sign, at = text.partition("T")
    first, start = calendar_day(day), clock(at[:5])
    return (
        first.isoformat() if first else "",
        f"{start:%H:%M}" if start else "",
        f"{start.hour + 1:02}:{start:%M}" if start and start.hour < 23 else "",  # noqa: PLR2004 - no later hour that day
    )


async def _copy_page(copied: str, agent: str, known: Sequence[Owner]) -> Template:
    try:
        opening_id = UUID(copied)
    except ValueError as error:
        raise NotFound from error
    source = await series.within(OPENINGS, opening_id, UPDATE)
    draft, _version = await series.opening(opening_id)
    owner = await owners.chosen(known, agent) if agent else source
    next_one = next(ahead(draft, today()), draft.window)
    fresh = msgspec.structs.replace(draft, first_day=next_one.first_day, resource_id=owner.id)
    offer = await offer_for(owner, place_id=draft.place_id, motive_ids=draft.motive_ids)
    return await sheet_page(_new(owner), owner, offer, forms.values_of(fresh))


def _new(owner: Owner) -> Sheet:
    return Sheet(
        heading=_("Créer une plage d’ouverture"),
        action=f"{HOME}/nouvelle",
        change=Create,
        back=owners.href(HOME, owner),
        back_text=_("Toutes les plages d’ouverture"),
        said=_("La plage d’ouverture est enregistrée."),
    )


@post(f"{HOME}/nouvelle", opt=permission(UPDATE))
async def create(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Create an opening; what it overlaps is shown first."""
    typed = await form(request)
    owner = await _typed_owner(typed)
    return await _submitted(_new(owner), typed, owner)


@get(f"{HOME}/{{opening_id:uuid}}", opt=permission(UPDATE))
async def edit_page(opening_id: FromPath[UUID], apres: FromQuery[str] = "") -> Template:
    """Show an opening's form, with its next dates."""
    owner = await series.within(OPENINGS, opening_id, UPDATE)
    sheet = await _edit(opening_id, owner)
    offer = await _offer(sheet, owner)
    return await sheet_page(sheet, owner, offer, saved_values(sheet), after=apres)


@post(f"{HOME}/{{opening_id:uuid}}", opt=permission(UPDATE))
async def save(request: Request[Any, Any, Any], opening_id: FromPath[UUID]) -> Template | Redirect:
    """Save an opening; what it touches and overlaps is shown first."""
    before = await series.within(OPENINGS, opening_id, UPDATE)
    typed = await form(request)
    owner = await _typed_owner(typed)
    try:
        return await _submitted(await _edit(opening_id, before), typed, owner)
    except ChangedMeanwhile:
        return await _conflict(await _edit(opening_id, before), typed, owner)


async def _edit(opening_id: UUID, owner: Owner) -> Sheet:
    ref = OPENINGS.ref(opening_id)
    draft, version = await series.opening(opening_id)
    return Sheet(
        heading=draft.title or _("Plage d’ouverture"),
        action=OPENINGS.href(opening_id),
        change=lambda made: Edit(ref, made),
        back=owners.href(HOME, owner),
        back_text=_("Toutes les plages d’ouverture"),
        before=draft,
        besides=opening_id,
        version=version,
    )


@get(f"{HOME}/{{opening_id:uuid}}/suite/{{day:date}}", opt=permission(UPDATE))
async def following_page(opening_id: FromPath[UUID], day: FromPath[date]) -> Template:
    """Show the form of a date and of those that follow (C-11)."""
    owner = await series.within(OPENINGS, opening_id, UPDATE)
    sheet = await _following(opening_id, day)
    return await sheet_page(sheet, owner, await _offer(sheet, owner), saved_values(sheet))


@post(f"{HOME}/{{opening_id:uuid}}/suite/{{day:date}}", opt=permission(UPDATE))
async def save_following(
    request: Request[Any, Any, Any], opening_id: FromPath[UUID], day: FromPath[date]
) -> Template | Redirect:
    """Change a date and those that follow; those before stay as they were."""
    await series.within(OPENINGS, opening_id, UPDATE)
    typed = await form(request)
    owner = await _typed_owner(typed)
    try:
        return await _submitted(await _following(opening_id, day), typed, owner)
    except ChangedMeanwhile:
        return await _conflict(await _following(opening_id, day), typed, owner)


async def _following(opening_id: UUID, day: date) -> Sheet:
    ref = OPENINGS.ref(opening_id)
    _whole, version = await series.opening(opening_id)
    draft = await planning.following(ref, day)
    if not isinstance(draft, OpeningDraft):
        raise NotFound
    return Sheet(
        heading=_("Changer la suite de « %(title)s »", title=draft.title or _("Plage d’ouverture")),
        action=OPENINGS.href(opening_id, f"/suite/{day}"),
        change=lambda made: EditFollowing(ref, day, made),
        back=OPENINGS.href(opening_id, f"/dates/{day}"),
        back_text=_("Retour à cette date"),
        before=draft,
        besides=opening_id,
        version=version,
        said=_("La suite est modifiée. Les dates d’avant restent comme elles étaient."),
    )


async def _submitted(sheet: Sheet, typed: Form, owner: Owner) -> Template | Redirect:
    offer = await _offer(sheet, owner)
    values = forms.typed_values(typed)
    if sheet.before and typed.text("version") != sheet.version:
        raise ChangedMeanwhile(sheet.before)
    try:
        draft = forms.draft_of(typed, owner, offer, sheet.kept)
        if typed.text("preview"):
            return await sheet_page(sheet, owner, offer, values)
        clashes = await clashes_of(draft, owner, sheet.besides)
        if clashes and typed.text("clashes_seen") != seen_of(clashes):
            return await sheet_page(sheet, owner, offer, values, clashes=clashes, status=409)
        return await _saved(sheet, typed, draft, owner)
    except InvalidInput as wrong:
        errors = forms.fields_of(wrong)
        return await sheet_page(sheet, owner, offer, values, errors=errors, status=422)
    except (TouchesBookings, ImpactChanged) as touched:
        impact = impacts.refused(touched, typed)
        return await sheet_page(sheet, owner, offer, values, impact=impact, status=409)


async def _conflict(sheet: Sheet, typed: Form, owner: Owner) -> Template:
    offer = await _offer(sheet, owner)
    values = forms.typed_values(typed)
    differences = saving.differences(
        in_words(values, offer, owner), in_words(saved_values(sheet), offer, owner), forms.labels()
    )
    return await sheet_page(sheet, owner, offer, values, conflict=differences, status=409)


async def _saved(sheet: Sheet, typed: Form, draft: OpeningDraft, owner: Owner) -> Redirect:
    decision = impacts.decision_of(typed)
    seen = sheet.version or None
    saved = await planning.save(sheet.change(draft), reach.actor(), decision, seen=seen)
    if next(ahead(draft, today()), None) is None:
        flashes.add("warning", _("Toutes ses dates sont déjà passées : vérifiez l’année."))
    said = sheet.said or _("La plage d’ouverture est modifiée.")
    flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
    if sheet.besides == saved.id:
        return Redirect(OPENINGS.href(saved.id), status_code=303)
    return Redirect(owners.href(HOME, owner), status_code=303)


async def _typed_owner(typed: Form) -> Owner:
    return await owners.chosen(await owners.owners(UPDATE), typed.text("agent"))


async def _offer(sheet: Sheet, owner: Owner) -> Offer:
    if sheet.before is None:
        return await offer_for(owner)
    kept = sheet.before.motive_ids
    return await offer_for(owner, place_id=sheet.before.place_id, motive_ids=kept)


@post(f"{HOME}/apercu", opt=permission(UPDATE))
async def preview(request: Request[Any, Any, Any]) -> Template:
    """Show what the form would do as it stands, beside it."""
    typed = await form(request)
    owner = await _typed_owner(typed)
    offer, before = await _kept(typed, owner)
    kept = before.recurrence if before else None
    found = await previewed(typed, owner, offer, kept, _besides(typed))
    return page("planning/preview.html", preview=found)


@post(f"{HOME}/lieux-et-motifs", opt=permission(UPDATE))
async def where(request: Request[Any, Any, Any]) -> Template:
    """Show where, and for what, whoever is chosen in the form can receive."""
    typed = await form(request)
    offer, _before = await _kept(typed, await _typed_owner(typed))
    values = forms.typed_values(typed)
    return page("planning/where.html", offer=offer, values=values, errors={})


async def _kept(typed: Form, owner: Owner) -> tuple[Offer, OpeningDraft | None]:
    besides = _besides(typed)
    if besides is None:
        return await offer_for(owner), None
    await series.within(OPENINGS, besides, UPDATE)
    draft, _version = await series.opening(besides)
    kept = await offer_for(owner, place_id=draft.place_id, motive_ids=draft.motive_ids)
    return kept, draft


def _besides(typed: Form) -> UUID | None:
    try:
        return UUID(typed.text("besides"))
    except ValueError:
        return None


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    new_page,
    create,
    edit_page,
    save,
    following_page,
    save_following,
    preview,
    where,
)
