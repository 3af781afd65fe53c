"""A closure as it is typed: days and hours where it closes, and how it repeats (C-07)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau.planning.drafts import ClosureDraft
from creneau.planning.schemas import Closed
from creneau.refusals import InvalidInput

from creneau_web.admin import reach
from creneau_web.forms import Form
from creneau_web.planning import clocks
from creneau_web.planning.absence_form import A_DAY, MIDNIGHT
from creneau_web.planning.typed import Typed

UPDATE: Final = "organisation:update"
NAMES: Final[tuple[str, ...]] = (
    *("label", "where", "first_day", "start_time", "last_day", "end_time"),
    *("repetition", "until"),
)
REPEATED: Final = {"weekly": "FREQ=WEEKLY", "monthly": "FREQ=MONTHLY"}
# The planning's own names for what the form asks in days and hours.
ASKED: Final = {
    "starts_at": "first_day",
    "ends_at": "last_day",
    "recurrence": "repetition",
    "place_id": "where",
    "organisation_id": "where",
    "time_zone": "where",
}


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """What a closure closes: a place, an organisation, or (neither) the whole tenant."""

    value: str
    label: str
    organisation_id: UUID | None = None
    place_id: UUID | None = None
    time_zone: str


async def choices(also: UUID | None = None) -> list[Where]:
    """List what the agent may close: their organisations, the places of these, all together.

    Archived places are left out, but for the one that a closure already closes.
    """
    everything = await organisations.organisations()
    theirs = [one for one in everything if reach.may_in(UPDATE, one.id)]
    names = {one.id: one for one in theirs}
    # Whoever may close each organisation may close them all at once.
    whole = [Where(value="all", label=_("Tout l’espace"), time_zone=current_tenant.get().time_zone)]
    return [
        *(whole if len(theirs) == len(everything) else []),
        *(
            Where(
                value=f"organisation:{one.id}",
                label=one.name,
                organisation_id=one.id,
                time_zone=one.time_zone,
            )
            for one in theirs
        ),
        *(
            Where(
                value=f"place:{one.id}",
                label=_(
                    "%(place)s (%(organisation)s)",
                    place=one.name,
                    organisation=names[one.organisation_id].name,
                ),
                place_id=one.id,
                time_zone=one.time_zone,
            )
            for one in await places.places(archived=True)
            if one.organisation_id in names and (one.archived_at is None or one.id == also)
        ),
    ]


def where_of(closed: Closed | ClosureDraft) -> str:
    """Write what a closure closes as the form's value."""
    if closed.place_id:
        return f"place:{closed.place_id}"
    return f"organisation:{closed.organisation_id}" if closed.organisation_id else "all"


def values_of(closed: Closed | ClosureDraft) -> dict[str, str]:
    """Write a closure as the form shows it; whole days have no hours."""
    zone = closed.time_zone or current_tenant.get().time_zone
    first = closed.window_in(ZoneInfo(zone)) if isinstance(closed, ClosureDraft) else closed
    whole_days = first.start_time == first.end_time == MIDNIGHT
    last = first.last_day - A_DAY if whole_days else first.last_day
    kind, until = _repetition(closed.recurrence)
    return {
        "label": closed.label,
        "where": where_of(closed),
        "first_day": first.first_day.isoformat(),
        "start_time": "" if whole_days else f"{first.start_time:%H:%M}",
        "last_day": last.isoformat(),
        "end_time": "" if whole_days else f"{first.end_time:%H:%M}",
        "repetition": kind,
        "until": until,
    }


def _repetition(rule: str | None) -> tuple[str, str]:
    if rule is None:
        return "", ""
    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";"))
    until = parts.pop("UNTIL", "")[:8]
    day = f"{until[:4]}-{until[4:6]}-{until[6:]}" if until else ""
    kind = {f"FREQ={found}": name for name, found in (("weekly", "WEEKLY"), ("monthly", "MONTHLY"))}
    left = ";".join(f"{name}={value}" for name, value in parts.items())
    # What this form cannot write is kept as it is.
    return (kind[left], day) if left in kind else ("kept", "")


def draft_of(typed: Form, offered: Sequence[Where], kept: str | None = None) -> ClosureDraft:
    """Read a form.

    Args:
        typed: the form; hours left empty mean whole days, a last day left empty the first one.
        offered: what the agent may close.
        kept: the repetition that the closure has, for those that the form cannot write.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    read = Typed(typed)
    where = next((one for one in offered if one.value == typed.text("where")), None)
    if where is None:
        read.refuse("where", _("Choisissez ce qui ferme."))
    first = read.day("first_day", needed=_("Choisissez le premier jour de fermeture."))
    last = read.day("last_day") or first
    start, end = read.time("start_time"), read.time("end_time")
    recurrence = _rule(read, kept)
    if first and last and last < first:
        read.refuse("last_day", _("Le dernier jour est avant le premier."))
    read.check.refuse_if_wrong()
    if where is None or first is None or last is None:
        raise InvalidInput(read.check.wrong)
    if end is None:
        last, end = last + A_DAY, MIDNIGHT
    if recurrence is None:
        clocks.refuse_missing(read, "start_time", first, start, where.time_zone)
        clocks.refuse_missing(read, "end_time", last, end, where.time_zone)
        read.check.refuse_if_wrong()
    zone = ZoneInfo(where.time_zone)
    starts_at = datetime.combine(first, start or MIDNIGHT, zone)
    ends_at = datetime.combine(last, end, zone)
    if ends_at <= starts_at:
        raise InvalidInput({"end_time": _("La fin de la fermeture doit être après son début.")})
    return ClosureDraft(
        starts_at=starts_at,
        ends_at=ends_at,
        label=typed.text("label"),
        organisation_id=where.organisation_id,
        place_id=where.place_id,
        time_zone=where.time_zone,
        recurrence=recurrence,
    )


def _rule(read: Typed, kept: str | None) -> str | None:
    kind = read.form.text("repetition")
    if kind == "kept":
        return kept
    if kind not in REPEATED:
        return None
    until = read.day("until", needed=_("Choisissez jusqu’à quand la fermeture se répète."))
    return None if until is None else f"{REPEATED[kind]};UNTIL={until:%Y%m%d}"
