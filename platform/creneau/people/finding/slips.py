"""Names as they are written by mistake, or by ear (C-67).

What is near a name is made from the question, and looked up as any other name is.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

SHORTEST_NEAR: Final = 3
LONGEST_NEAR: Final = 24
ENOUGH: Final = 6
"""So many letters may be the beginning of what is meant; fewer are all of it."""

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz "
SOUNDS: Final = (
    ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "k"), ("c", "k"), ("c", "s"), ("y", "i"),
    ("z", "s"), ("ch", "k"), ("ch", "sh"), ("eau", "o"), ("au", "o"), ("ai", "e"), ("ei", "e"), ("ou", "u"), ("ou", "o"),
    ("w", "v"), ("h", ""), ("gn", "n"), ("ie", "i"), ("x", "ks"), ("j", "g"), ("an", "en"),
    *((letter * 2, letter) for letter in "bcdfglmnprst"),
)  # fmt: skip
"""What is heard alike and written either way."""

_EITHER_WAY: Final = (*SOUNDS, *((two, first) for first, two in SOUNDS if two))


def near(part: str) -> Iterable[str]:
    """Give what is one slip away from a name, or sounds like it; nothing for what is too short."""
    if not SHORTEST_NEAR <= len(part) <= LONGEST_NEAR:
        return ()
    found = dict.fromkeys(chain(slips(part, LETTERS), _heard(part)))
    return [one for one in found if one != part and one.strip()]


def meant(text: str) -> str:
    """Write what a name is looked for by: its beginning, or all of it where it is short."""
    return text if len(text) >= ENOUGH else f"{text} "


def slips(part: str, letters: str) -> Iterator[str]:
    """Give what is one slip of the finger away: a letter more, less, other, or two exchanged."""
    cuts = [(part[:place], part[place:]) for place in range(len(part) + 1)]
    yield from (left + right[1:] for left, right in cuts if right)
    yield from (left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    yield from (left + letter + right[1:] for left, right in cuts if right for letter in letters)
    yield from (left + letter + right for left, right in cuts for letter in letters)


def _heard(part: str) -> Iterable[str]:
    once = set(_alike(part))
    twice = set(chain.from_iterable(_alike(one) for one in once))
    return [*sorted(once), *sorted(twice)]


def _alike(part: str) -> Iterator[str]:
    for one, other in _EITHER_WAY:
        at = part.find(one)
        while at >= 0:
            yield part[:at] + other + part[at + len(one) :]
            at = part.find(one, at + len(one))
