"""What the text messages (SMS) say, in the current language (C-80)."""

import unicodedata
from typing import Final

from creneau.i18n import gettext as _
from creneau.messages.calendar import one_line
from creneau.messages.filling import values_of
from creneau.messages.schemas import Occasion
from creneau.messages.subject import Subject
from creneau.messages.wording.house import house
from creneau.messages.wording.placeholders import filled
from creneau.messages.wording.schemas import MessageName, Wording
from creneau.sms import rules

ALPHABET: Final = rules.GSM_ALPHABET | rules.GSM_EXTENSION
"""What fits into seven bits: one other character makes a message more than twice as dear."""


def sms(occasion: Occasion, subject: Subject, link: str, reader: str = "") -> str:
    """Tell who is received, or who answers for them, in one short text on one line (C-80).

    `link` may be empty; `reader` is the reader's name, empty: who is received.

    Letters that a text message cannot carry cheaply lose their accent: "août" reads "aout".
    """
    message, reader = message_of(occasion, subject), reader or subject.person_name
    other = reader != subject.person_name
    texts = house_texts(message, subject, with_link=bool(link), other=other)
    return plain(filled(subject.wording(message, texts).sms, values_of(subject, reader, link)))


def message_of(occasion: Occasion, subject: Subject) -> MessageName:
    """Tell a cancellation by the person from one by the organisation."""
    if occasion == "cancelled":
        return "cancelled" if subject.booking.state in {"cancelled", "expired"} else "excused"
    return occasion


def house_texts(
    message: MessageName, subject: Subject, *, with_link: bool, other: bool = False
) -> Wording:
    """Give the house's texts, which name only ways that exist for this booking."""
    way = _way_on(message, subject) if with_link else ""
    return house(message, way=way, call=bool(subject.phone), other=other)


def plain(text: str) -> str:
    """Write a text on one line, in the characters of text messages where its language allows."""
    return "".join(_spelt(letter) for letter in one_line(rules.plain(text)))


def _spelt(letter: str) -> str:
    if letter in ALPHABET:
        return letter
    bare = unicodedata.normalize("NFKD", letter)[0]
    return bare if bare in ALPHABET else letter


def _way_on(message: MessageName, subject: Subject) -> str:
    """Say what the link is good for; nothing where the page behind it would not help."""
    motive = subject.motive
    cancel, move = motive.cancel_notice_minutes is not None, motive.move_notice_minutes is not None
    if message in {"cancelled", "excused", "offered"}:
        return ""
    if message == "to_reschedule":
        return _("Autre date :") if move and motive.archived_at is None else ""
    return {
        (True, True): _("Annuler ou déplacer :"),
        (True, False): _("Annuler :"),
        (False, True): _("Déplacer :"),
        (False, False): _("Détails :"),
    }[cancel, move]
