"""Finding towns in the list that came with the set-up; it is read once for the process."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from creneau.towns import rules
from creneau.towns.schemas import Town

FILE: Final = Path(__file__).parent / "vendor" / "towns.json"


@cache
def towns() -> tuple[Town, ...]:
    """Give every town, by code; none where the set-up has not fetched the list."""
    if not FILE.is_file():
        return ()
    return msgspec.json.decode(FILE.read_bytes(), type=tuple[Town, ...])


@cache
def _names() -> tuple[str, ...]:
    return tuple(rules.plain(town.name) for town in towns())


@cache
def _by_code() -> dict[str, Town]:
    return {town.code: town for town in towns()}


@cache
def _by_postcode() -> Mapping[str, Sequence[Town]]:
    found: defaultdict[str, list[Town]] = defaultdict(list)
    for one in towns():
        for postcode in one.postcodes:
            found[postcode].append(one)
    return found


def search(typed: str, limit: int = 10) -> list[Town]:
    """Find the towns that somebody means by a name, a postcode or both, the likeliest first."""
    return rules.matching(towns(), _names(), typed)[:limit]


def town(code: str) -> Town | None:
    """Give the town of an INSEE code."""
    return _by_code().get(code)


def town_at(postcode: str, name: str) -> Town | None:
    """Give the town of a postal address; of several with that postcode the one that is named."""
    found = _by_postcode().get(postcode, ())
    if len(found) == 1:
        return found[0]
    # Most write it as it is; comparing without accents takes long.
    exact = next((one for one in found if one.name == name), None)
    return exact or _alike(found, rules.plain(name))


def _alike(found: Sequence[Town], wanted: str) -> Town | None:
    return next((one for one in found if rules.plain(one.name) == wanted), None)
