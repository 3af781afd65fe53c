"""Days, hours and numbers as people type them, with a sentence for each that cannot be used."""

import re
from datetime import date, time
from typing import Final

from creneau.i18n import gettext as _
from creneau.validation import Checked

from creneau_web.forms import Form

CLOCK: Final = re.compile(r"(\d{1,2})\s*(?:[h:.]\s*(\d{2})?(?::\d{2})?)?", re.IGNORECASE)
WRITTEN_DAY: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Typed:
    """A form being read; what is wrong is collected under each field's name."""

    def __init__(self, form: Form) -> None:
        """Begin with nothing wrong."""
        self.form = form
        self.check = Checked()

    def day(self, name: str, needed: str = "") -> date | None:
        """Read a day; empty is refused with `needed`, if there is such a sentence."""
        text = self.form.text(name)
        if not text:
            return self._missing(name, needed)
        found = calendar_day(text)
        if found is None:
            return self._refused(name, _("Écrivez une date complète, comme 24/11/2026."))
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            return self._refused(name, _("Choisissez une date entre 2000 et 2100."))
        return found

    def time(self, name: str, needed: str = "") -> time | None:
        """Read an hour of the day, written as "9:30", "9h30" or "9 h"."""
        text = self.form.text(name)
        if not text:
            return self._missing(name, needed)
        found = clock(text)
        if found is None:
            return self._refused(name, _("Écrivez une heure, comme 9:30 ou 14:00."))
        return found

    def number(self, name: str, least: int, most: int, sentence: str) -> int | None:
        """Read a whole number between two; anything else is refused with the sentence."""
        text = self.form.text(name)
        whole = text.isascii() and text.isdigit() and len(text) < 9  # noqa: PLR2004 - no longer number is meant
        if not whole or not least <= int(text) <= most:
            return self._refused(name, sentence)
        return int(text)

    def refuse(self, name: str, sentence: str) -> None:
        """Say what is wrong with a field, unless something was said already."""
        if name not in self.check.wrong:
            self.check.refuse(name, sentence)

    def _missing(self, name: str, needed: str) -> None:
        if needed:
            self.refuse(name, needed)

    def _refused(self, name: str, sentence: str) -> None:
        self.refuse(name, sentence)


def clock(text: str) -> time | None:
    """Read an hour of the day; None where it is none."""
    found = CLOCK.fullmatch(text.strip())
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else None
    except ValueError:
        return None


def calendar_day(text: str) -> date | None:
    """Read a day, as browsers send it or as people write it; None where it is none."""
    written = WRITTEN_DAY.fullmatch(text.strip())
    try:
        if written:
            return date(int(written[3]), int(written[2]), int(written[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
