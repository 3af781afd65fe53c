"""How a town's name is compared, and how far two points are from each other."""

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from creneau.towns.schemas import Town

POSTCODE: Final = re.compile(r"\d{5}")
EARTH: Final = 6371.0
"""Its mean radius in kilometres."""

SAINT: Final = {"st": "saint", "ste": "sainte"}


def plain(text: str) -> str:
    """Write a name without accents, case and hyphens: "Saint-Étienne" as "saint etienne"."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    words = re.sub(r"[^a-z0-9]+", " ", letters).split()
    return " ".join(SAINT.get(word, word) for word in words)


def kilometres(from_: tuple[float, float], to: tuple[float, float]) -> float:
    """Measure the distance between two points (latitude and longitude) as the crow flies."""
    north, south = math.radians(from_[0]), math.radians(to[0])
    half_height = math.sin((south - north) / 2)
    half_width = math.sin(math.radians(to[1] - from_[1]) / 2)
    return (
        2
        * EARTH
        * math.asin(math.sqrt(half_height**2 + math.cos(north) * math.cos(south) * half_width**2))
    )


def matching(towns: Iterable[Town], names: Iterable[str], typed: str) -> list[Town]:
    """Find the towns that somebody means, the likeliest first.

    A postcode finds its towns; a name the town that is called so, then those whose name begins so,
    then those that have these words, the largest first. "Reims 51100" and "51100 Reims" find Reims.
    """
    postcode = next(iter(POSTCODE.findall(typed)), "")
    wanted = plain(POSTCODE.sub(" ", typed) if postcode else typed)
    if not postcode and not wanted:
        return []
    found = [
        (rank, town)
        for town, name in zip(towns, names, strict=True)
        if (not postcode or postcode in town.postcodes)
        and (rank := _rank(name, wanted)) is not None
    ]
    # A part of Paris is meant by its own postcode rather than the whole.
    found.sort(
        key=lambda pair: (
            pair[0],
            len(pair[1].postcodes) if postcode else 0,
            -pair[1].population,
            pair[1].code,
        )
    )
    return [town for _rank_of, town in found]


def _rank(name: str, wanted: str) -> int | None:
    if name == wanted or not wanted:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in name else None
