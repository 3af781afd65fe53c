"""A repetition in words: "tous les lundis et jeudis, jusqu’au 30 juin 2027" (C-10)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from babel.dates import format_date, get_day_names
from creneau.i18n import current_locale
from creneau.i18n import day as whole_day
from creneau.i18n import gettext as _
from creneau.i18n import time as clock_time

from creneau_web.planning.rule import CODES, Ending, Rule, parsed

WORKING: Final = CODES[:5]


def rule_in_words(recurrence: str | None, first_day: date) -> str:
    """Say when something repeats; what takes place once is said by its day."""
    if recurrence is None:
        return whole_day(first_day)
    rule = parsed(recurrence)
    return f"{_how_often(rule, first_day)}{_until(rule.ending)}"


def _how_often(rule: Rule, first_day: date) -> str:
    if rule.freq == "MONTHLY":
        return _monthly(rule, first_day)
    codes = [code for code in CODES if code in {one for one, _number in rule.weekdays}]
    if rule.freq == "WEEKLY":
        return _weekly(codes or [CODES[first_day.weekday()]], rule.every)
    if codes:
        return _("%(days)s (jour sur %(every)s)", days=_weekly(codes, 1), every=rule.every)
    if rule.every == 1:
        return _("tous les jours")
    return _("tous les %(every)s jours", every=rule.every)


def _weekly(codes: Sequence[str], every: int) -> str:
    if every > 1:
        named = listed([_("le %(day)s", day=_name(code)) for code in codes])
        return _("toutes les %(every)s semaines, %(days)s", every=every, days=named)
    if [*codes] == [*CODES]:
        return _("tous les jours")
    if [*codes] == [*WORKING]:
        return _("du lundi au vendredi")
    return _("tous les %(days)s", days=listed([_several(code) for code in codes]))


def _monthly(rule: Rule, first_day: date) -> str:
    if rule.weekdays:
        named = listed([nth_weekday(code, number) for code, number in rule.weekdays])
    else:
        named = listed([_date_of_month(one) for one in rule.month_days or [first_day.day]])
    if rule.every == 1:
        return _("%(days)s de chaque mois", days=named)
    return _("tous les %(every)s mois, %(days)s", every=rule.every, days=named)


def _date_of_month(number: int) -> str:
    if number < 0:
        return _("le dernier jour") if number == -1 else str(number)
    if number == 1:
        return _("le 1er")
    return _("le %(number)s", number=number)


def nth_weekday(code: str, number: int | None) -> str:
    """Name one weekday of a month: "le 2e mardi", "le dernier vendredi"; None: each of them."""
    day = _name(code)
    if number is None:
        return _("chaque %(day)s", day=day)
    if number < 0:
        return _("le dernier %(day)s", day=day) if number == -1 else f"{number} {day}"
    return {
        1: _("le 1er %(day)s", day=day),
        2: _("le 2e %(day)s", day=day),
        3: _("le 3e %(day)s", day=day),
    }.get(number, _("le %(number)se %(day)s", number=number, day=day))


def _until(ending: Ending) -> str:
    if ending.until:
        return ", " + _("jusqu’au %(day)s", day=date_in_words(ending.until))
    if ending.times:
        return ", " + (
            _("%(times)s fois", times=ending.times) if ending.times > 1 else _("une fois")
        )
    return ""


def date_in_words(day: date) -> str:
    """Write a date as "30 juin 2027"."""
    if current_locale.get() == "fr":
        text = format_date(day, "d MMMM y", locale="fr")
        return text.replace("1 ", "1er ", 1) if day.day == 1 else text
    return format_date(day, "d MMMM y", locale="en_GB")


def hours_in_words(start: time, end: time) -> str:
    """Write two hours of a day as "9 h – 12 h"."""
    return f"{time_in_words(start)} – {time_in_words(end)}"


def time_in_words(at: time) -> str:
    """Write an hour of the day as "9 h 30"."""
    return clock_time(datetime.combine(date.min, at))


def day_names() -> list[tuple[str, str]]:
    """List the days of the week by their codes, Monday first."""
    return [(code, _name(code).capitalize()) for code in CODES]


def _name(code: str) -> str:
    names = get_day_names("wide", locale=current_locale.get())
    return names[CODES.index(code)]


def _several(code: str) -> str:
    return f"{_name(code)}s" if current_locale.get() == "fr" else _name(code)


def listed(names: Sequence[str]) -> str:
    """Put names after each other: "lundis, mardis et jeudis"."""
    *others, last = names
    return _("%(others)s et %(last)s", others=", ".join(others), last=last) if others else last
