"""What people type, cleaned and checked: one sentence for each field that cannot be used."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from creneau_infra import clock

from creneau.i18n import gettext as _
from creneau.phones import normalised_phone
from creneau.refusals import InvalidInput

LINE: Final = 200
PARAGRAPHS: Final = 5000
LONGEST_EMAIL: Final = 254
FARTHEST_YEARS: Final = 10

_EMAIL: Final = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


class Checked:
    """Collects the sentences for one form; `refuse_if_wrong` raises them all at once."""

    def __init__(self) -> None:
        """Start without any complaint."""
        self.wrong: dict[str, str] = {}

    def refuse_if_wrong(self) -> None:
        """Raise `InvalidInput` when at least one field cannot be used."""
        if self.wrong:
            raise InvalidInput(self.wrong)

    def refuse(self, field: str, sentence: str) -> None:
        """Keep a sentence, already in the current language; the first one for a field stays."""
        self.wrong.setdefault(field, sentence)

    def line(self, field: str, value: str, *, needed: str = "", longest: int = LINE) -> str:
        """Clean one line of text; `needed` is the sentence for an empty one."""
        text = one_line(value)
        if needed and not text:
            self.refuse(field, needed)
        self._not_longer(field, text, longest)
        return text

    def paragraphs(self, field: str, value: str, *, longest: int = PARAGRAPHS) -> str:
        """Clean a text of several lines."""
        text = "\n".join(_line(part) for part in value.splitlines()).strip()
        self._not_longer(field, text, longest)
        return text

    def email(self, field: str, value: str, *, needed: str = "") -> str:
        """Clean an e-mail address and write it in lower case."""
        text = one_line(value).lower()
        if needed and not text:
            self.refuse(field, needed)
        elif text and not is_email(text):
            self.refuse(field, _("Écrivez une adresse e-mail complète, comme nom@exemple.fr."))
        return text

    def phone(self, field: str, value: str) -> str:
        """Clean a person's phone number and write it in the international form `+33612345678`."""
        text = one_line(value)
        number = normalised_phone(text) if text else ""
        if number is None:
            self.refuse(field, _("Écrivez un numéro de téléphone complet, comme 06 12 34 56 78."))
            return text
        return number

    def website(self, field: str, value: str) -> str:
        """Clean the address of a site; `https://` is added where no scheme was typed."""
        text = one_line(value)
        if not text:
            return ""
        address = text if "://" in text else f"https://{text}"
        if not _is_website(address):
            self.refuse(
                field, _("Écrivez l’adresse du site en entier, comme https://www.exemple.fr.")
            )
        return address

    def colour(self, field: str, value: str) -> str:
        """Clean a colour and write it as `#0B6E69`."""
        text = one_line(value).upper()
        if not _COLOUR.fullmatch(text):
            self.refuse(field, _("Choisissez une couleur, comme #0B6E69."))
        return text

    def time_zone(self, field: str, value: str) -> str:
        """Check the name of a time zone, such as `Europe/Paris`."""
        text = one_line(value)
        if text not in _time_zones():
            self.refuse(field, _("Choisissez un fuseau horaire de la liste, comme Europe/Paris."))
        return text

    def choice(self, field: str, value: str, among: Collection[str]) -> None:
        """Refuse what is not one of the values offered."""
        if value not in among:
            self.refuse(field, _("Choisissez une des valeurs proposées."))

    def between(self, field: str, value: float | None, lowest: float, highest: float) -> None:
        """Refuse a number outside its bounds; None passes."""
        if value is not None and not lowest <= value <= highest:
            self.refuse(
                field,
                _(
                    "Écrivez un nombre de %(lowest)s à %(highest)s.",
                    lowest=f"{lowest:g}" if lowest % 1 else int(lowest),
                    highest=f"{highest:g}" if highest % 1 else int(highest),
                ),
            )

    def _not_longer(self, field: str, text: str, longest: int) -> None:
        if len(text) > longest:
            self.refuse(
                field,
                _("Ce texte est trop long : %(longest)s caractères au plus.", longest=longest),
            )


def one_line(value: str) -> str:
    """Bring a text to one line: composed characters, single spaces, nothing invisible."""
    return _line(" ".join(value.split()))


def is_near(day: date) -> bool:
    """Tell whether a day, or a moment, lies in the years in which appointments can be.

    Asked first: near the ends of the calendar no moment can be told in another time zone.
    """
    return abs(day.year - clock.now().year) <= FARTHEST_YEARS


def is_email(text: str) -> bool:
    """Tell whether a text in lower case has the shape of an e-mail address."""
    return len(text) <= LONGEST_EMAIL and ".." not in text and bool(_EMAIL.fullmatch(text))


def _line(value: str) -> str:
    composed = unicodedata.normalize("NFC", value)
    # Control characters could forge a header or a line of a calendar file; format characters
    # (such as right-to-left overrides) could make a name read as another.
    kept = (char for char in composed if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    return "".join(kept).strip()


def _is_website(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"} and bool(host) and "." in str(host) and " " not in address
    )


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())
