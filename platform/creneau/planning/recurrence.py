"""Repetition as in RFC 5545: which local days a rule means."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from dateutil.rrule import rrule, rrulestr

from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput

REPETITIONS: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY"})


def repetition(rule: str, first: datetime) -> rrule:
    """Read an RRULE (RFC 5545, without DTSTART) that starts at a local, naive moment.

    Raises:
        InvalidInput: it is no rule, or repeats other than daily, weekly or monthly (C-10).
    """
    try:
        parsed = rrulestr(rule, dtstart=first)
    except (ValueError, TypeError) as error:
        raise InvalidInput({"recurrence": _("Cette répétition n’est pas comprise.")}) from error
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    # An interval of 0 would never get any further.
    every = parts.get("INTERVAL", "1")
    usable = parts.get("FREQ") in REPETITIONS and every.isdecimal() and int(every) > 0
    if not isinstance(parsed, rrule) or not usable:
        raise InvalidInput(
            {"recurrence": _("Choisissez une répétition par jour, par semaine ou par mois.")}
        )
    return parsed


def days(first_day: date, start: time, rule: str | None, until: date) -> Iterator[date]:
    """List the local days on which a (repeated) window starts, up to and including `until`."""
    first = datetime.combine(first_day, start)
    if rule is None:
        yield from (day for day in (first_day,) if day <= until)
        return
    last = datetime.combine(until, time.max)
    for moment in repetition(rule, first):
        if moment > last:
            return
        yield moment.date()
