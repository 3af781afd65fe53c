"""An opening as it is typed: whose, where, for what, when, and how it repeats (C-10)."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.planning.drafts import OpeningDraft
from creneau.refusals import InvalidInput

from creneau_web.forms import Form
from creneau_web.planning import clocks, repetition
from creneau_web.planning.offers import Offer
from creneau_web.planning.owners import Owner
from creneau_web.planning.typed import Typed

NAMES: Final = ("title", "agent", "place_id", "first_day", "start_time", "end_time")


def labels() -> dict[str, str]:
    """Name the fields as the form does."""
    return {
        "title": _("Nom"),
        "agent": _("Pour qui"),
        "place_id": _("Lieu"),
        "first_day": _("Premier jour"),
        "start_time": _("Commence à"),
        "end_time": _("Termine à"),
        "motives": _("Motifs"),
        "rule": _("Répétition"),
    }


def values_of(draft: OpeningDraft) -> dict[str, Any]:
    """Write an opening as the form shows it."""
    return {
        "title": draft.title,
        "agent": str(draft.resource_id),
        "place_id": str(draft.place_id),
        "first_day": draft.first_day.isoformat(),
        "start_time": f"{draft.start_time:%H:%M}",
        "end_time": f"{draft.end_time:%H:%M}",
        "motives": [str(one) for one in draft.motive_ids],
        **repetition.values_of(draft.recurrence, draft.first_day),
    }


def empty(owner: Owner, offer: Offer, first_day: str, start: str, end: str) -> dict[str, Any]:
    """Give the form of a new opening; what there is only one of is chosen already."""
    known = offer.motives
    return {
        **dict.fromkeys(NAMES, ""),
        "agent": str(owner.id),
        "place_id": str(offer.places[0].id) if len(offer.places) == 1 else "",
        "first_day": first_day,
        "start_time": start,
        "end_time": end,
        "motives": [str(known[0].id)] if len(known) == 1 else [],
        **repetition.values_of(None, None),
    }


def typed_values(form: Form) -> dict[str, Any]:
    """Repeat what was typed."""
    return {
        **{name: form.text(name) for name in NAMES},
        "motives": form.texts("motives"),
        **repetition.typed_values(form),
    }


def draft_of(form: Form, owner: Owner, offer: Offer, kept: str | None = None) -> OpeningDraft:
    """Read a form; `kept` is the repetition that an opening has and the form cannot write.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    typed = Typed(form)
    place = next((one for one in offer.places if str(one.id) == form.text("place_id")), None)
    if place is None:
        typed.refuse("place_id", _("Choisissez un lieu."))
    first = typed.day("first_day", needed=_("Choisissez le premier jour."))
    start = typed.time("start_time", needed=_("Écrivez l’heure de début."))
    end = typed.time("end_time", needed=_("Écrivez l’heure de fin."))
    if start and end and end <= start:
        typed.refuse("end_time", _("L’heure de fin doit être après l’heure de début."))
    ticked = _ticked(typed, offer, place.organisation_id if place else None)
    rule = repetition.rule_of(typed, first, kept)
    if rule is None and place is not None:
        clocks.refuse_missing(typed, "start_time", first, start, place.time_zone)
        clocks.refuse_missing(typed, "end_time", first, end, place.time_zone)
    typed.check.refuse_if_wrong()
    if place is None or first is None or start is None or end is None:
        raise InvalidInput(typed.check.wrong)
    draft = OpeningDraft(
        resource_id=owner.id,
        place_id=place.id,
        motive_ids=ticked,
        first_day=first,
        start_time=start,
        end_time=end,
        title=form.text("title"),
        recurrence=rule,
    )
    draft.check()
    return draft


def _ticked(typed: Typed, offer: Offer, organisation_id: UUID | None) -> Sequence[UUID]:
    wanted = set(typed.form.texts("motives"))
    known = [one for one in offer.motives if str(one.id) in wanted]
    if not known:
        typed.refuse("motives", _("Cochez au moins un motif."))
    elsewhere = [one.name for one in known if one.organisation_id != organisation_id]
    if organisation_id and elsewhere:
        names = ", ".join(elsewhere)
        typed.refuse(
            "motives", _("Ce lieu n’est pas de l’organisation de : %(names)s.", names=names)
        )
    return [one.id for one in known]
