"""What of a place goes into the national schema, and how; nothing here touches the database."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from creneau.i18n import gettext as _
from creneau.phones import normalised_phone
from creneau.towns import service as towns
from creneau.validation import Checked

from creneau_digital_aid.places.hours import osm_hours
from creneau_digital_aid.places.schemas import (
    FEES,
    SERVICES,
    Bookable,
    Place,
    PostalAddress,
    SheetDraft,
)

COLUMNS: Final = (
    "id",
    "pivot",
    "nom",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "latitude",
    "longitude",
    "typologie",
    "telephone",
    "courriels",
    "site_web",
    "horaires",
    "presentation_resume",
    "presentation_detail",
    "source",
    "itinerance",
    "structure_parente",
    "date_maj",
    "services",
    "publics_specifiquement_adresses",
    "prise_en_charge_specifique",
    "frais_a_charge",
    "dispositif_programmes_nationaux",
    "formations_labels",
    "autres_formations_labels",
    "modalites_acces",
    "modalites_accompagnement",
    "fiche_acces_libre",
    "prise_rdv",
)
"""The fields of version 1.0.1 of the national schema, in its order."""

PIVOT: Final = re.compile(r"[a-zA-Z0-9]{9,14}")
TELEPHONE: Final = re.compile(r"\+(33|590|594|262|596|269|687|689|508|681)\d{6,9}")
TOWN: Final = re.compile(r"\b(\d{5})\s+([^\d\n,;][^\n,;]*)")
LONGEST_SUMMARY: Final = 280
FORMULA: Final = ("=", "-", "@", "\t", "\r")
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


class Written(msgspec.Struct, frozen=True):
    """A place as it stands in the feed: a JSON object, and a line of CSV."""

    json: bytes
    csv: str


@lru_cache(maxsize=READ)
def written(kept: bytes, ways: tuple[bool, bool, bool] | None, url: str) -> Written | None:
    """Write a place for the feed, once for all who ask; None where something is missing.

    `kept` is the place as JSON; `ways` how one is helped there (alone, together, remotely) while
    something can be booked at `url`.
    """
    place = msgspec.json.decode(kept, type=Place)
    bookable = Bookable(alone=ways[0], together=ways[1], remote=ways[2]) if ways else None
    row = feed_row(place, bookable, url)
    if row is None:
        return None
    return Written(msgspec.json.encode(row), csv_line([row.get(one, "") for one in COLUMNS]))


def csv_line(values: Sequence[object]) -> str:
    """Write a line of CSV that no spreadsheet reckons with."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_cell(value) for value in values])
    return line.getvalue()


def _cell(value: object) -> object:
    # What begins like a formula is kept from being one; coordinates are numbers and stay so.
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def feed_row(place: Place, bookable: Bookable | None, url: str) -> dict[str, Any] | None:
    """Write a place as the national schema has it; None where something is missing that it needs.

    `url` is where one books at the place; it is given only while something can be booked (D-02).
    """
    address = postal_address(place.address)
    if missing(place) or address is None:
        return None
    row: Mapping[str, Any] = {
        "id": str(place.id),
        "pivot": place.pivot,
        "nom": place.name,
        "commune": address.town,
        "code_postal": address.postcode,
        "code_insee": address.insee,
        "adresse": address.street,
        "complement_adresse": " ".join(place.access_information.split()),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "telephone": _telephone(place),
        "courriels": place.email,
        "site_web": place.website,
        "horaires": osm_hours(place.opening_hours),
        "presentation_resume": place.summary,
        "itinerance": "Itinérant" if place.itinerant else "Fixe",
        "structure_parente": place.organisation_name,
        "date_maj": place.changed_at.date().isoformat(),
        "services": "|".join(place.services),
        "frais_a_charge": place.fees,
        "dispositif_programmes_nationaux": "Conseillers numériques",
        "modalites_acces": _ways_in(place, bookable),
        "modalites_accompagnement": _ways_of_helping(bookable),
        "prise_rdv": url if bookable else "",
    }
    return {name: value for name, value in row.items() if value not in {"", None}}


def _telephone(place: Place) -> str:
    return _international(place.phone or place.organisation_phone)


@lru_cache(maxsize=READ)
def _international(text: str) -> str:
    number = normalised_phone(text) or ""
    return number if TELEPHONE.fullmatch(number) else ""


def _ways_in(place: Place, bookable: Bookable | None) -> str:
    ways = {
        "Se présenter": bool(place.opening_hours),
        "Téléphoner": bool(_telephone(place)),
        "Contacter par mail": bool(place.email),
        "Prendre un RDV en ligne": bookable is not None,
    }
    return "|".join(way for way, holds in ways.items() if holds)


def _ways_of_helping(bookable: Bookable | None) -> str:
    if bookable is None:
        return ""
    ways = {
        "Accompagnement individuel": bookable.alone,
        "Dans un atelier collectif": bookable.together,
        "À distance": bookable.remote,
    }
    return "|".join(way for way, holds in ways.items() if holds)
