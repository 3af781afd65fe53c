"""Deleting an opening or an absence, whole or from one of its dates on (C-10 … C-12)."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from creneau.i18n import day
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.places import service as places
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, OpeningDraft
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.schemas import Delete, EndBefore
from creneau.refusals import ChangedMeanwhile, NotFound
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import impacts, stale
from creneau_web.backoffice import reach
from creneau_web.forms import form
from creneau_web.planning import owners, series
from creneau_web.planning.ahead import hours_of, last_day_of
from creneau_web.planning.owners import UPDATE
from creneau_web.planning.subjects import OPENINGS, Owned, asked_for, paths
from creneau_web.planning.typed import calendar_day
from creneau_web.planning.words import rule_in_words
from creneau_web.rendering import page


@get(paths("/suppression"), opt=permission(UPDATE))
async def delete_page(request: Request[Any, Any, Any], des: FromQuery[str] = "") -> Template:
    """Say what disappears before it does."""
    subject, series_id = asked_for(request)
    await series.within(subject, series_id, UPDATE)
    return await _page(subject, series_id, await _first(subject, series_id, des))


@post(paths("/suppression"), opt=permission(UPDATE))
async def delete(request: Request[Any, Any, Any], des: FromQuery[str] = "") -> Template | Redirect:
    """Delete it; what it touches, and what somebody else changed meanwhile, is shown first."""
    subject, series_id = asked_for(request)
    owner = await series.within(subject, series_id, UPDATE)
    first, ref = await _first(subject, series_id, des), subject.ref(series_id)
    typed = await form(request)
    change = EndBefore(ref, first) if first else Delete(ref)
    decision = impacts.decision_of(typed)
    try:
        saved = await planning.save(change, reach.actor(), decision, seen=typed.text("version"))
    except ChangedMeanwhile:
        return await _page(subject, series_id, first, typed=typed, status=409)
    except (TouchesBookings, ImpactChanged) as touched:
        impact = impacts.refused(touched, typed)
        return await _page(subject, series_id, first, impact=impact, status=409)
    said = impacts.joined(_said(subject, first), impacts.settled(saved, decision))
    flashes.add("success", said)
    return Redirect(owners.href(subject.home, owner), status_code=303)


async def _first(subject: Owned, series_id: UUID, des: str) -> date | None:
    """Read from which date on it is deleted; None: whole."""
    if not des:
        return None
    first = calendar_day(des)
    if first is None:
        raise NotFound
    await planning.date_of(subject.ref(series_id), first)
    return first


def _said(subject: Owned, first: date | None) -> str:
    if first:
        return _("Cette date et les suivantes sont supprimées.")
    if subject is OPENINGS:
        return _("La plage d’ouverture est supprimée.")
    return _("L’absence est supprimée.")


async def _page(subject: Owned, series_id: UUID, first: date | None, **more: Any) -> Template:
    """Show what disappears; `more` are the status, the impact, or a form that saw another state."""
    found = await planning.stated(subject.ref(series_id))
    if isinstance(found.draft, ClosureDraft):
        raise NotFound
    typed, impact = more.get("typed"), more.get("impact")
    facts = await _facts(subject, series_id, found.draft)
    return page(
        "planning/delete.html",
        status=more.get("status", 200),
        kind=subject.kind,
        title=found.draft.title or _untitled(subject),
        rule=_rule(found.draft),
        facts=facts.items(),
        shown=stale.kept(facts),
        changes=stale.changes(typed, facts) if typed else None,
        version=found.version,
        first=first,
        back=subject.href(series_id, f"/dates/{first}" if first else ""),
        impact=impact,
        errors=impacts.undecided_error(impact),
    )


async def _facts(
    subject: Owned, series_id: UUID, draft: OpeningDraft | AbsenceDraft
) -> stale.Facts:
    owner = await series.within(subject, series_id, UPDATE)
    changed = await planning.changes(subject.ref(series_id))
    window = draft.window
    found = {
        _("Nom"): draft.title,
        _("Pour qui"): owner.label,
        _("Quand"): _rule(draft) or _days(window.first_day, last_day_of(window)),
        _("Heures"): hours_of(window) or _("Toute la journée"),
        _("Dates modifiées ou supprimées"): str(len(changed) or ""),
    }
    if isinstance(draft, OpeningDraft):
        names = {one.id: one.name for one in await motives.motives()}
        found[_("Lieu")] = (await places.place(draft.place_id)).name
        found[_("Motifs")] = ", ".join(sorted(names.get(one, "") for one in draft.motive_ids))
    return {label: text for label, text in found.items() if text}


def _days(first: date, last: date) -> str:
    if first == last:
        return day(first)
    return _("du %(first)s au %(last)s", first=day(first), last=day(last))


def _untitled(subject: Owned) -> str:
    return _("Plage d’ouverture") if subject is OPENINGS else _("Absence")


def _rule(draft: OpeningDraft | AbsenceDraft) -> str:
    return rule_in_words(draft.recurrence, draft.first_day) if draft.recurrence else ""


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (delete_page, delete)
