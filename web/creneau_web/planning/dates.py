"""One date of an opening or an absence, changed or left out without the others (C-11)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.places import service as places
from creneau.planning import service as planning
from creneau.planning.drafts import Draft, OccurrenceDraft, OpeningDraft
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.listed import PlannedDate
from creneau.planning.schemas import Change, Replace, Restore, Skip
from creneau.refusals import ChangedMeanwhile, InvalidInput
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import impacts
from creneau_web.backoffice import reach
from creneau_web.forms import Form, form
from creneau_web.planning import clocks, owners, series
from creneau_web.planning.absence_form import A_DAY, MIDNIGHT, whole_days
from creneau_web.planning.ahead import hours_of, last_day_of
from creneau_web.planning.offers import offer_for
from creneau_web.planning.owners import UPDATE, Owner
from creneau_web.planning.sheets import fields_of
from creneau_web.planning.subjects import OPENINGS, Subject, asked_for, paths
from creneau_web.planning.typed import Typed
from creneau_web.rendering import page

NAMES: Final = ("agent", "place_id", "first_day", "start_time", "last_day", "end_time")
CHANGE, SKIP, RESTORE = "changer", "supprimer", "retablir"


@get(paths("/dates/{day:date}"), opt=permission(UPDATE))
async def date_page(request: Request[Any, Any, Any], day: FromPath[date]) -> Template:
    """Show one date, and what can be done with it."""
    subject, series_id = asked_for(request)
    owner = await series.within(subject, series_id, UPDATE)
    one = await planning.date_of(subject.ref(series_id), day)
    draft = await planning.draft(subject.ref(series_id))
    return await _page(subject, series_id, owner, one, _values(one, draft))


@post(paths("/dates/{day:date}"), opt=permission(UPDATE))
async def change_date(request: Request[Any, Any, Any], day: FromPath[date]) -> Template | Redirect:
    """Change one date, leave it out, or give it back; what it touches is asked about first."""
    subject, series_id = asked_for(request)
    owner = await series.within(subject, series_id, UPDATE)
    one = await planning.date_of(subject.ref(series_id), day)
    draft = await planning.draft(subject.ref(series_id))
    typed = await form(request)
    asked = typed.text("what")
    values = _typed(typed) if asked == CHANGE else _values(one, draft)
    try:
        change = await _change(subject, series_id, day, typed, draft)
        return await _saved(subject, series_id, change, typed)
    except ChangedMeanwhile:
        one = await planning.date_of(subject.ref(series_id), day)
        return await _page(subject, series_id, owner, one, values, conflict=[], status=409)
    except InvalidInput as wrong:
        more: dict[str, Any] = {"errors": fields_of(wrong), "status": 422}
    except (TouchesBookings, ImpactChanged) as touched:
        more = {"impact": impacts.refused(touched, typed), "asked": asked, "status": 409}
    return await _page(
        subject, series_id, owner, one, values, version=typed.text("version"), **more
    )


async def _change(
    subject: Subject, series_id: UUID, day: date, typed: Form, draft: Draft
) -> Change:
    ref = subject.ref(series_id)
    match typed.text("what"):
        case "supprimer":
            return Skip(ref, day)
        case "retablir":
            return Restore(ref, day)
        case _:
            return Replace(ref, day, await _replacement(subject, typed, draft))


async def _replacement(subject: Subject, form_typed: Form, draft: Draft) -> OccurrenceDraft:
    typed = Typed(form_typed)
    first = typed.day("first_day", needed=_("Choisissez une date."))
    if subject is OPENINGS:
        start = typed.time("start_time", needed=_("Écrivez l’heure de début."))
        end = typed.time("end_time", needed=_("Écrivez l’heure de fin."))
        if start and end and end <= start:
            typed.refuse("end_time", _("L’heure de fin doit être après l’heure de début."))
        last = first
    else:
        start, end = typed.time("start_time") or MIDNIGHT, typed.time("end_time")
        last = typed.day("last_day") or first
        if last and end is None:
            last, end = last + A_DAY, MIDNIGHT
        if first and last and end is not None and (last, end) <= (first, start):
            typed.refuse("end_time", _("La fin de l’absence doit être après son début."))
    place_id, resource_id = await _elsewhere(typed, draft)
    zone = await _zone(draft, place_id)
    clocks.refuse_missing(typed, "start_time", first, start, zone)
    clocks.refuse_missing(typed, "end_time", last, end, zone)
    typed.check.refuse_if_wrong()
    if first is None or start is None or end is None:
        raise InvalidInput(typed.check.wrong)
    return OccurrenceDraft(
        first_day=first,
        start_time=start,
        end_time=end,
        last_day=last,
        resource_id=resource_id,
        place_id=place_id,
    )


async def _zone(draft: Draft, place_id: UUID | None) -> str:
    if isinstance(draft, OpeningDraft):
        return (await places.place(place_id or draft.place_id)).time_zone
    return draft.time_zone or current_tenant.get().time_zone


async def _elsewhere(typed: Typed, draft: Draft) -> tuple[UUID | None, UUID | None]:
    """Read where and with whom an opening takes place that day; None: as always."""
    if not isinstance(draft, OpeningDraft):
        return None, None
    wanted = typed.form.text("agent") or str(draft.resource_id)
    owner = await owners.chosen(await owners.owners(UPDATE), wanted)
    offer = await offer_for(owner, place_id=draft.place_id)
    chosen = typed.form.text("place_id") or str(draft.place_id)
    place = next((one for one in offer.places if str(one.id) == chosen), None)
    if place is None:
        typed.refuse("place_id", _("Choisissez un lieu."))
        return None, None
    return (
        None if place.id == draft.place_id else place.id,
        None if owner.id == draft.resource_id else owner.id,
    )


async def _saved(subject: Subject, series_id: UUID, change: Change, typed: Form) -> Redirect:
    decision = impacts.decision_of(typed)
    seen = typed.text("version")
    saved = await planning.save(change, reach.actor(), decision, seen=seen)
    said = {
        SKIP: _("Cette date est supprimée. Les autres restent."),
        RESTORE: _("Cette date est de nouveau comme les autres."),
    }.get(typed.text("what"), _("Cette date est modifiée. Les autres restent comme elles sont."))
    flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
    return Redirect(f"{subject.href(series_id)}#dates", status_code=303)


def _values(one: PlannedDate, draft: Draft) -> dict[str, str]:
    window = one.window
    whole = whole_days(window.start_time, window.end_time)
    midnight = last_day_of(window) != window.last_day
    owner = one.resource_id or getattr(draft, "resource_id", "")
    return {
        "agent": str(owner),
        "place_id": str(one.place_id or getattr(draft, "place_id", "")),
        "first_day": window.first_day.isoformat(),
        "start_time": "" if whole else f"{window.start_time:%H:%M}",
        "last_day": last_day_of(window).isoformat(),
        "end_time": "" if midnight else f"{window.end_time:%H:%M}",
    }


def _typed(typed: Form) -> dict[str, str]:
    return {name: typed.text(name) for name in NAMES}


async def _page(
    subject: Subject,
    series_id: UUID,
    owner: Owner,
    one: PlannedDate,
    values: Mapping[str, str],
    **more: Any,
) -> Template:
    ref = subject.ref(series_id)
    stated = await planning.stated(ref)
    draft = stated.draft
    context: dict[str, Any] = {
        "impact": None,
        "conflict": None,
        "asked": CHANGE,
        "version": stated.version,
        **more,
    }
    errors = {**context.pop("errors", {}), **impacts.undecided_error(context["impact"])}
    known = await owners.owners(UPDATE)
    return page(
        "planning/date.html",
        kind=subject.kind,
        here=subject.href(series_id, f"/dates/{one.day}"),
        series_href=subject.href(series_id),
        following_href=subject.href(series_id, f"/suite/{one.day}"),
        end_href=subject.href(series_id, f"/suppression?des={one.day}"),
        title=_title(draft) or _untitled(subject),
        repeated=draft.recurrence is not None,
        one=one,
        hours=hours_of(one.window),
        otherwise=await series.otherwise(one),
        values=values,
        errors=errors,
        owners=[(str(other.id), other.label) for other in known],
        places=await _places(owner, draft),
        **context,
    )


async def _places(owner: Owner, draft: Draft) -> list[tuple[str, str]]:
    if not isinstance(draft, OpeningDraft):
        return []
    offer = await offer_for(owner, place_id=draft.place_id)
    return [(str(place.id), place.name) for place in offer.places]


def _title(draft: Draft) -> str:
    return cast("str", getattr(draft, "title", ""))


def _untitled(subject: Subject) -> str:
    return _("Plage d’ouverture") if subject is OPENINGS else _("Absence")


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (date_page, change_date)
