"""Calendar weeks in a place's time zone, as the pages of slots show them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Self

import msgspec
from babel.dates import format_date
from creneau.i18n import current_locale
from creneau.i18n import gettext as _

WORKING_DAYS = 5


class Week(msgspec.Struct, frozen=True, order=True):
    """A week from Monday to Sunday, named like `2026-W48` (ISO 8601)."""

    monday: date

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Self:
        """Give the week that holds a moment, as the place's calendar has it."""
        day = moment.astimezone(zone).date()
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def parse(cls, code: str) -> Self | None:
        """Read `2026-W48`; None for anything else."""
        year, separator, number = code.partition("-W")
        if not (separator and year.isdecimal() and number.isdecimal()):
            return None
        try:
            return cls(date.fromisocalendar(int(year), int(number), 1))
        except ValueError:
            return None

    @property
    def code(self) -> str:
        """Write the week as in an address."""
        year, number, _day = self.monday.isocalendar()
        return f"{year:04d}-W{number:02d}"

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    @property
    def title(self) -> str:
        """Write "Semaine du 23 au 29 novembre 2026" in the current language."""
        return _(
            "Semaine du %(first)s au %(last)s",
            first=_short(self.monday, self.sunday),
            last=_full(self.sunday),
        )

    def shifted(self, weeks: int) -> Self:
        """Give the week that many weeks later."""
        return type(self)(self.monday + timedelta(weeks=weeks))

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Give the first moment of Monday and that of the next Monday, local and aware."""
        start = datetime.combine(self.monday, time.min, zone)
        return start, datetime.combine(self.monday + timedelta(days=7), time.min, zone)


def _short(first: date, last: date) -> str:
    if first.year != last.year:
        return _full(first)
    return _written(first, "d" if first.month == last.month else "d MMMM")


def _full(value: date) -> str:
    return _written(value, "d MMMM y")


def _written(value: date, pattern: str) -> str:
    if current_locale.get() == "en":
        return format_date(value, pattern, locale="en_GB")
    text = format_date(value, pattern, locale="fr")
    return f"1er{text[1:]}" if value.day == 1 else text


class SlotView(msgspec.Struct, frozen=True, kw_only=True):
    """A slot as a button: its start in the place's time zone, what the form sends, a second line."""

    starts_at: datetime
    value: str
    place: str | None = None


class DayView(msgspec.Struct, frozen=True):
    """A day of the week with its slots, in order."""

    day: date
    slots: Sequence[SlotView]


def days_of(week: Week, slots: Iterable[SlotView], today: date) -> list[DayView]:
    """Spread slots over the days of a week.

    Days gone by are left out; a weekend stands there only when it has a slot.
    """
    by_day: dict[date, list[SlotView]] = {}
    for slot in slots:
        by_day.setdefault(slot.starts_at.date(), []).append(slot)
    days = (week.monday + timedelta(days=number) for number in range(7))
    return [
        DayView(day, by_day.get(day, []))
        for day in days
        if day >= today and (day.weekday() < WORKING_DAYS or day in by_day)
    ]
