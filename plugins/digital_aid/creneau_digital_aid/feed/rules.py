"""A place's line in the national schema, and the feed made of lines; nothing here touches the database."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from uuid import UUID

import msgspec
from creneau.offering.schemas import Ways
from creneau.phones import normalised_phone

from creneau_digital_aid.feed.schemas import FeedRow, Form, Line
from creneau_digital_aid.places.hours import osm_hours
from creneau_digital_aid.places.rules import postal_address
from creneau_digital_aid.places.schemas import Place

WRITING: Final = "1"
"""Changes with each change of how a line is written, so that those that are kept are written anew."""

COLUMNS: Final = FeedRow.__struct_fields__
DYNAMIC: Final = COLUMNS[-4:]
"""What depends on what can be booked stands at the end: ways in and of helping, a sheet, the link."""

TELEPHONE: Final = re.compile(r"\+(33|590|594|262|596|269|687|689|508|681)\d{6,9}")
FORMULA: Final = frozenset("=-@\t\r")
ONLINE: Final = "Prendre un RDV en ligne"
HELPING: Final = ("Accompagnement individuel", "Dans un atelier collectif", "À distance")
READ: Final = 20_000
TAILS: Final = 256
END: Final[Mapping[Form, bytes]] = {"json": b'"}', "csv": b""}
FRAMES: Final[Mapping[Form, tuple[bytes, bytes, bytes]]] = {
    "json": (b"[", b",", b"]"),
    "csv": (",".join(COLUMNS).encode(), b"\r\n", b"\r\n"),
}
"""What stands first, before each line (in JSON but the first one), and last."""


def line(form: Form, place: Place) -> Line:
    """Write a place's line as far as it does not depend on what can be booked."""
    row = _row(place)
    if row is None:
        return Line(place_id=place.id, text=b"", ways_in="")
    text = _json(row) if form == "json" else _csv(msgspec.structs.astuple(row)[: -len(DYNAMIC)])
    return Line(place_id=place.id, text=text, ways_in=_ways_in(place, row.telephone))


def whole(form: Form, lines: Iterable[Line], ways: Mapping[UUID, Ways], booking_at: str) -> bytes:
    """Write the feed; places that lack what the schema needs are left out.

    One books at `booking_at` followed by the place's id; told only where something can be (D-02).
    """
    head, between, foot = FRAMES[form]
    # Joined once: what takes longest is to copy megabytes.
    written: list[bytes] = []
    for one in lines:
        if one.text:
            written += (between, one.text, *_tail(form, one, ways.get(one.place_id), booking_at))
    if form == "json":
        del written[:1]
    return b"".join((head, *written, foot))


def _tail(form: Form, one: Line, found: Ways | None, booking_at: str) -> tuple[bytes, ...]:
    if found is None:
        return (_untold(form, one.ways_in),)
    before = _before_link(form, one.ways_in, found, booking_at)
    return before, str(one.place_id).encode(), END[form]


@lru_cache(maxsize=TAILS)
def _before_link(form: Form, others: str, found: Ways, booking_at: str) -> bytes:
    kinds = (found.alone, found.together, found.remote)
    ways_in = f"{others}|{ONLINE}" if others else ONLINE
    helping = "|".join(way for way, holds in zip(HELPING, kinds, strict=True) if holds)
    if form == "csv":
        return f",{ways_in},{helping},,{booking_at}".encode()
    said = f',"modalites_accompagnement":"{helping}"' if helping else ""
    return f',"modalites_acces":"{ways_in}"{said},"prise_rdv":"{booking_at}'.encode()


@lru_cache(maxsize=TAILS)
def _untold(form: Form, ways_in: str) -> bytes:
    if form == "csv":
        return f",{ways_in},,,".encode()
    return f',"modalites_acces":"{ways_in}"}}'.encode() if ways_in else b"}"


def _json(row: FeedRow) -> bytes:
    return msgspec.json.encode(row).removesuffix(b"}")


def _csv(values: Iterable[object]) -> bytes:
    """Write values so that no spreadsheet reckons with them; coordinates are numbers and stay so."""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(
        f"'{value}" if isinstance(value, str) and value[:1] in FORMULA else value
        for value in values
    )
    return written.getvalue().encode()


def _row(place: Place) -> FeedRow | None:
    address = postal_address(place.address)
    if address is None or not address.street or not place.pivot:
        return None
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
        telephone=_international(place.phone or place.organisation_phone),
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
    )


@lru_cache(maxsize=READ)
def _international(text: str) -> str:
    number = normalised_phone(text) or ""
    return number if TELEPHONE.fullmatch(number) else ""


def _ways_in(place: Place, telephone: str) -> str:
    said = (
        ("Se présenter", place.opening_hours),
        ("Téléphoner", telephone),
        ("Contacter par mail", place.email),
    )
    return "|".join(way for way, holds in said if holds)
