"""The public holidays of an organisation: those of its territory, as it keeps them (C-07)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.i18n import day as day_text
from creneau.i18n import gettext as _
from creneau.i18n import short_day
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau.planning import service as planning
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.holidays import version_of
from creneau.planning.schemas import EditHolidays, ForgetHolidays, Holiday
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau_infra.clock import now
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import impacts, reach, saving
from creneau_web.admin.closure_forms import UPDATE
from creneau_web.admin.territories import territories
from creneau_web.forms import Form, form
from creneau_web.rendering import page

PAGE: Final = "/administration/organisations/{organisation_id:uuid}/jours-feries"
Edits = dict[date, str | None]


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's days from today to the end of next year; `edits` None: it keeps none."""

    organisation: Organisation
    first: date
    last: date
    days: Sequence[Holiday]
    edits: Mapping[date, str | None] | None

    @property
    def closed(self) -> set[date]:
        """The days that are closed now."""
        return {one.day for one in self.days if one.state in {"kept", "added"}}

    @property
    def version(self) -> str:
        """The state that a form was made from."""
        return version_of(self.organisation.territory, self.edits)


@get(PAGE, opt=permission(UPDATE))
async def holidays_page(organisation_id: FromPath[UUID]) -> Template:
    """Show the days on which an organisation closes, or could close."""
    calendar = await _calendar(organisation_id)
    chosen = calendar.closed if calendar.edits is not None else {one.day for one in calendar.days}
    return await _form(calendar, chosen)


@post(PAGE, opt=permission(UPDATE))
async def save(
    request: Request[Any, Any, Any], organisation_id: FromPath[UUID]
) -> Template | Redirect:
    """Save which days are closed; what they touch is asked about first (C-14)."""
    before = await _calendar(organisation_id)
    typed = await form(request)
    chosen = _chosen(typed)
    opened = typed.text("version")
    if opened != before.version:
        return await _conflict(before, chosen, typed)
    decision = impacts.decision_of(typed)
    try:
        change = EditHolidays(organisation_id, _edits(before, chosen, typed), opened)
        saved = await planning.save(change, reach.actor(), decision)
    except InvalidInput as wrong:
        return await _form(before, chosen, typed, errors=wrong.fields, status=422)
    except ChangedMeanwhile:
        return await _conflict(await _calendar(organisation_id), chosen, typed)
    except (TouchesBookings, ImpactChanged) as touched:
        impact = impacts.refused(touched, typed)
        return await _form(before, chosen, typed, impact=impact, status=409)
    said = _said(before, await _calendar(organisation_id))
    flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
    return Redirect(_href(organisation_id), status_code=303)


@get(f"{PAGE}/abandon", opt=permission(UPDATE))
async def forget_page(organisation_id: FromPath[UUID]) -> Template:
    """Say which days open again when an organisation closes on no holiday any more."""
    calendar = await _calendar(organisation_id)
    return page(
        "admin/holidays_forget.html",
        organisation=calendar.organisation,
        days=[one for one in calendar.days if one.day in calendar.closed],
    )


@post(f"{PAGE}/abandon", opt=permission(UPDATE))
async def forget(organisation_id: FromPath[UUID]) -> Redirect:
    """Close an organisation on no public holiday any more."""
    await _calendar(organisation_id)
    await planning.save(ForgetHolidays(organisation_id), reach.actor())
    flashes.add("success", _("L’organisation reste ouverte les jours fériés."))
    return Redirect(_href(organisation_id), status_code=303)


def _href(organisation_id: UUID) -> str:
    return f"/administration/organisations/{organisation_id}/jours-feries"


async def _calendar(organisation_id: UUID) -> Calendar:
    found = await organisations.organisation(organisation_id)
    await reach.require_in(UPDATE, found.id)
    first = now().astimezone(ZoneInfo(found.time_zone)).date()
    last = date(first.year + 1, 12, 31)
    return Calendar(
        organisation=found,
        first=first,
        last=last,
        days=await planning.holidays(organisation_id, first, last),
        edits=await planning.holiday_edits(organisation_id),
    )


def _chosen(typed: Form) -> set[date]:
    try:
        return {date.fromisoformat(text) for text in typed.texts("closed")}
    except ValueError as error:
        raise InvalidInput({"closed": _("Choisissez des jours de la liste.")}) from error


def _edits(calendar: Calendar, chosen: set[date], typed: Form) -> Edits:
    # Only what the page shows is changed: a day of another year keeps what was said of it.
    known = dict(calendar.edits or {})
    edits: Edits = {
        day: label for day, label in known.items() if not calendar.first <= day <= calendar.last
    }
    for one in calendar.days:
        if one.day in chosen:
            label = known.get(one.day)
            edits |= {one.day: label} if label else {}
        elif one.state != "added":
            edits[one.day] = None
    return edits | _added(calendar, typed)


def _added(calendar: Calendar, typed: Form) -> Edits:
    day, label = typed.text("new_day"), typed.text("new_label")
    if not day and not label:
        return {}
    if not label:
        raise InvalidInput({"new_label": _("Donnez un nom au jour ajouté.")})
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = None
    if found is None or not calendar.first <= found <= calendar.last:
        sentence = _("Choisissez un jour d’ici au %(last)s.", last=day_text(calendar.last))
        raise InvalidInput({"new_day": sentence})
    return {found: label}


def _said(before: Calendar, after: Calendar) -> str:
    if before.edits is None:
        return _("L’organisation ferme désormais ces jours fériés.")
    shut, opened = after.closed - before.closed, before.closed - after.closed
    names = {one.day: one.label for one in (*before.days, *after.days)}
    written = {
        True: ", ".join(f"{names[day]} ({short_day(day)})" for day in sorted(shut)),
        False: ", ".join(f"{names[day]} ({short_day(day)})" for day in sorted(opened)),
    }
    sentences = [
        _("Fermé désormais : %(days)s.", days=written[True]) if shut else "",
        _("Ouvert désormais : %(days)s.", days=written[False]) if opened else "",
    ]
    return impacts.joined(*sentences) or _("Rien n’a changé.")


async def _conflict(stands: Calendar, chosen: set[date], typed: Form) -> Template:
    """Name the days that somebody else has set otherwise than is typed."""
    differing = [
        saving.Difference(
            label=f"{one.label} ({short_day(one.day)})",
            saved=_("fermé") if one.day in stands.closed else _("ouvert"),
        )
        for one in stands.days
        if (one.day in stands.closed) != (one.day in chosen)
    ]
    return await _form(stands, chosen, typed, conflict=differing, status=409)


async def _form(
    calendar: Calendar,
    chosen: set[date],
    typed: Form | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> Template:
    organisation = calendar.organisation
    context: dict[str, Any] = {"impact": None, "conflict": None, **more}
    errors = {**context.pop("errors", {}), **impacts.undecided_error(context["impact"])}
    return page(
        "admin/holidays.html",
        status=status,
        calendar=calendar,
        organisation=organisation,
        territory=dict(territories()).get(organisation.territory, organisation.territory),
        options=[(one.day.isoformat(), one.label, day_text(one.day)) for one in calendar.days],
        chosen=[day.isoformat() for day in sorted(chosen)],
        values={name: typed.text(name) if typed else "" for name in ("new_day", "new_label")},
        errors=errors,
        last=await saving.last_change("organisation", organisation.id),
        **context,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (holidays_page, save, forget_page, forget)
