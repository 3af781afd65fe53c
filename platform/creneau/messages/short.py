"""What the text messages (SMS) say, in the current language (C-80)."""

import unicodedata
from typing import Final

from creneau.i18n import gettext as _
from creneau.i18n import short_day, time
from creneau.messages.calendar import one_line
from creneau.messages.schemas import Occasion
from creneau.messages.subject import Subject
from creneau.motives.schemas import LocationType

LATIN: Final = (
    b"\xa1\xa3\xa4\xa5\xa7\xbf\xc4\xc5\xc6\xc7\xc9\xd1\xd6\xd8\xdc"
    b"\xdf\xe0\xe4\xe5\xe6\xe8\xe9\xec\xf1\xf2\xf6\xf8\xf9\xfc"
)
ALPHABET: Final = frozenset(map(chr, range(0x20, 0x7F))) - {"`"} | frozenset(
    LATIN.decode("latin-1") + "ΓΔΘΛΞΠΣΦΨΩ€"
)
"""What fits into seven bits (GSM 03.38): one other character makes a message twice as dear."""

WRITTEN_OTHERWISE: Final[dict[int, str]] = {
    **dict.fromkeys((0x2018, 0x2019), "'"),
    **dict.fromkeys((0x00AB, 0x00BB, 0x201C, 0x201D), '"'),
    **dict.fromkeys((0x2013, 0x2014), "-"),
    **dict.fromkeys((0x00A0, 0x202F), " "),
    0x2026: "...",
    0x0152: "OE",
    0x0153: "oe",
}
"""Typographic signs and ligatures, by number, as text messages write them."""


def sms(occasion: Occasion, subject: Subject, link: str) -> str:
    """Tell who is received in one short text, on one line; `link` may be empty (C-80).

    Letters that a text message cannot carry cheaply lose their accent: "août" reads "aout".
    """
    told, way = plain(_told(occasion, subject)), plain(_way_on(occasion, subject))
    return f"{told} {way} {link}" if way and link else told


def plain(text: str) -> str:
    """Write a text on one line, in the characters of text messages where its language allows."""
    return "".join(_spelt(letter) for letter in one_line(text.translate(WRITTEN_OTHERWISE)))


def _spelt(letter: str) -> str:
    if letter in ALPHABET:
        return letter
    bare = unicodedata.normalize("NFKD", letter)[0]
    return bare if bare in ALPHABET else letter


def _told(occasion: Occasion, subject: Subject) -> str:
    words = {
        "tenant": subject.tenant.name,
        "when": _(
            "%(day)s à %(time)s", day=short_day(subject.starts_at), time=time(subject.starts_at)
        ),
        "what": subject.booking.motive_name,
        "where": _where(subject),
    }
    # What a motive is called may hold a percent sign: it is filled in, never read as a pattern.
    return {
        "confirmed": _("%(tenant)s : RDV confirmé %(when)s, %(what)s, %(where)s.", **words),
        "moved": _("%(tenant)s : RDV déplacé, %(what)s, désormais %(when)s, %(where)s.", **words),
        "cancelled": _("%(tenant)s : RDV annulé, %(what)s, %(when)s.", **words),
        "to_reschedule": _(
            "%(tenant)s : nous ne pourrons pas vous recevoir %(when)s, %(what)s.%(call)s",
            call=_call(subject),
            **words,
        ),
        "reminder": _("%(tenant)s : rappel de votre RDV %(when)s, %(what)s, %(where)s.", **words),
    }[occasion]


def _where(subject: Subject) -> str:
    elsewhere: dict[LocationType, str] = {
        "phone": _("par téléphone"),
        "video": _("en visioconférence"),
        "home": _("à domicile"),
    }
    return elsewhere.get(subject.motive.location_type, subject.place.name)


def _call(subject: Subject) -> str:
    phone = subject.place.phone
    return _(" Appelez le %(phone)s.", phone=phone) if phone else ""


def _way_on(occasion: Occasion, subject: Subject) -> str:
    """Say what the link is good for; nothing where the page behind it would not help."""
    motive = subject.motive
    cancel, move = motive.cancel_notice_minutes is not None, motive.move_notice_minutes is not None
    if occasion == "cancelled":
        return ""
    if occasion == "to_reschedule":
        return _("Autre date :") if move and motive.archived_at is None else ""
    return {
        (True, True): _("Annuler ou déplacer :"),
        (True, False): _("Annuler :"),
        (False, True): _("Déplacer :"),
        (False, False): _("Détails :"),
    }[cancel, move]
