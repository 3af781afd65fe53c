"""An absence as it is typed: from when to when, and how it repeats (C-12)."""

from datetime import date, time, timedelta
from typing import Any, Final

from creneau.i18n import gettext as _
from creneau.planning.drafts import AbsenceDraft
from creneau.refusals import InvalidInput

from creneau_web.forms import Form
from creneau_web.planning import clocks, repetition
from creneau_web.planning.owners import Owner
from creneau_web.planning.typed import Typed

NAMES: Final = ("title", "agent", "first_day", "start_time", "last_day", "end_time")
MIDNIGHT: Final = time()
A_DAY: Final = timedelta(days=1)


def labels() -> dict[str, str]:
    """Name the fields as the form does."""
    return {
        "title": _("Nom"),
        "agent": _("Pour qui"),
        "first_day": _("Premier jour"),
        "start_time": _("Commence à"),
        "last_day": _("Dernier jour"),
        "end_time": _("Termine à"),
        "rule": _("Répétition"),
    }


def values_of(draft: AbsenceDraft) -> dict[str, Any]:
    """Write an absence as the form shows it; whole days have no hours."""
    whole = whole_days(draft.start_time, draft.end_time)
    midnight = draft.end_time == MIDNIGHT and draft.last_day > draft.first_day
    last = draft.last_day - A_DAY if midnight else draft.last_day
    return {
        "title": draft.title,
        "agent": str(draft.resource_id),
        "first_day": draft.first_day.isoformat(),
        "start_time": "" if whole else f"{draft.start_time:%H:%M}",
        "last_day": last.isoformat(),
        "end_time": "" if midnight else f"{draft.end_time:%H:%M}",
        **repetition.values_of(draft.recurrence, draft.first_day),
    }


def whole_days(start: time, end: time) -> bool:
    """Tell whether something lasts from midnight to midnight."""
    return start == end == MIDNIGHT


def empty(owner: Owner, first_day: str, start: str) -> dict[str, Any]:
    """Give the form of a new absence."""
    return {
        **dict.fromkeys(NAMES, ""),
        "agent": str(owner.id),
        "first_day": first_day,
        "start_time": start,
        **repetition.values_of(None, None),
    }


def typed_values(form: Form) -> dict[str, Any]:
    """Repeat what was typed."""
    return {**{name: form.text(name) for name in NAMES}, **repetition.typed_values(form)}


def draft_of(form: Form, owner: Owner, zone: str, kept: str | None = None) -> AbsenceDraft:
    """Read a form; without hours, whole days; without a last day, the first one alone.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    typed = Typed(form)
    first = typed.day("first_day", needed=_("Choisissez le premier jour de l’absence."))
    last = typed.day("last_day") or first
    start, end = typed.time("start_time"), typed.time("end_time")
    if first and last and last < first:
        typed.refuse("last_day", _("Le dernier jour est avant le premier."))
    elif first and (start or end) and _ends(last, end) <= (first, start or MIDNIGHT):
        typed.refuse("end_time", _("La fin de l’absence doit être après son début."))
    rule = repetition.rule_of(typed, first, kept)
    if rule is None:
        clocks.refuse_missing(typed, "start_time", first, start, zone)
        clocks.refuse_missing(typed, "end_time", last, end, zone)
    typed.check.refuse_if_wrong()
    if first is None:
        raise InvalidInput(typed.check.wrong)
    last_day, end_time = _ends(last, end)
    draft = AbsenceDraft(
        resource_id=owner.id,
        first_day=first,
        start_time=start or MIDNIGHT,
        last_day=last_day,
        end_time=end_time,
        time_zone=zone,
        title=form.text("title"),
        recurrence=rule,
    )
    draft.check()
    return draft


def _ends(last: date | None, end: time | None) -> tuple[date, time]:
    day = last or date.min
    return (day, end) if end is not None else (day + A_DAY, MIDNIGHT)
