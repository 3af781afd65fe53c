"""The page of an opening’s form: what is typed beside what it would do (C-10, C-13, C-14)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.planning.drafts import OpeningDraft
from creneau.planning.schemas import Change
from creneau.refusals import InvalidInput
from litestar.response import Template

from creneau_web.admin import impacts, saving
from creneau_web.forms import Form
from creneau_web.planning import opening_form as forms
from creneau_web.planning import owners, series
from creneau_web.planning.ahead import Clash, Preview, clashes_of, of_opening
from creneau_web.planning.offers import Offer
from creneau_web.planning.owners import UPDATE, Owner
from creneau_web.planning.repetition import choices
from creneau_web.planning.subjects import OPENINGS
from creneau_web.planning.words import day_names
from creneau_web.rendering import page


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One form of an opening: what it is about and what saving it does.

    `besides` is the opening that is replaced; `version` the state that the form is made from.
    """

    heading: str
    action: str
    change: Callable[[OpeningDraft], Change]
    back: str
    back_text: str
    before: OpeningDraft | None = None
    besides: UUID | None = None
    version: str = ""
    said: str = ""

    @property
    def kept(self) -> str | None:
        """Give the repetition that the opening has, for what the form cannot write."""
        return self.before.recurrence if self.before else None


async def sheet_page(
    sheet: Sheet, owner: Owner, offer: Offer, values: Mapping[str, Any], **more: Any
) -> Template:
    """Show a form; `more` are its status, errors, conflict, impact, and the overlaps to be seen."""
    context: dict[str, Any] = {"impact": None, "conflict": None, "clashes": (), "after": "", **more}
    errors = {**context.pop("errors", {}), **impacts.undecided_error(context["impact"])}
    is_whole = sheet.besides is not None and sheet.action == OPENINGS.href(sheet.besides)
    shown = sheet.besides if is_whole else None
    after = context.pop("after")
    return page(
        "planning/opening.html",
        sheet=sheet,
        whole=is_whole,
        values=values,
        errors=errors,
        offer=offer,
        owners=[(str(one.id), one.label) for one in await owners.owners(UPDATE)],
        repetitions=choices(values["repetition"]),
        days=day_names(),
        preview=await previewed(series.form_of(values), owner, offer, sheet.kept, sheet.besides),
        seen=seen_of(context["clashes"]),
        dates=await series.dates_of(OPENINGS, shown, after) if shown and sheet.kept else None,
        last=await saving.last_change("opening", shown) if shown else None,
        **context,
    )


async def previewed(
    typed: Form, owner: Owner, offer: Offer, kept: str | None, besides: UUID | None
) -> Preview | None:
    """Say what a form would do; None where it cannot be read yet."""
    try:
        draft = forms.draft_of(typed, owner, offer, kept)
    except InvalidInput:
        return None
    return of_opening(draft, await clashes_of(draft, owner, besides))


def seen_of(clashes: Sequence[Clash]) -> str:
    """Name the overlaps that were shown, so that another one is shown as well."""
    return " ".join(sorted(one.href.rpartition("/")[2] for one in clashes))


def saved_values(sheet: Sheet) -> dict[str, Any]:
    """Write what is saved as the form shows it."""
    return forms.values_of(sheet.before) if sheet.before else {}


def in_words(values: Mapping[str, Any], offer: Offer, owner: Owner) -> dict[str, str]:
    """Write what is typed or saved as people read it, to be compared."""
    places = {str(one.id): one.name for one in offer.places}
    ticked = [one.name for one in offer.motives if str(one.id) in values["motives"]]
    agent = owner.label if values["agent"] == str(owner.id) else _("quelqu’un d’autre")
    return {
        **{name: str(values[name]) for name in ("title", "first_day", "start_time", "end_time")},
        "agent": agent,
        "place_id": places.get(values["place_id"], ""),
        "motives": ", ".join(ticked),
        "rule": series.rule_typed(values),
    }
