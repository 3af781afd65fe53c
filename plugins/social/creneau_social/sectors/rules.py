"""Which zone an address is in; nothing here touches the database."""

import re
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from creneau.towns.rules import plain

from creneau_social.sectors.schemas import Zone

NUMBER: Final = re.compile(r"\s*(\d{1,5})\s*(?:bis|ter|quater|[a-d])?\b[\s,]*", re.IGNORECASE)
ABBREVIATIONS: Final = {
    "all": "allee",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "boul": "boulevard",
    "ch": "chemin",
    "che": "chemin",
    "imp": "impasse",
    "pl": "place",
    "r": "rue",
    "res": "residence",
    "rte": "route",
    "sq": "square",
    "gal": "general",
    "dr": "docteur",
    "pdt": "president",
}
SILENT: Final = frozenset({"de", "du", "des", "d", "la", "le", "les", "l"})


def plain_street(text: str) -> str:
    """Write a street as it is compared: "Bd. de l’Église" as "boulevard eglise"."""
    words = [ABBREVIATIONS.get(word, word) for word in plain(text).split()]
    return " ".join(word for word in words if word not in SILENT)


def number_and_street(text: str) -> tuple[int | None, str]:
    """Read "12 bis, rue des Écoles": the number, and the street as it is compared."""
    found = NUMBER.match(text)
    if found is None:
        return None, plain_street(text)
    return int(found[1]), plain_street(text[found.end() :])


def sectors_of(zones: Iterable[Zone], street: str) -> list[UUID]:
    """Name the sectors of an address of a town, whose zones are given.

    A street that a zone names counts more than the whole town.
    """
    number, wanted = number_and_street(street)
    known = list(zones)
    by_street = [one for one in known if one.street_plain and _is_in(one, number, wanted)]
    chosen = by_street or [one for one in known if not one.street_plain]
    return list(dict.fromkeys(one.sector_id for one in chosen))


def _is_in(zone: Zone, number: int | None, street: str) -> bool:
    if not street or zone.street_plain != street:
        return False
    limited = zone.first_number is not None or zone.last_number is not None or zone.side != "both"
    if not limited:
        return True
    return number is not None and _fits(zone, number)


def _fits(zone: Zone, number: int) -> bool:
    side = {"both": True, "even": number % 2 == 0, "odd": number % 2 == 1}[zone.side]
    return side and (zone.first_number or 1) <= number <= (zone.last_number or 99999)


def needs_street(zones: Sequence[Zone]) -> bool:
    """Tell whether a town is shared by its streets."""
    return any(one.street_plain for one in zones)
