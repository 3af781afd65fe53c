"""The short name of an identifier: its last forty bits, which are random, in eight letters and digits.

It is never stored, so it is as lasting as what it names. Letters that look like digits are not used,
and are read as those digits where somebody types them.
"""

from typing import Final
from uuid import UUID

LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
BITS: Final = 5
LENGTH: Final = 8
MISREAD: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})


def short_name(identifier: UUID) -> str:
    """Write the short name of an identifier, such as "7k3m-9xqd"."""
    rest = identifier.int & ((1 << BITS * LENGTH) - 1)
    digits = [LETTERS[rest >> BITS * place & (len(LETTERS) - 1)] for place in range(LENGTH)]
    whole = "".join(reversed(digits))
    return f"{whole[:4]}-{whole[4:]}"


def ending_of(typed: str) -> str | None:
    """Give the last ten hexadecimal digits that a typed short name stands for; None if it is none."""
    name = typed.lower().translate(MISREAD)
    if len(name) != LENGTH or any(letter not in LETTERS for letter in name):
        return None
    number = 0
    for letter in name:
        number = (number << BITS) | LETTERS.index(letter)
    return f"{number:010x}"
