"""Who is found although their name is written otherwise: everybody who should be, and nobody else (C-67)."""

import random
from collections.abc import Iterable, Sequence
from itertools import product

from creneau.context import Tenant
from creneau.people import service
from creneau.people.finding.schemas import EVERYBODY
from creneau.people.finding.slips import ENOUGH, SHORTEST_NEAR, SOUNDS

from tests.platform.people.test_finding import add

SYLLABLES = ("ma", "ri", "le", "go", "pho", "tou", "an", "ss", "u", "kel", "y")
PERSONS, QUESTIONS = 150, 150

Person = tuple[str, str]


def names_of(luck: random.Random) -> Person:
    one, *more = ("".join(luck.choices(SYLLABLES, k=luck.choice((1, 2, 2, 3, 4)))) for _ in "abc")
    return one, " ".join(more[: luck.choice((1, 1, 2))])


def mistyped(luck: random.Random, name: str) -> str:
    for _ in range(luck.choice((0, 1, 1, 2))):
        at = luck.randrange(len(name) + 1)
        left, right = name[:at], name[at:]
        name = luck.choice(
            (
                left + right[1:],
                left + luck.choice("abegikmoruy") + right,
                left + luck.choice("abegikmoruy") + right[1:],
                left + right[1:2] + right[:1] + right[2:],
            )
        )
    return name[: luck.choice((30, 30, 4, 6))].replace(" ", "")


def written(person: Person) -> list[str]:
    """Give a person's names from each of them on, each followed by all the others."""
    names = f"{person[1]} {person[0]}".split()
    return [" ".join(names[n:] + names[:n]) + " " for n in range(len(names))]


def has(person: Person, typed: str) -> bool:
    return any(word.startswith(typed) for word in written(person))


def nearly_has(person: Person, typed: str, alike: Iterable[str]) -> bool:
    """Compare with each beginning of each word; a short one counts only as a whole name."""
    beginnings = [
        word[:length]
        for word in written(person)
        for length in range(1, len(word))
        if length >= ENOUGH or word[length] == " "
    ]
    return len(typed) >= SHORTEST_NEAR and any(
        one in alike or one_slip_apart(typed, one) for one in beginnings
    )


def one_slip_apart(one: str, other: str) -> bool:
    """Tell whether a letter is missing, added, another, or in its neighbour's place."""
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    left, right = one[same:], other[same:]
    return one != other and (
        left[1:] == right
        or left == right[1:]
        or left[1:] == right[1:]
        or (left[1::-1] == right[:2] and left[2:] == right[2:])
    )


def heard_as(typed: str) -> set[str]:
    """Write one or two of the sounds of a name otherwise."""
    pairs = {pair for one, other in SOUNDS for pair in ((one, other), (other, one)) if pair[0]}

    def once(name: str) -> set[str]:
        return {
            name[:at] + other + name[at + len(one) :]
            for one, other in pairs
            for at in range(len(name))
            if name.startswith(one, at)
        }

    first = once(typed)
    return first | {two for one in first for two in once(one)}


def expected(persons: Sequence[Person], typed: Sequence[str]) -> set[Person]:
    """Ask every person, one after the other."""
    exact = {one for one in persons if all(has(one, part) for part in typed)}
    as_one = {one for one in persons if len(typed) > 1 and has(one, "".join(typed))}
    return exact or as_one or {one for one in persons if _near(one, typed)}


def _near(person: Person, typed: Sequence[str]) -> bool:
    found = [(has(person, part), nearly_has(person, part, heard_as(part))) for part in typed]
    return any(
        near and all(also or nearly for other, (also, nearly) in enumerate(found) if other != n)
        for n, (_exact, near) in enumerate(found)
    )


async def test_whoever_is_one_slip_away_is_found_and_nobody_else(tenant: Tenant) -> None:
    del tenant
    luck = random.Random(11)  # noqa: S311 - the same names and slips in each run
    persons = sorted({names_of(luck) for _ in range(PERSONS)})
    await add(*({"first_name": first, "last_name": last} for first, last in persons))
    near = 0
    for _ in range(QUESTIONS):
        first, last = luck.choice(persons)
        parts = [mistyped(luck, luck.choice(last.split())), mistyped(luck, first)]
        typed = [one for one in parts[: luck.choice((1, 2))] if one]
        if not typed:
            continue
        found = await service.search(" ".join(typed), EVERYBODY, limit=PERSONS)
        assert {(one.first_name, one.last_name) for one in found.persons} == expected(
            persons, typed
        ), typed
        near += found.near
    assert near > QUESTIONS // 5


def test_the_comparison_tells_one_slip_from_two() -> None:
    for one, other in (("marie", "mare"), ("marie", "marrie"), ("marie", "maire"), ("ma", "mo")):
        assert one_slip_apart(one, other), (one, other)
        assert one_slip_apart(other, one), (one, other)
    for one, other in product(("marie",), ("marie", "mar", "amrei", "maeri2", "mariexy", "xariy")):
        assert not one_slip_apart(one, other), (one, other)
