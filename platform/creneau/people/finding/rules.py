"""What somebody types to find a person, read as what can be looked up (C-67).

Each thing that is typed becomes a term: the ranges of words that begin so. A name has further ones for
when nobody is written exactly so: those one slip away, and those that sound alike.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Final

import msgspec

LONGEST: Final = 120
MOST_TERMS: Final = 6
SHORTEST_NEAR: Final = 3
LONGEST_NEAR: Final = 24
ENOUGH: Final = 6
"""So many letters may be the beginning of what is meant; fewer are all of it."""

SHORTEST_NUMBER: Final = 2
OF_ANYBODY: Final = 3
"""So few digits are in anybody's number."""

SHORT_YEAR: Final = 2
DAY_OR_MONTH: Final = 2
"""Digits at most."""

WITHOUT_ZERO: Final = 9
"""Digits of a French number after its +33."""

LAST: Final = "\U0010ffff"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz "
SOUNDS: Final = (
    ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "k"), ("c", "k"), ("c", "s"), ("y", "i"),
    ("z", "s"), ("ch", "k"), ("ch", "sh"), ("eau", "o"), ("au", "o"), ("ai", "e"), ("ei", "e"), ("ou", "u"), ("ou", "o"),
    ("w", "v"), ("h", ""), ("gn", "n"), ("ie", "i"), ("x", "ks"), ("j", "g"), ("an", "en"),
    *((letter * 2, letter) for letter in "bcdfglmnprst"),
)  # fmt: skip
"""What is heard alike and written either way."""

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan", "fevrier fevr fev february feb", "mars march mar",
            "avril avr april apr", "mai may", "juin june jun", "juillet juil july jul",
            "aout august aug", "septembre sept september sep", "octobre oct october",
            "novembre nov november", "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
BORN: Final = re.compile(r"\bnee? le\b")
TITLES: Final = frozenset({"mme", "mlle", "monsieur", "madame", "mademoiselle", "nee"})
PIECES: Final = re.compile(
    rf"""(?P<email>[^\s@]+@\S*)
    | (?P<spoken>\b(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?P<month>{"|".join(MONTHS)})\b\.?
        (?:\s+(?P<year>\d{{4}}|\d{{2}})\b)?)
    | (?P<date>(?<!\d)\d{{1,2}}\s?[/.\-\s]\s?\d{{1,2}}\s?[/.\-\s]\s?(?:19|20)\d\d(?!\d))
    | (?P<iso>(?<!\d)(?:19|20)\d\d[/.\-]\d{{1,2}}[/.\-]\d{{1,2}}(?!\d))
    | (?P<number>(?<![a-z0-9])\+?\(?\d(?:[\s./()\-]*\d)*(?![a-z0-9]))
    | (?P<word>\S+)""",
    re.VERBOSE,
)

ACCENTS: Final = re.compile(r"[\u0300-\u036f]")
# Letters that are no letter and an accent.
_WHOLE: Final = str.maketrans({
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "ħ": "h",
    "ı": "i", "ĸ": "q", "ŋ": "n", "ŧ": "t", "ŀ": "l", "ʼ": " ", "ĳ": "ij", "ſ": "s",
})  # fmt: skip


class Range(msgspec.Struct, frozen=True):
    """Words from `low` on and before `high`, as bytes."""

    low: str
    high: str


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is looked for; `plain` is how it was typed, `sure` that few have it."""

    plain: str
    ranges: tuple[Range, ...]
    near: tuple[Range, ...] = ()
    sure: bool = False


def terms_of(words: str) -> tuple[Term, ...]:
    """Read what was typed; the terms that find fewest come first."""
    text = BORN.sub(" ", without_accents(words[:LONGEST].strip()))
    found = [term for piece in PIECES.finditer(text) for term in _terms(piece)]
    spoken = [term for term in found if term.plain not in TITLES] or found
    return tuple(
        sorted(spoken[:MOST_TERMS], key=lambda term: (term.sure, len(term.plain)), reverse=True)
    )


def nearly(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Give the terms with slips and sounds allowed; none where there is nothing to allow."""
    if not any(term.near for term in terms):
        return ()
    return tuple(msgspec.structs.replace(one, ranges=(*one.ranges, *one.near)) for one in terms)


def joined(words: str) -> tuple[Term, ...]:
    """Read several names as one, as who types “le goff” for Legoff."""
    parts = plain(words[:LONGEST]).split()
    return (_name("".join(parts), slips=True),) if 1 < len(parts) <= MOST_TERMS else ()


def beginning(kind: str, text: str) -> Range:
    """Give the range of the words of a kind that begin with a text."""
    return Range(f"{kind}:{text}", f"{kind}:{text}{LAST}")


def exactly(kind: str, text: str) -> Range:
    """Give the range of one word of a kind."""
    return Range(f"{kind}:{text}", f"{kind}:{text}\x01")


def double_of(first_name: str, last_name: str, birth_date: date) -> Range:
    """Give the word that two files of one person share (see `words_of_person`)."""
    names = " ".join(sorted(plain(f"{last_name} {first_name}").split()))
    return exactly("d", f"{birth_date:%Y%m%d} {names}")


def full_name(first_name: str, last_name: str) -> tuple[Range, ...]:
    """Give the words of whoever has these names, in either order."""
    one, other = plain(first_name), plain(last_name)
    return (beginning("a", f"{other} {one} "), beginning("a", f"{one} {other} "))


def plain(text: str) -> str:
    """Write a text as the words of persons are: no case, no accents, single spaces."""
    kept = "".join(char if char.isalnum() else " " for char in without_accents(text))
    return " ".join(kept.split())


def without_accents(text: str) -> str:
    """Take case and accents away."""
    whole = unicodedata.normalize("NFC", text).casefold().translate(_WHOLE)
    return ACCENTS.sub("", unicodedata.normalize("NFKD", whole))


def _terms(piece: re.Match[str]) -> Iterator[Term]:
    text = piece[0]
    match piece.lastgroup:
        case "email":
            near = tuple(exactly("e", one) for one in _slips(text, LETTERS[:-1] + ".-_1234567890"))
            yield Term(plain=text, ranges=(beginning("e", text),), near=near, sure=True)
        case "spoken":
            day, month, year = piece["day"], MONTHS[piece["month"]], piece["year"] or ""
            yield _dated(text, (f"{int(day):02}{month:02}{one}" for one in _years(year)))
        case "date":
            day, month, year = re.findall(r"\d+", text)
            yield _dated(text, (f"{int(day):02}{int(month):02}{year}",))
        case "iso":
            year, month, day = re.findall(r"\d+", text)
            yield _dated(text, (f"{year}{int(month):02}{int(day):02}",))
        case "number":
            yield _number(text)
        case _:
            yield from _named(text)


def _dated(text: str, beginnings: Iterable[str]) -> Term:
    return Term(plain=text, ranges=tuple(beginning("b", one) for one in beginnings), sure=True)


def _years(typed: str) -> Sequence[str]:
    """Read a year as it is typed: `84` is 1984, and may be on its way to something else."""
    return (typed, f"19{typed}", f"20{typed}") if len(typed) == SHORT_YEAR else (typed,)


def _number(text: str) -> Term:
    groups = re.findall(r"\d+", text.replace("(0)", ""))
    digits = "".join(groups)
    called = re.sub(r"^(?:00)?(33|262|590|594|596)0?(?=\d)", r"\1", digits)
    # Without its zero, as after +33, and without its +33.
    short = "0" + digits if len(digits) == WITHOUT_ZERO and digits[0] != "0" else digits
    kinds = [beginning("p", one) for one in dict.fromkeys((digits, called, short))]
    if len(digits) < SHORTEST_NUMBER:
        kinds = []
    dates = [beginning("b", one) for one in _birth_of(groups, digits)]
    names = [beginning(kind, digits) for kind in ("a", "n")] if len(groups) == 1 else []
    return Term(plain=digits, ranges=(*names, *kinds, *dates), sure=len(digits) > OF_ANYBODY)


def _birth_of(groups: Sequence[str], digits: str) -> Iterator[str]:
    """Read digits as a birth date, or as the beginning of one."""
    if len(groups) == 1:
        yield digits
        return
    day, month, *rest = groups
    if max(len(day), len(month)) <= DAY_OR_MONTH and len(rest) <= 1:
        written = f"{int(day):02}{int(month):02}" if rest else f"{int(day):02}{month}"
        yield from (f"{written}{year}" for year in (_years(rest[0]) if rest else ("",)))


def _named(text: str) -> Iterator[Term]:
    parts = plain(text).split()
    if re.search(r"[._]", text.strip("._")) and len(parts) > 1:
        # An address of which the end is not typed yet; or two names with a dot between them.
        phrase = " ".join(parts)
        names = (beginning("a", phrase), beginning("n", phrase))
        yield Term(plain=text, ranges=(beginning("e", text), *names), sure=True)
        return
    yield from (_name(part) for part in parts)


def _name(part: str, *, slips: bool = False) -> Term:
    near = tuple(
        beginning(kind, one if len(one) >= ENOUGH else f"{one} ")
        for one in _near(part)
        for kind in ("a", "n")
    )
    own = tuple(beginning(kind, part) for kind in ("a", "n", "e"))
    return Term(plain=part, ranges=(*own, *near) if slips else own, near=near)


def _near(part: str) -> Iterable[str]:
    if not SHORTEST_NEAR <= len(part) <= LONGEST_NEAR:
        return ()
    once = set(_alike(part))
    twice = chain.from_iterable(_alike(one) for one in once)
    found = dict.fromkeys(chain(_slips(part, LETTERS), sorted(once), sorted(twice)))
    return [one for one in found if one != part and one.strip()]


def _slips(part: str, letters: str) -> Iterator[str]:
    """Give what is one slip of the finger away: a letter more, less, other, or two exchanged."""
    cuts = [(part[:place], part[place:]) for place in range(len(part) + 1)]
    yield from (left + right[1:] for left, right in cuts if right)
    yield from (left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    yield from (left + letter + right[1:] for left, right in cuts if right for letter in letters)
    yield from (left + letter + right for left, right in cuts for letter in letters)


def _alike(part: str) -> Iterator[str]:
    for one, other in chain(SOUNDS, ((two, first) for first, two in SOUNDS if two)):
        yield from (
            part[: found.start()] + other + part[found.end() :]
            for found in re.finditer(re.escape(one), part)
        )
