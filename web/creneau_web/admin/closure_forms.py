"""A closure as it is typed: days and hours where it closes, and how it repeats (C-07)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
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

UPDATE: Final = "organisation:update"
NAMES: Final[tuple[str, ...]] = (
    *("label", "where", "first_day", "start_time", "last_day", "end_time"),
    *("repetition", "until"),
)
REPEATED: Final = {"weekly": "FREQ=WEEKLY", "monthly": "FREQ=MONTHLY"}
MIDNIGHT: Final = time()
A_DAY: Final = timedelta(days=1)


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


def where_of(closed: Closed) -> str:
    """Write what a closure closes as the form's value."""
    if closed.place_id:
        return f"place:{closed.place_id}"
    return f"organisation:{closed.organisation_id}" if closed.organisation_id else "all"


def values_of(closed: Closed) -> dict[str, str]:
    """Write a closure as the form shows it; whole days have no hours."""
    whole_days = closed.start_time == closed.end_time == MIDNIGHT
    last = closed.last_day - A_DAY if whole_days else closed.last_day
    kind, until = _repetition(closed.recurrence)
    return {
        "label": closed.label,
        "where": where_of(closed),
        "first_day": closed.first_day.isoformat(),
        "start_time": "" if whole_days else f"{closed.start_time:%H:%M}",
        "last_day": last.isoformat(),
        "end_time": "" if whole_days else f"{closed.end_time:%H:%M}",
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
    wrong: dict[str, str] = {}
    where = next((one for one in offered if one.value == typed.text("where")), None)
    if where is None:
        wrong["where"] = _("Choisissez ce qui ferme.")
    first = _day(typed, "first_day", wrong, needed=_("Choisissez le premier jour de fermeture."))
    last = _day(typed, "last_day", wrong) or first
    start, end = _time(typed, "start_time", wrong), _time(typed, "end_time", wrong)
    recurrence = _rule(typed, kept, wrong)
    if first and last and last < first:
        wrong.setdefault("last_day", _("Le dernier jour est avant le premier."))
    if wrong or where is None or first is None or last is None:
        raise InvalidInput(wrong)
    if end is None:
        last, end = last + A_DAY, MIDNIGHT
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


def _day(typed: Form, name: str, wrong: dict[str, str], *, needed: str = "") -> date | None:
    text = typed.text(name)
    if not text:
        if needed:
            wrong[name] = needed
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 2000 < found.year < 2100:  # noqa: PLR2004 - as the planning says it
        wrong[name] = _("Écrivez une date complète, entre 2001 et 2099.")
        return None
    return found


def _time(typed: Form, name: str, wrong: dict[str, str]) -> time | None:
    text = typed.text(name)
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        wrong[name] = _("Écrivez une heure, comme 14:30.")
        return None


def _rule(typed: Form, kept: str | None, wrong: dict[str, str]) -> str | None:
    kind = typed.text("repetition")
    if kind == "kept":
        return kept
    if kind not in REPEATED:
        return None
    until = _day(
        typed, "until", wrong, needed=_("Choisissez jusqu’à quand la fermeture se répète.")
    )
    return None if until is None else f"{REPEATED[kind]};UNTIL={until:%Y%m%d}"
