"""Closures: their list, their form with what they touch, and taking them back (C-07, C-14)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.i18n import day
from creneau.i18n import gettext as _
from creneau.i18n import time as clock_time
from creneau.places import service as places
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft
from creneau.planning.schemas import Closed, Delete
from creneau.refusals import ChangedMeanwhile, NotAllowed
from creneau_infra.clock import now
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import closure_forms as forms
from creneau_web.admin import reach, saving, stale
from creneau_web.admin.closure_forms import UPDATE, Where
from creneau_web.forms import Form, form
from creneau_web.planning.pages import SeriesPages
from creneau_web.planning.sheets import SeriesForm, Values, Words
from creneau_web.planning.subjects import CLOSURES
from creneau_web.rendering import page

LIST: Final = CLOSURES.home


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A closure in the list; `first` and `last` are its first days, hours are text or empty."""

    href: str
    label: str
    where: str
    first: datetime
    last: datetime
    hours: str
    repeated: bool
    over: bool


@get(LIST, opt=permission(UPDATE))
async def list_page() -> Template | Redirect:
    """List the closures of what the agent may close, the next ones first."""
    offered = await forms.choices()
    return await lists.list_page(
        "admin/closures.html",
        await _arranged(offered),
        calendars=[one for one in offered if one.organisation_id],
    )


async def _arranged(offered: Sequence[Where]) -> lists.Listing[Row]:
    return lists.arranged(
        [_row(one, offered) for one in await _theirs(offered)],
        _columns(),
        words_label=_("Nom ou lieu"),
        text_of=lambda row: f"{row.label} {row.where}",
        choices=[_when()],
    )


async def _export() -> lists.Export:
    found = await _arranged(await forms.choices())
    return lists.exported("fermetures", _("Fermetures"), found)


async def _theirs(offered: Sequence[Where]) -> list[Closed]:
    organisations = {one.organisation_id for one in offered if one.organisation_id}
    whole = any(one.value == "all" for one in offered)
    theirs = {
        one.id for one in await places.places(archived=True) if one.organisation_id in organisations
    }
    return [
        one
        for one in await planning.closures()
        if one.organisation_id in organisations
        or one.place_id in theirs
        or (whole and not one.organisation_id and not one.place_id)
    ]


def _row(closed: Closed, offered: Sequence[Where]) -> Row:
    zone = ZoneInfo(closed.time_zone)
    values = forms.values_of(closed)
    names = {one.value: one.label for one in offered}
    return Row(
        href=f"{LIST}/{closed.id}",
        label=closed.label or _("Fermeture"),
        where=names.get(values["where"], _("Lieu archivé")),
        first=datetime.combine(closed.first_day, closed.start_time, zone),
        last=datetime.fromisoformat(values["last_day"]).replace(tzinfo=zone),
        hours=_hours(closed, zone) if values["end_time"] else "",
        repeated=closed.recurrence is not None,
        over=closed.next_at is None,
    )


def _hours(closed: Closed, zone: ZoneInfo) -> str:
    start, end = (
        clock_time(datetime.combine(closed.first_day, at, zone))
        for at in (closed.start_time, closed.end_time)
    )
    return _("de %(start)s à %(end)s", start=start, end=end)


def _columns() -> list[lists.Column[Row]]:
    return [
        lists.Column(name="nom", label=_("Fermeture"), key=lambda row: row.label),
        lists.Column(name="ou", label=_("Ce qui ferme"), key=lambda row: row.where),
        lists.Column(
            name="quand",
            label=_("Quand"),
            key=lambda row: row.first,
            cell=lambda row: row.first.date(),
        ),
        lists.Column(
            name="fin",
            label=_("Dernier jour"),
            cell=lambda row: row.last.date(),
            only_exported=True,
        ),
        lists.Column(
            name="heures", label=_("Heures"), cell=lambda row: row.hours, only_exported=True
        ),
    ]


def _when() -> lists.Choice[Row]:
    return lists.Choice(
        name="quand",
        label=_("Quand"),
        options=(
            ("venir", _("En cours et à venir")),
            ("passe", _("Passées")),
            ("tout", _("Toutes")),
        ),
        value_of=lambda row: ("tout", "passe" if row.over else "venir"),
        default="venir",
    )


@get(f"{LIST}/{{closure_id:uuid}}/suppression", opt=permission(UPDATE))
async def delete_page(closure_id: FromPath[UUID]) -> Template:
    """Say what opens again before a closure is deleted."""
    return await _delete_form(closure_id)


@post(f"{LIST}/{{closure_id:uuid}}/suppression", opt=permission(UPDATE))
async def delete(
    request: Request[Any, Any, Any], closure_id: FromPath[UUID]
) -> Template | Redirect:
    """Delete a closure: its time can be booked again; what changed meanwhile is shown first."""
    found, _offered = await _within(closure_id)
    typed, change = await form(request), Delete(CLOSURES.ref(closure_id))
    try:
        await planning.save(change, reach.actor(), seen=typed.text("version"))
    except ChangedMeanwhile:
        return await _delete_form(closure_id, typed)
    said = _("La fermeture « %(label)s » est supprimée.", label=found.label or _("Fermeture"))
    flashes.add("success", said)
    return Redirect(LIST, status_code=303)


async def _delete_form(closure_id: UUID, typed: Form | None = None) -> Template:
    # Read before what is shown: what changes in between is then refused, never overwritten.
    _draft, version = await PAGES.stated(closure_id)
    found, offered = await _within(closure_id)
    row, facts = _row(found, offered), _facts(found, offered)
    return page(
        "admin/closure_delete.html",
        status=409 if typed else 200,
        row=row,
        facts=facts.items(),
        version=version,
        shown=stale.kept(facts),
        changes=stale.changes(typed, facts) if typed else None,
    )


def _facts(found: Closed, offered: Sequence[Where]) -> stale.Facts:
    row, values = _row(found, offered), forms.values_of(found)
    facts = {
        _("Nom"): row.label,
        _("Ce qui ferme"): row.where,
        _("Premier jour"): day(row.first),
        _("Dernier jour"): day(row.last),
        _("Heures"): row.hours,
        _("Répétition"): _("Répétée") if row.repeated else "",
        _("Jusqu’au"): values["until"],
    }
    return {label: text for label, text in facts.items() if text}


async def _within(closure_id: UUID) -> tuple[Closed, list[Where]]:
    found = await planning.closure(closure_id)
    offered = await forms.choices(found.place_id)
    if found.id not in {one.id for one in await _theirs(offered)}:
        raise NotAllowed
    return found, offered


def _words() -> Words:
    return Words(
        untitled=_("Fermeture"),
        new=_("Ajouter une fermeture"),
        all_of_them=_("Toutes les fermetures"),
        created=_("La fermeture est enregistrée."),
        past=_("Cette fermeture est déjà passée : vérifiez l’année."),
    )


def _labels() -> dict[str, str]:
    return {
        "label": _("Nom"),
        "where": _("Ce qui ferme"),
        "first_day": _("Premier jour"),
        "start_time": _("Heure de début"),
        "last_day": _("Dernier jour"),
        "end_time": _("Heure de fin"),
        "repetition": _("Répétition"),
        "until": _("Jusqu’au"),
    }


async def _begun(_asked: Mapping[str, str]) -> tuple[Sequence[Where], Values]:
    offered = await forms.choices()
    first = offered[0].value if offered else ""
    return offered, {**dict.fromkeys(forms.NAMES, ""), "where": first}


def _in_words(values: Values, offered: Sequence[Where]) -> Values:
    names = {one.value: one.label for one in offered}
    return {**values, "where": names.get(values["where"], "")}


def _is_past(draft: ClosureDraft) -> bool:
    return draft.recurrence is None and draft.ends_at <= now()


def _listed_at(_offered: Sequence[Where], draft: ClosureDraft | None) -> str:
    return f"{LIST}?filtre-quand=passe" if draft and _is_past(draft) else LIST


async def _context(_values: Values, offered: Sequence[Where]) -> Values:
    return {"where": [(one.value, one.label) for one in offered]}


PAGES: Final = SeriesPages(
    SeriesForm(
        subject=CLOSURES,
        right=UPDATE,
        template="admin/closure.html",
        draft=ClosureDraft,
        words=_words,
        labels=_labels,
        within=_within,
        begun=_begun,
        around=lambda _typed, before: forms.choices(before.place_id if before else None),
        values_of=forms.values_of,
        typed_values=lambda typed: {name: typed.text(name) for name in forms.NAMES},
        read=lambda typed, offered, before: forms.draft_of(
            typed, offered, before.recurrence if before else None
        ),
        in_words=_in_words,
        listed_at=_listed_at,
        is_past=_is_past,
        context=_context,
        asked=forms.ASKED,
        said=lambda before, after: saving.said_what_changed(
            forms.values_of(before), forms.values_of(after), _labels()
        ),
    )
)
ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    lists.export_route(LIST, UPDATE, _export),
    *PAGES.routes(),
    delete_page,
    delete,
)
