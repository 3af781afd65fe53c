"""What may stand in a text for something that differs from message to message: an allow-list.

A placeholder is one word in braces. Texts are read by one pattern, once: nothing that a tenant or a
person typed is ever run, formatted or looked at again after it was filled in.
"""

import re
from collections.abc import Mapping
from typing import Final

from creneau.messages.wording.schemas import Channel, MessageName

PATTERN: Final = re.compile(r"\{([^\W\d]\w*)\}")

LABELS: Final[Mapping[str, str]] = {
    "destinataire": "Qui lit le message : la personne, ou qui répond d’elle",
    "personne": "Qui est attendu au rendez-vous",
    "date": "Le jour, comme « mardi 24 novembre 2026 »",
    "date_courte": "Le jour en bref, comme « mar. 24 nov. »",
    "heure": "L’heure, comme « 9 h 30 »",
    "limite": "Jusqu’à quand le créneau proposé est réservé",
    "limite_courte": "La même limite en bref, comme « mar. 24 nov. à 9 h 30 »",
    "motif": "Le motif du rendez-vous",
    "lieu": "Le nom du lieu, ou « par téléphone »",
    "adresse": "L’adresse du lieu, sur une ligne",
    "agent": "Qui reçoit",
    "organisation": "L’organisation qui reçoit",
    "espace": "Le nom de votre espace",
    "telephone": "Le téléphone du lieu, sinon celui de l’organisation",
    "lien": "Le lien de la personne vers son rendez-vous, ou pour répondre à la proposition",
}
"""Placeholders by name, in the order of the form, with what they stand for in French."""


def allowed(message: MessageName, channel: Channel) -> list[str]:
    """List the placeholders that a text may hold; a mail carries its link as a button anyway."""
    left_out = {"limite", "limite_courte"} if message != "offered" else {"agent"}
    if channel == "mail" or message in {"excused", "cancelled"}:
        left_out |= {"lien"}
    return [name for name in LABELS if name not in left_out]


def unknown(text: str, message: MessageName, channel: Channel) -> list[str]:
    """List the placeholders of a text that are not allowed there, as typed."""
    known = set(allowed(message, channel))
    return list(dict.fromkeys(name for name in PATTERN.findall(text) if name not in known))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values in place of placeholders; whatever else stands in braces stays as typed."""
    return PATTERN.sub(lambda found: values.get(found[1], found[0]), text)
