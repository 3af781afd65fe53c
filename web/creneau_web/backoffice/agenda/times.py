"""Dates, times and durations as they are typed into a form, each with a sentence when it is none."""

from datetime import date, datetime, time
from typing import Final

from creneau.i18n import gettext as _

LONGEST: Final = 24 * 60
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def read_date(typed: str, name: str, wrong: dict[str, str]) -> date | None:
    """Read a day such as `2026-11-30`, as a browser's own field writes it, or `30/11/2026`."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(typed, pattern).date()  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
        if EARLIEST <= found < LATEST:
            return found
    wrong[name] = _("Indiquez une date, comme 30/11/2026.")
    return None


def read_time(typed: str, name: str, wrong: dict[str, str]) -> time | None:
    """Read a time of day such as `9:30`, `09:30` or `9h30`."""
    hours, _colon, minutes = typed.lower().replace(" ", "").replace("h", ":").partition(":")
    try:
        return time(int(hours), int(minutes or "0"))
    except ValueError:
        wrong[name] = _("Indiquez une heure, comme 9:30.")
    return None


def read_minutes(typed: str, name: str, wrong: dict[str, str]) -> int | None:
    """Read a duration in minutes (C-06)."""
    if typed.isdecimal() and len(typed) < 5 and 1 <= int(typed) <= LONGEST:  # noqa: PLR2004 - 1440 has four digits
        return int(typed)
    wrong[name] = _("Indiquez une durée en minutes, de 1 à 1440.")
    return None
