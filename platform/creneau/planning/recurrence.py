"""Repetition as in RFC 5545: which local days a rule means.

Every rule ends: it is followed to a day, never to a number of days found, so that one that means
no day costs no more than one that means many.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput

WEEKDAYS: Final = {
    name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
}
LAST_DAY: Final = date(2100, 12, 31)
MOST_EVERY: Final = 366
MOST_TIMES: Final = 3660

_PARTS: Final = {
    "FREQ": re.compile(r"[A-Z]{1,12}"),
    "INTERVAL": re.compile(r"[0-9]{1,9}"),
    "COUNT": re.compile(r"[0-9]{1,9}"),
    "UNTIL": re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?"),
    "BYDAY": re.compile(
        r"(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)){0,34}"
    ),
    "BYMONTHDAY": re.compile(r"-?[0-9]{1,2}(,-?[0-9]{1,2}){0,30}"),
    "WKST": re.compile(r"MO|TU|WE|TH|FR|SA|SU"),
}
_GOES_WITH: Final = {"BYDAY": {"DAILY", "WEEKLY", "MONTHLY"}, "BYMONTHDAY": {"MONTHLY"}}


def check_repetition(rule: str, first_day: date) -> None:
    """Refuse what repeats other than daily, weekly or monthly, too often, or never (C-10).

    Raises:
        InvalidInput: with a sentence for the field `recurrence`.
    """
    parts = _parts(rule)
    _check_numbers(parts)
    _check_days(parts)
    if next(days(first_day, rule, LAST_DAY), None) is None:
        raise _refused(_("Cette répétition ne tombe sur aucun jour."))


def days(first_day: date, rule: str | None, until: date) -> Iterator[date]:
    """List the local days that a rule means from `first_day` up to and including `until`.

    A rule (an RRULE without DTSTART; None: once) has passed `check_repetition`.
    """
    if rule is None:
        return iter((first_day,) if first_day <= until else ())
    parts = _parts(rule)
    last = min(until, LAST_DAY, _day(parts["UNTIL"]) if "UNTIL" in parts else LAST_DAY)
    every = int(parts.get("INTERVAL", "1"))
    found = _EACH[parts["FREQ"]](first_day, last, every, parts)
    times = int(parts["COUNT"]) if "COUNT" in parts else None
    return islice((day for day in found if first_day <= day <= last), times)


def _daily(first: date, last: date, every: int, parts: Mapping[str, str]) -> Iterator[date]:
    weekdays = {weekday for weekday, _number in _weekdays(parts)} or set(WEEKDAYS.values())
    for number in range(first.toordinal(), last.toordinal() + 1, every):
        day = date.fromordinal(number)
        if day.weekday() in weekdays:
            yield day


def _weekly(first: date, last: date, every: int, parts: Mapping[str, str]) -> Iterator[date]:
    week_starts = WEEKDAYS[parts.get("WKST", "MO")]
    weekdays = {weekday for weekday, _number in _weekdays(parts)} or {first.weekday()}
    offsets = sorted((weekday - week_starts) % 7 for weekday in weekdays)
    start = first.toordinal() - (first.weekday() - week_starts) % 7
    for week in range(start, last.toordinal() + 1, 7 * every):
        yield from (date.fromordinal(week + offset) for offset in offsets)


def _monthly(first: date, last: date, every: int, parts: Mapping[str, str]) -> Iterator[date]:
    months = range(12 * first.year + first.month - 1, 12 * last.year + last.month, every)
    for year, month in (divmod(number, 12) for number in months):
        yield from sorted(_days_of_month(first, year, month + 1, parts))


def _days_of_month(first: date, year: int, month: int, parts: Mapping[str, str]) -> set[date]:
    starts_on, length = monthrange(year, month)
    if "BYDAY" in parts:
        numbers = {
            number
            for weekday, nth in _weekdays(parts)
            for number in _nth(range(1 + (weekday - starts_on) % 7, length + 1, 7), nth)
        }
    else:
        wished = _numbers(parts.get("BYMONTHDAY")) or (first.day,)
        numbers = {number if number > 0 else length + 1 + number for number in wished}
    return {date(year, month, number) for number in numbers if 1 <= number <= length}


def _nth(numbers: Sequence[int], nth: int | None) -> Sequence[int]:
    if nth is None:
        return numbers
    position = nth - 1 if nth > 0 else len(numbers) + nth
    return numbers[position : position + 1] if position >= 0 else ()


_EACH: Final = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly}


def ended_before(rule: str, day: date) -> str:
    """Write the rule that means the same days, but none from `day` on."""
    parts = _parts(rule)
    parts.pop("COUNT", None)
    parts["UNTIL"] = f"{day - timedelta(days=1):%Y%m%d}"
    return _written(parts)


def with_fewer(rule: str, passed: int) -> str:
    """Write the rule for what is left of a series after so many occurrences."""
    parts = _parts(rule)
    if "COUNT" in parts:
        parts["COUNT"] = str(int(parts["COUNT"]) - passed)
    return _written(parts)


def _written(parts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput({"recurrence": sentence})


def _not_understood() -> InvalidInput:
    return _refused(_("Cette répétition n’est pas comprise."))


def _parts(rule: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in rule.upper().removeprefix("RRULE:").split(";")]
    parts = {name: value for name, _sign, value in pairs}
    understood = all(name in _PARTS and _PARTS[name].fullmatch(parts[name]) for name in parts)
    if not understood or len(parts) < len(pairs):
        raise _not_understood()
    if parts.get("FREQ") not in _EACH:
        raise _refused(_("Choisissez une répétition par jour, par semaine ou par mois."))
    return parts


def _check_numbers(parts: Mapping[str, str]) -> None:
    if not 1 <= int(parts.get("INTERVAL", "1")) <= MOST_EVERY:
        raise _refused(_("Choisissez un intervalle de 1 à %(most)s.", most=MOST_EVERY))
    if not 1 <= int(parts.get("COUNT", "1")) <= MOST_TIMES:
        raise _refused(_("Choisissez un nombre de fois de 1 à %(most)s.", most=MOST_TIMES))
    if "COUNT" in parts and "UNTIL" in parts:
        raise _refused(_("Choisissez une date de fin ou un nombre de fois, pas les deux."))


def _check_days(parts: Mapping[str, str]) -> None:
    freq = parts["FREQ"]
    misplaced = any(name in parts and freq not in goes for name, goes in _GOES_WITH.items())
    numbered = any(part[0] in "-12345" for part in parts.get("BYDAY", "").split(",") if part)
    outside = any(not 1 <= abs(day) <= 31 for day in _numbers(parts.get("BYMONTHDAY")) or ())  # noqa: PLR2004 - days of a month
    both = "BYDAY" in parts and "BYMONTHDAY" in parts
    if misplaced or outside or both or (numbered and freq != "MONTHLY"):
        raise _not_understood()
    if "UNTIL" in parts:
        _day(parts["UNTIL"])


def _day(text: str) -> date:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a local day
    except ValueError as error:
        raise _not_understood() from error


def _numbers(text: str | None) -> tuple[int, ...] | None:
    return tuple(int(part) for part in text.split(",")) if text else None


def _weekdays(parts: Mapping[str, str]) -> list[tuple[int, int | None]]:
    named = parts["BYDAY"].split(",") if "BYDAY" in parts else ()
    return [(WEEKDAYS[name[-2:]], int(name[:-2]) if name[:-2] else None) for name in named]
