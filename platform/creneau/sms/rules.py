"""How long an SMS is, to whom it can go, and when it waits (GSM 03.38, C-80)."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from creneau.i18n import gettext as _
from creneau.sms.schemas import UNITS_OF_PRICE, Segments, SmsSettings
from creneau.validation import Checked

# As bytes of Latin-1, but for the Greek capitals.
_LATIN: Final = (
    b"@\xa3$\xa5\xe8\xe9\xf9\xec\xf2\xc7\n\xd8\xf8\r\xc5\xe5_\xc6\xe6\xdf\xc9 !\"#\xa4%&'()*+,-./"
    b"0123456789:;<=>?\xa1ABCDEFGHIJKLMNOPQRSTUVWXYZ\xc4\xd6\xd1\xdc\xa7\xbf"
    b"abcdefghijklmnopqrstuvwxyz\xe4\xf6\xf1\xfc\xe0"
)
GSM_ALPHABET: Final = frozenset(_LATIN.decode("latin-1") + "ΔΦΓΛΩΠΨΣΘΞ")
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Each takes two septets: an escape, and the character."""

GSM_ALONE, GSM_PART = 160, 153
UNICODE_ALONE, UNICODE_PART = 70, 67
SENDER: Final = re.compile(r"[A-Za-z0-9 .-]{0,11}")
HIGHEST_PRICE: Final = 10 * UNITS_OF_PRICE
HIGHEST_LIMIT: Final = 10_000_000
BEYOND_ONE_PAIR: Final = 0xFFFF

# What a phone shows alike and costs three times less: only typography, never an accent.
PLAIN: Final = {
    **dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x2032), "'"),
    **dict.fromkeys((0x00A0, 0x202F, 0x2009, 0x2007, 0x2002, 0x2003), " "),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-"),
    **dict.fromkeys((0x00AB, 0x00BB, 0x201C, 0x201D, 0x201E, 0x2033), '"'),
    0x2026: "...",
    0x0153: "oe",
    0x0152: "OE",
}
_INSIDE_QUOTES: Final = re.compile(r"(?<=\xab)[ \xa0\u202f]|[ \xa0\u202f](?=\xbb)")


def plain(text: str) -> str:
    """Give a text as it is sent: plain typography, nothing invisible, no blank at its ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = _INSIDE_QUOTES.sub("", unicodedata.normalize("NFC", lines)).translate(PLAIN)
    return "".join(char for char in shown if char == "\n" or _is_visible(char)).strip()


def _is_visible(char: str) -> bool:
    # Of the invisible ones, a joiner holds an emoji together.
    return char == "\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def segments(text: str) -> Segments:
    """Tell how long a text is for a phone, and of how many parts; an empty one has none.

    160 septets or 70 pairs of bytes go alone; parts hold 153 or 67, and nothing is cut between an
    escape and its character, or within a surrogate pair.
    """
    if all(char in GSM_ALPHABET or char in GSM_EXTENSION for char in text):
        widths = [2 if char in GSM_EXTENSION else 1 for char in text]
        units, parts, left = _parted(widths, GSM_ALONE, GSM_PART)
        return Segments(encoding="gsm", units=units, parts=parts, left=left)
    widths = [2 if ord(char) > BEYOND_ONE_PAIR else 1 for char in text]
    units, parts, left = _parted(widths, UNICODE_ALONE, UNICODE_PART)
    return Segments(encoding="unicode", units=units, parts=parts, left=left)


def _parted(widths: list[int], alone: int, part: int) -> tuple[int, int, int]:
    units = sum(widths)
    if units <= alone:
        return units, min(units, 1), alone - units
    parts, free = 1, part
    for width in widths:
        if width > free:
            parts, free = parts + 1, part
        free -= width
    return units, parts, free


def price_of(parts: int, price: int) -> Decimal | None:
    """Give what parts cost in euros, at a price in ten-thousandths; None where none is set."""
    return Decimal(parts * price) / UNITS_OF_PRICE if price else None


def checked_settings(settings: SmsSettings) -> SmsSettings:
    """Clean what was chosen.

    Raises:
        InvalidInput: A field cannot be used.
    """
    check = Checked()
    sender = check.line("sender", settings.sender)
    if not SENDER.fullmatch(sender):
        check.refuse(
            "sender", _("Écrivez au plus 11 lettres sans accent ou chiffres, comme MAIRIE.")
        )
    check.between("price", settings.price / UNITS_OF_PRICE, 0, HIGHEST_PRICE / UNITS_OF_PRICE)
    check.between("monthly_limit", settings.monthly_limit, 0, HIGHEST_LIMIT)
    check.refuse_if_wrong()
    return msgspec.structs.replace(settings, sender=sender)


def price_units(typed: str) -> int | None:
    """Read a price in euros, as `0,045`, in ten-thousandths; empty is 0, None is no price."""
    text = typed.replace(",", ".").replace("€", "").strip()
    try:
        units = Decimal(text or "0") * UNITS_OF_PRICE
    except InvalidOperation:
        return None
    return int(units) if units.is_finite() and units == units.to_integral_value() else None
