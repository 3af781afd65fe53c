"""Absences: their form with what it would do, and those that a calendar elsewhere makes (C-12)."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from creneau_web.forms import Form
from creneau_web.planning import absence_form as forms
from creneau_web.planning import owners, series
from creneau_web.planning.ahead import Preview, hours_of, last_day_of, of_absence
from creneau_web.planning.owners import UPDATE, Owner
from creneau_web.planning.pages import SeriesPages
from creneau_web.planning.sheets import SeriesForm, Values, Words
from creneau_web.planning.subjects import ABSENCES
from creneau_web.planning.typed import calendar_day, clock
from creneau_web.rendering import page


class Around(msgspec.Struct, frozen=True):
    """Whose absence it is, and the time zone of its hours."""

    owner: Owner
    zone: str


def _words() -> Words:
    return Words(
        untitled=_("Absence"),
        new=_("Créer une absence"),
        all_of_them=_("Toutes les absences"),
        created=_("L’absence est enregistrée."),
        changed=_("L’absence est modifiée."),
        past=_("Toutes ses dates sont déjà passées : vérifiez l’année."),
    )


async def _begun(asked: Mapping[str, str]) -> tuple[Around, Values]:
    """Begin at the time that an address asks for."""
    owner = await owners.chosen(await owners.owners(UPDATE), asked.get("agent", ""))
    day, _sign, at = asked.get("debut", "").partition("T")
    first, start = calendar_day(day), clock(at[:5])
    values = forms.empty(
        owner, first.isoformat() if first else "", f"{start:%H:%M}" if start else ""
    )
    return Around(owner, current_tenant.get().time_zone), values


async def _around(typed: Form, before: AbsenceDraft | None) -> Around:
    zone = before.time_zone if before else current_tenant.get().time_zone
    return Around(await owners.typed(typed), zone)


def _read(typed: Form, around: Around, before: AbsenceDraft | None) -> AbsenceDraft:
    kept = before.recurrence if before else None
    return forms.draft_of(typed, around.owner, around.zone, kept)


def _in_words(values: Values, around: Around) -> Values:
    """Write what is typed or saved as people read it, to be compared."""
    names = ("title", "first_day", "start_time", "last_day", "end_time")
    return {
        **{name: str(values[name]) for name in names},
        "agent": owners.said(around.owner, values["agent"]),
        "rule": series.rule_typed(values),
    }


async def _preview(draft: AbsenceDraft, _around: Around, _besides: UUID | None) -> Preview:
    return of_absence(draft)


async def _read_elsewhere(absence_id: UUID) -> Template | None:
    """Show only what a calendar elsewhere says, which is changed there alone."""
    found = await planning.absence(absence_id)
    if not found.imported:
        return None
    owner = await series.within(ABSENCES, absence_id, UPDATE)
    draft, _version = await PAGES.stated(absence_id)
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
        back=owners.href(ABSENCES.home, owner),
    )


PAGES: Final = SeriesPages(
    SeriesForm(
        subject=ABSENCES,
        right=UPDATE,
        template="planning/absence.html",
        draft=AbsenceDraft,
        words=_words,
        labels=forms.labels,
        within=lambda absence_id: series.within(ABSENCES, absence_id, UPDATE),
        begun=_begun,
        around=_around,
        values_of=forms.values_of,
        typed_values=forms.typed_values,
        read=_read,
        in_words=_in_words,
        listed_at=lambda around, _draft: owners.href(ABSENCES.home, around.owner),
        is_past=series.is_past,
        context=lambda values, _around: series.choices_of(values),
        preview=_preview,
        instead=_read_elsewhere,
    )
)
ROUTES: Final[tuple[HTTPRouteHandler, ...]] = PAGES.routes()
