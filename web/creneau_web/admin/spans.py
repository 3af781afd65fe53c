"""Lengths of time as people say them: a number and a unit."""

from collections.abc import Mapping
from typing import Final

import msgspec
from creneau.i18n import gettext as _
from creneau.i18n import ngettext

MINUTES_IN: Final[Mapping[str, int]] = {
    "months": 30 * 24 * 60,
    "weeks": 7 * 24 * 60,
    "days": 24 * 60,
    "hours": 60,
    "minutes": 1,
}


class Span(msgspec.Struct, frozen=True):
    """So many minutes, hours, days, weeks, or months of 30 days."""

    amount: int
    unit: str

    @property
    def minutes(self) -> int:
        """The length in minutes."""
        return self.amount * MINUTES_IN[self.unit]


def span_of(minutes: int) -> Span:
    """Write minutes in the largest unit that leaves no rest; nothing is so many hours."""
    if not minutes:
        return Span(0, "hours")
    unit = next(name for name, length in MINUTES_IN.items() if minutes % length == 0)
    return Span(minutes // MINUTES_IN[unit], unit)


def units() -> list[tuple[str, str]]:
    """List the units in the current language, the shortest first."""
    return [
        ("minutes", _("minutes")),
        ("hours", _("heures")),
        ("days", _("jours")),
        ("weeks", _("semaines")),
        ("months", _("mois de 30 jours")),
    ]


def in_words(minutes: int) -> str:
    """Say a length of time."""
    span = span_of(minutes)
    return {
        "minutes": ngettext("%(num)s minute", "%(num)s minutes", span.amount, num=span.amount),
        "hours": ngettext("%(num)s heure", "%(num)s heures", span.amount, num=span.amount),
        "days": ngettext("%(num)s jour", "%(num)s jours", span.amount, num=span.amount),
        "weeks": ngettext("%(num)s semaine", "%(num)s semaines", span.amount, num=span.amount),
        "months": ngettext("%(num)s mois", "%(num)s mois", span.amount, num=span.amount),
    }[span.unit]
