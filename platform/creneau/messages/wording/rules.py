"""Whose text counts, and what a text may be (C-80)."""

from collections.abc import Iterable
from typing import Final

import msgspec

from creneau.i18n import gettext as _
from creneau.messages.wording.placeholders import allowed, unknown
from creneau.messages.wording.schemas import (
    FIELDS,
    Channel,
    MessageName,
    OwnWording,
    Wording,
    WordingKey,
)
from creneau.validation import Checked

ANSWER: Final = "{lien}"
LONGEST: Final = {"subject": 200, "introduction": 2000, "ending": 2000, "sms": 600}


def chosen(owns: Iterable[OwnWording], key: WordingKey, house: Wording) -> Wording:
    """Give each text: the motive's own, else the tenant's, else the house's."""
    levels = (*_found(owns, key), house)
    return Wording(**{name: _first(levels, name) for name in FIELDS})


def _first(levels: Iterable[Wording | None], name: str) -> str:
    return next((text for level in levels if level and (text := getattr(level, name))), "")


def _found(
    owns: Iterable[OwnWording], key: WordingKey
) -> tuple[OwnWording | None, OwnWording | None]:
    by_key = {one.key: one for one in owns}
    everywhere = msgspec.structs.replace(key, motive_id=None)
    return (by_key.get(key) if key.motive_id else None), by_key.get(everywhere)


def checked_wording(message: MessageName, typed: Wording) -> Wording:
    """Clean texts.

    Raises:
        InvalidInput: One is too long, holds a placeholder that does not exist, or offers a slot
            without the way to answer.
    """
    check = Checked()
    clean = Wording(
        subject=check.line("subject", typed.subject, longest=LONGEST["subject"]),
        introduction=check.paragraphs(
            "introduction", typed.introduction, longest=LONGEST["introduction"]
        ),
        ending=check.paragraphs("ending", typed.ending, longest=LONGEST["ending"]),
        sms=check.line("sms", typed.sms, longest=LONGEST["sms"]),
    )
    for name in FIELDS:
        _check_placeholders(check, message, name, getattr(clean, name))
    if message == "offered" and clean.sms and ANSWER not in clean.sms:
        check.refuse("sms", _("Gardez {lien} : sans lui, la personne ne peut pas répondre."))
    check.refuse_if_wrong()
    return clean


def _check_placeholders(check: Checked, message: MessageName, name: str, text: str) -> None:
    channel: Channel = "sms" if name == "sms" else "mail"
    found = unknown(text, message, channel)
    if not found:
        return
    check.refuse(
        name,
        _(
            "%(unknown)s n’existe pas ici. Vous pouvez écrire : %(known)s.",
            unknown=", ".join(f"{{{one}}}" for one in found),
            known=", ".join(f"{{{one}}}" for one in allowed(message, channel)),
        ),
    )
