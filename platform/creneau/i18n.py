"""French and English: texts, dates and times in the language of whoever reads.

French is the language of the source texts (the message ids); English comes from the catalogues
`locale/en/*.po` of each package, registered at start with `add_catalogue` and read once: when the
first English text is asked for, or by `read_catalogues` where nobody is to wait for it.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal, get_args

from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_currency

Locale = Literal["fr", "en"]
LOCALES: Final[tuple[Locale, ...]] = get_args(Locale)

NO_BREAK_SPACE: Final = "\u00a0"
TYPED_TIME: Final = re.compile(r"\b\d{1,2} h(?: \d{2}\b)?")

current_locale: ContextVar[Locale] = ContextVar("current_locale", default="fr")

_english: dict[str, str | tuple[str, ...]] = {}
_known: set[Path] = set()
_unread: list[Path] = []
_words: list[Callable[[str], str]] = []
"""How texts are said in the words of whoever the work is done for, before anything is filled in."""


def add_catalogue(folder: Path) -> None:
    """Register every English catalogue below a package's `locale/en` folder."""
    if folder not in _known:
        _known.add(folder)
        _unread.append(folder)


def read_catalogues() -> None:
    """Read whatever was registered and is not read yet."""
    for folder in [*_unread]:
        _read(folder)
        # Only now: whoever asks meanwhile in another thread reads it too, rather than French.
        with suppress(ValueError):
            _unread.remove(folder)


def _read(folder: Path) -> None:
    for path in sorted((folder / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string:
                    _add(message.id, message.string)


def say_with(words: Callable[[str], str]) -> None:
    """Have every text said in somebody's own words; said again, the last one counts."""
    _words[:] = [words]


def _add(
    identifier: str | list[str] | tuple[str, ...], string: str | list[str] | tuple[str, ...]
) -> None:
    key = identifier if isinstance(identifier, str) else identifier[0]
    _english[key] = string if isinstance(string, str) else tuple(string)


def _found(message: str) -> str | tuple[str, ...] | None:
    if _unread:
        read_catalogues()
    return _english.get(message)


def gettext(message: str, /, **values: object) -> str:
    """Translate a French text into the current language and fill its `%(name)s` placeholders."""
    text = _said(neutral(message))
    return text % values if values else text


def neutral(message: str, /) -> str:
    """Translate a text and leave its words as they are: what it says is about another vertical."""
    found = _found(message) if current_locale.get() == "en" else None
    return found if isinstance(found, str) else message


def _said(text: str) -> str:
    for words in _words:
        text = words(text)
    return text


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Translate a text that depends on a number; French counts 0 and 1 as singular."""
    if current_locale.get() == "fr":
        text = singular if abs(number) < 2 else plural  # noqa: PLR2004 - French grammar
    else:
        text = _english_plural(singular, plural, number)
    return _said(text) % {"number": number, **values}


def _english_plural(singular: str, plural: str, number: int) -> str:
    found = _found(singular)
    one, many = found if isinstance(found, tuple) and len(found) > 1 else (singular, plural)
    return one if number == 1 else many


def day(value: date) -> str:
    """Write a date as "mardi 24 novembre 2026"; a datetime must be in the place's time zone."""
    if current_locale.get() == "fr":
        text = format_date(value, "EEEE d MMMM y", locale="fr")
        return text.replace(" 1 ", " 1er ", 1)
    return format_date(value, "EEEE d MMMM y", locale="en_GB")


def short_day(value: date) -> str:
    """Write a date as "mar. 24 nov."."""
    if current_locale.get() == "fr":
        return format_date(value, "EEE d MMM", locale="fr").replace(" 1 ", " 1er ", 1)
    return format_date(value, "EEE d MMM", locale="en_GB")


def time(value: datetime) -> str:
    """Write the time of a datetime in the place's time zone: "9 h 30", "9:30 am".

    Its parts are held together by no-break spaces: a time is never cut in two by a line's end.
    """
    if current_locale.get() == "fr":
        pattern = "H 'h'" if value.minute == 0 else "H 'h' mm"
    else:
        pattern = "h:mm a"
    locale = "fr" if current_locale.get() == "fr" else "en_GB"
    text = format_time(value, pattern, locale=locale, tzinfo=value.tzinfo)
    return text.replace(" ", NO_BREAK_SPACE)


def whole_times(text: str) -> str:
    """Hold the times together that somebody typed into a text, as "8 h 30" in opening hours."""
    return TYPED_TIME.sub(lambda found: found[0].replace(" ", NO_BREAK_SPACE), text)


def moment(value: datetime) -> str:
    """Write "mardi 24 novembre 2026 à 9 h 30"; the datetime must be in the place's time zone."""
    return gettext("%(day)s à %(time)s", day=day(value), time=time(value))


def euros(amount: Decimal) -> str:
    """Write an amount as "0,045 €", with as many decimals as it has, from two to four."""
    if current_locale.get() == "fr":
        return format_currency(amount, "EUR", "#,##0.00##\u00a0¤", "fr", currency_digits=False)
    return format_currency(amount, "EUR", "¤#,##0.00##", "en_GB", currency_digits=False)


def thousands(number: int) -> str:
    """Write a number with its thousands apart, as each language does."""
    return f"{number:,}".replace(",", "\u202f" if current_locale.get() == "fr" else ",")


def percent(rate: int) -> str:
    """Write a share of a hundred as each language does."""
    return f"{rate}\u00a0%" if current_locale.get() == "fr" else f"{rate}%"


def local(value: datetime, zone: tzinfo) -> datetime:
    """Bring an aware datetime into a place's time zone."""
    return value.astimezone(zone)
