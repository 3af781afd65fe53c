"""How often something takes place, between what people choose and a rule of RFC 5545 (C-10)."""

from datetime import date
from typing import Any, Final

from creneau.i18n import gettext as _
from creneau.planning.recurrence import MOST_EVERY, MOST_TIMES

from creneau_web.forms import Form
from creneau_web.planning.rule import CODES, Rule, parsed
from creneau_web.planning.typed import Typed

NAMES: Final = ("repetition", "every", "ends", "until", "times")
KINDS: Final = ("daily", "weekly", "monthly_date", "monthly_nth", "monthly_last")
ONCE, KEPT = "", "kept"


def values_of(recurrence: str | None, first_day: date | None) -> dict[str, Any]:
    """Write a rule as the form shows it; one that it cannot write is kept as it is."""
    empty: dict[str, Any] = {"repetition": ONCE, "every": "1", "days": [], "ends": "never"}
    empty |= {"until": "", "times": ""}
    if recurrence is None:
        return empty
    rule = parsed(recurrence)
    ending = rule.ending
    return {
        **empty,
        "repetition": _kind(rule, first_day) if first_day else KEPT,
        "every": str(rule.every),
        "days": [code for code, _number in rule.weekdays] if rule.freq == "WEEKLY" else [],
        "ends": "until" if ending.until else "times" if ending.times else "never",
        "until": ending.until.isoformat() if ending.until else "",
        "times": str(ending.times or ""),
    }


def _kind(rule: Rule, first_day: date) -> str:
    if rule.freq == "DAILY":
        return KEPT if rule.weekdays else "daily"
    if rule.freq == "WEEKLY":
        return "weekly" if rule.week_starts == "MO" else KEPT
    if not rule.weekdays and [*rule.month_days] in ([], [first_day.day]):
        return "monthly_date"
    if [*rule.weekdays] == [(_code(first_day), _nth(first_day))]:
        return "monthly_nth"
    if [*rule.weekdays] == [(_code(first_day), -1)]:
        return "monthly_last"
    return KEPT


def _code(day: date) -> str:
    return CODES[day.weekday()]


def _nth(day: date) -> int:
    return (day.day - 1) // 7 + 1


def typed_values(form: Form) -> dict[str, Any]:
    """Repeat what was typed about the repetition."""
    return {**{name: form.text(name) for name in NAMES}, "days": form.texts("days")}


def rule_of(typed: Typed, first_day: date | None, kept: str | None = None) -> str | None:
    """Read a repetition as a rule; None: once. `kept` is one that the form cannot write."""
    kind = typed.form.text("repetition")
    if kind == KEPT:
        return kept
    if kind not in KINDS:
        return None
    every = _every(typed)
    ending = _ending(typed, first_day)
    if every is None or ending is None or first_day is None:
        return None
    interval = "" if every == 1 else f";INTERVAL={every}"
    return _parts(typed, kind, first_day).format(interval=interval) + ending


def _parts(typed: Typed, kind: str, first_day: date) -> str:
    if kind == "daily":
        return "FREQ=DAILY{interval}"
    if kind == "weekly":
        ticked = set(typed.form.texts("days"))
        days = [code for code in CODES if code in ticked] or [_code(first_day)]
        return "FREQ=WEEKLY{interval};BYDAY=" + ",".join(days)
    if kind == "monthly_date":
        return f"FREQ=MONTHLY{{interval}};BYMONTHDAY={first_day.day}"
    number = -1 if kind == "monthly_last" else _nth(first_day)
    return f"FREQ=MONTHLY{{interval}};BYDAY={number}{_code(first_day)}"


def _every(typed: Typed) -> int | None:
    if not typed.form.text("every"):
        return 1
    sentence = _("Écrivez un nombre de 1 à %(most)s.", most=MOST_EVERY)
    return typed.number("every", 1, MOST_EVERY, sentence)


def _ending(typed: Typed, first_day: date | None) -> str | None:
    ends = typed.form.text("ends")
    if ends == "until":
        until = typed.day("until", needed=_("Choisissez le dernier jour de la répétition."))
        if until and first_day and until < first_day:
            typed.refuse("until", _("La répétition finit avant de commencer. Corrigez cette date."))
        return f";UNTIL={until:%Y%m%d}" if until else None
    if ends == "times":
        sentence = _("Écrivez un nombre de fois de 1 à %(most)s.", most=MOST_TIMES)
        times = typed.number("times", 1, MOST_TIMES, sentence)
        return f";COUNT={times}" if times else None
    return ""


def choices(repetition: str) -> list[tuple[str, str]]:
    """List how something can repeat; a repetition that the form cannot write can only be kept."""
    known = [
        (ONCE, _("Une seule fois")),
        ("daily", _("Par jour")),
        ("weekly", _("Par semaine")),
        ("monthly_date", _("Par mois, à la même date")),
        ("monthly_nth", _("Par mois, au même jour de la semaine (par exemple le 2e mardi)")),
        ("monthly_last", _("Par mois, le dernier de ces jours (par exemple le dernier mardi)")),
    ]
    return known if repetition != KEPT else [*known, (KEPT, _("Comme maintenant"))]
