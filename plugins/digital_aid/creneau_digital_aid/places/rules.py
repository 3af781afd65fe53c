"""Sheets and addresses, and where a place is; nothing here touches the database."""

import re
from functools import lru_cache
from typing import Final

from creneau.i18n import gettext as _
from creneau.towns import service as towns
from creneau.validation import Checked

from creneau_digital_aid.places.schemas import (
    FEES,
    SERVICES,
    Place,
    PostalAddress,
    SheetDraft,
)

PIVOT: Final = re.compile(r"[a-zA-Z0-9]{9,14}")
TOWN: Final = re.compile(r"\b(\d{5})\s+([^\d\n,;][^\n,;]*)")
LONGEST_SUMMARY: Final = 280
READ: Final = 20_000
"""So many addresses and numbers are read once: a feed of thousands is asked for again and again."""


def checked_sheet(draft: SheetDraft) -> SheetDraft:
    """Give a sheet as it is kept.

    Raises:
        InvalidInput: With a sentence for each field that the national schema would not take.
    """
    check = Checked()
    pivot = re.sub(r"[\s.-]", "", draft.pivot)
    if pivot and not PIVOT.fullmatch(pivot):
        check.refuse(
            "pivot", _("Écrivez les 14 chiffres du SIRET, ou le numéro RNA de l’association.")
        )
    if set(draft.services) - set(SERVICES):
        check.refuse("services", _("Choisissez des services de la liste."))
    if draft.fees not in FEES:
        check.refuse("fees", _("Choisissez une réponse de la liste."))
    summary = check.line("summary", draft.summary, longest=LONGEST_SUMMARY)
    check.refuse_if_wrong()
    return SheetDraft(
        pivot=pivot,
        services=tuple(one for one in SERVICES if one in draft.services),
        fees=draft.fees,
        itinerant=draft.itinerant,
        summary=summary,
    )


@lru_cache(maxsize=READ)
def postal_address(text: str) -> PostalAddress | None:
    """Read an address in its parts; None where it names no postcode with a town."""
    found = list(TOWN.finditer(text))
    if not found:
        return None
    last = found[-1]
    postcode, name = last[1], last[2].strip()
    street = ", ".join(
        part for line in text[: last.start()].splitlines() if (part := line.strip(" ,;"))
    )
    town = towns.town_at(postcode, name)
    return PostalAddress(
        street=street, postcode=postcode, town=name, insee=town.code if town else ""
    )


def whereabouts(place: Place) -> tuple[float, float] | None:
    """Give where a place is: its own coordinates, else those of its town; None where nobody knows."""
    if place.latitude is not None and place.longitude is not None:
        return place.latitude, place.longitude
    address = postal_address(place.address)
    town = towns.town(address.insee) if address and address.insee else None
    return (town.latitude, town.longitude) if town else None


def missing(place: Place) -> list[str]:
    """Say what the national schema needs and this place does not have; nothing where it is whole."""
    said: list[str] = []
    address = postal_address(place.address)
    if not place.pivot:
        said.append(_("le numéro SIRET ou RNA de la structure"))
    if address is None or not address.street:
        said.append(_("une adresse avec la rue, le code postal et la commune"))
    return said
