"""When a motive reminds, as lines of its form and in words (C-81)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from creneau.i18n import gettext as _
from creneau.i18n import moment, ngettext
from creneau.i18n import time as clock_time
from creneau.messages.reminders.rules import due_at
from creneau.motives.rules import MOST_REMINDERS
from creneau.motives.schemas import Reminder
from creneau.validation import Checked

from creneau_web.admin.spans import MINUTES_IN, Span, in_words, span_of
from creneau_web.forms import Form

NAMES: Final = tuple(f"reminder-{number}" for number in range(1, MOST_REMINDERS + 1))
LONGEST_NUMBER: Final = 4


def values_of(reminders: Iterable[Reminder]) -> dict[str, Any]:
    """Fill a line of the form for each reminder, the earliest first."""
    values: dict[str, Any] = {f"{name}_unit": "days" for name in NAMES}
    for name, reminder in zip(NAMES, in_order(reminders), strict=False):
        span = span_of(reminder.minutes)
        at = reminder.at.strftime("%H:%M") if reminder.at else ""
        values |= {name: str(span.amount), f"{name}_unit": span.unit, f"{name}_at": at}
    return values


def lines(values: Mapping[str, Any]) -> list[str]:
    """Name the lines to show: those that are filled in, and one more while there is room."""
    filled = [number for number, name in enumerate(NAMES, start=1) if values.get(name)]
    return list(NAMES[: max(filled, default=0) + 1])


def read(typed: Form, check: Checked) -> tuple[Reminder, ...]:
    """Read the lines; what is wrong is told to `check` by the line's name."""
    found = (_read_line(typed, name, check) for name in NAMES if typed.text(name))
    return tuple(in_order(one for one in found if one))


def _read_line(typed: Form, name: str, check: Checked) -> Reminder | None:
    amount, unit, at = (typed.text(f"{name}{end}") for end in ("", "_unit", "_at"))
    if not (amount.isascii() and amount.isdigit() and len(amount) <= LONGEST_NUMBER):
        check.refuse(name, _("Écrivez un nombre entier, comme 2, ou videz la ligne."))
    elif unit not in MINUTES_IN:
        check.refuse(name, _("Choisissez des minutes, des heures, des jours…"))
    elif at and _time(at) is None:
        check.refuse(name, _("Écrivez l’heure comme 18:00, ou laissez-la vide."))
    else:
        return Reminder(Span(int(amount), unit).minutes, _time(at))
    return None


def _time(text: str) -> time | None:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of any day
    except ValueError:
        return None


def in_order(reminders: Iterable[Reminder]) -> list[Reminder]:
    """Sort reminders, the earliest first."""
    return sorted(reminders, key=lambda one: (-one.minutes, one.at or time()))


def reminders_in_words(reminders: Iterable[Reminder]) -> str:
    """Say all the times on one line."""
    return " ; ".join(_in_words(one) for one in in_order(reminders)) or _("aucun")


def _in_words(reminder: Reminder) -> str:
    before = in_words(reminder.minutes)
    if reminder.at is None:
        return _("%(span)s avant", span=before)
    on_the_day = datetime.combine(date.min, reminder.at)
    return _("%(span)s avant à %(time)s", span=before, time=clock_time(on_the_day))


def example(reminders: Iterable[Reminder], starts_at: datetime, zone: ZoneInfo) -> str:
    """Say when reminders of an appointment leave; times are local to `zone`."""
    moments = sorted(due_at(starts_at, zone, one) for one in reminders)
    if not moments:
        return _("Aucun rappel ne part.")
    return ngettext(
        "Pour un rendez-vous %(when)s, un rappel part %(moments)s.",
        "Pour un rendez-vous %(when)s, des rappels partent %(moments)s.",
        len(moments),
        when=moment(starts_at.astimezone(zone)),
        moments=" ; ".join(moment(one.astimezone(zone)) for one in moments),
    )
