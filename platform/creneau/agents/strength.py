"""Whether a password could be guessed by whoever knows the lists of breached ones (T-07)."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from zxcvbn import zxcvbn

LONGEST_JUDGED: Final = 72
"""What follows adds to a password, and is not judged: the work grows with the square."""

SAFE: Final = 3
"""Of 4: more than 10^8 guesses of somebody who tries common passwords, words and patterns first."""

SHORTEST_WORD: Final = 4
LEFT_OVER: Final = 8


def is_common(password: str, words: Iterable[str]) -> bool:
    """Tell whether a password is among the breached and common ones, or close to them."""
    known = [word for word in words if word]
    return zxcvbn(password[:LONGEST_JUDGED], user_inputs=known)["score"] < SAFE


def is_made_of(password: str, words: Iterable[str]) -> bool:
    """Tell whether little is left of a password without what everybody knows of its owner."""
    left = _folded(password)
    for word in sorted(_known(words), key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < LEFT_OVER


def _known(words: Iterable[str]) -> set[str]:
    parts = [part for word in words for part in (word, *re.split(r"[\W_]+", word))]
    return {folded for part in parts if len(folded := _folded(part)) >= SHORTEST_WORD}


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if char.isalnum())
