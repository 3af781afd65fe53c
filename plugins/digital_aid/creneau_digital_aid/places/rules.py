"""What of a place goes into the national schema, and how; nothing here touches the database."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.offering.schemas import Ways
from creneau.phones import normalised_phone
from creneau.towns import service as towns
from creneau.validation import Checked

from creneau_digital_aid.places.hours import osm_hours
from creneau_digital_aid.places.schemas import (
    FEES,
    SERVICES,
    FeedRow,
    Place,
    PostalAddress,
    SheetDraft,
)

COLUMNS: Final = FeedRow.__struct_fields__
PIVOT: Final = re.compile(r"[a-zA-Z0-9]{9,14}")
TELEPHONE: Final = re.compile(r"\+(33|590|594|262|596|269|687|689|508|681)\d{6,9}")
TOWN: Final = re.compile(r"\b(\d{5})\s+([^\d\n,;][^\n,;]*)")
LONGEST_SUMMARY: Final = 280
FORMULA: Final = frozenset("=-@\t\r")
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


def feed_rows(places: Iterable[Place], ways: Mapping[UUID, Ways], booking_at: str) -> list[FeedRow]:
    """Write places as the national schema has them; those that lack what it needs are left out.

    One books at `booking_at` followed by the place's id; told only where something can be (D-02).
    """
    rows = (feed_row(one, ways.get(one.id), f"{booking_at}{one.id}") for one in places)
    return [row for row in rows if row is not None]


def as_json(rows: Sequence[FeedRow]) -> bytes:
    """Write the feed as JSON."""
    return msgspec.json.encode(rows)


def as_csv(rows: Iterable[FeedRow]) -> bytes:
    """Write the feed as CSV that no spreadsheet reckons with."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    # What begins like a formula is kept from being one; coordinates are numbers and stay so.
    writer.writerows(
        [
            f"'{value}" if value.__class__ is str and value[:1] in FORMULA else value
            for value in msgspec.structs.astuple(row)
        ]
        for row in rows
    )
    return lines.getvalue().encode()


def feed_row(place: Place, ways: Ways | None, url: str) -> FeedRow | None:
    """Write a place as the national schema has it; None where something is missing that it needs."""
    address = postal_address(place.address)
    if address is None or not address.street or not place.pivot:
        return None
    telephone = _telephone(place)
    return FeedRow(
        id=place.id,
        pivot=place.pivot,
        nom=place.name,
        commune=address.town,
        code_postal=address.postcode,
        code_insee=address.insee,
        adresse=address.street,
        complement_adresse=" ".join(place.access_information.split()),
        latitude=place.latitude,
        longitude=place.longitude,
        telephone=telephone,
        courriels=place.email,
        site_web=place.website,
        horaires=osm_hours(place.opening_hours),
        presentation_resume=place.summary,
        itinerance="Itinérant" if place.itinerant else "Fixe",
        structure_parente=place.organisation_name,
        date_maj=place.changed_at.date().isoformat(),
        services="|".join(place.services),
        frais_a_charge=place.fees,
        dispositif_programmes_nationaux="Conseillers numériques",
        modalites_acces=_ways_in(place, telephone, ways),
        modalites_accompagnement=_ways_of_helping(ways),
        prise_rdv=url if ways else "",
    )


def _telephone(place: Place) -> str:
    return _international(place.phone or place.organisation_phone)


@lru_cache(maxsize=READ)
def _international(text: str) -> str:
    number = normalised_phone(text) or ""
    return number if TELEPHONE.fullmatch(number) else ""


def _ways_in(place: Place, telephone: str, ways: Ways | None) -> str:
    said = (
        ("Se présenter", place.opening_hours),
        ("Téléphoner", telephone),
        ("Contacter par mail", place.email),
        ("Prendre un RDV en ligne", ways),
    )
    return "|".join([way for way, holds in said if holds])


def _ways_of_helping(ways: Ways | None) -> str:
    if ways is None:
        return ""
    said = (
        ("Accompagnement individuel", ways.alone),
        ("Dans un atelier collectif", ways.together),
        ("À distance", ways.remote),
    )
    return "|".join([way for way, holds in said if holds])
