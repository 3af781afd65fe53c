"""What somebody types to find a person, read as what can be looked up (C-67).

Each thing that is typed becomes a term: the ranges of words that begin so. A name has further ones for
when nobody is written exactly so: those one slip away, and those that sound alike.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from creneau.people.finding.slips import LETTERS, meant, near, slips

LONGEST: Final = 120
MOST_TERMS: Final = 6
TWO: Final = 2
MOST_ADDRESSES: Final = 300
"""So many addresses that begin with a name are tried for another one."""

SHORTEST_NUMBER: Final = 2
OF_ANYBODY: Final = 3
"""So few digits are in anybody's number."""

SHORT_YEAR: Final = 2
DAY_OR_MONTH: Final = 2
"""Digits at most."""

WITHOUT_ZERO: Final = 9
"""Digits of a French number after its +33."""

LAST: Final = "\U0010ffff"
NOTHING_MORE: Final = "\x01"
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
    """One thing that is looked for; `plain` is how it was typed, `sure` that few have it.

    A name stands as `plain` in each word of a person's names.
    """

    plain: str
    ranges: tuple[Range, ...]
    kind: Literal["name", "email", "other"] = "other"
    sure: bool = False


class Near(msgspec.Struct, frozen=True):
    """What is nearly what was typed, the likeliest first, in words of some kinds.

    `end`: a word that is found comes after a text and before the same text with this at its end.
    """

    typed: str
    texts: tuple[str, ...]
    kinds: tuple[str, ...]
    end: str


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """One way to look: words in some ranges, the earlier ones first, of persons who have the terms too.

    `together`: the terms are names, and stand in the very word that is found. `most`: so many words
    of a range are tried, and no more. `near`: nobody is written exactly so.
    """

    ranges: tuple[Range, ...] | Near
    others: tuple[Term, ...] = ()
    together: bool = False
    most: int | None = None
    near: bool = False


def terms_of(words: str) -> tuple[Term, ...]:
    """Read what was typed, in its order."""
    text = BORN.sub(" ", without_accents(words[:LONGEST].strip()))
    found = [term for piece in PIECES.finditer(text) for term in _terms(piece)]
    return tuple(([term for term in found if term.plain not in TITLES] or found)[:MOST_TERMS])


def phrases(terms: Sequence[Term]) -> tuple[Range, ...]:
    """Give the words that begin as several names were typed, or as two the other way round."""
    if len(terms) < TWO or any(term.kind != "name" for term in terms):
        return ()
    typed = [term.plain for term in terms]
    orders = (typed, typed[::-1]) if len(terms) == TWO else (typed,)
    return tuple(beginning(kind, " ".join(order)) for order in orders for kind in ("a", "n"))


def rarest_first(terms: Sequence[Term], numbers: Sequence[int]) -> tuple[Term, ...]:
    """Put the term first that finds the fewest words: only those are tried for the others."""
    ranks = [(numbers[n], not term.sure, -len(term.plain)) for n, term in enumerate(terms)]
    return tuple(terms[n] for n in sorted(range(len(terms)), key=ranks.__getitem__))


def ways(terms: Sequence[Term], phrase: tuple[Range, ...]) -> Iterator[Looking]:
    """Give the ways to look for what is written as it was typed; the first term is the rarest.

    Names are written with all others of a person in one word, which begins with any of them: nobody
    else has to be asked. One may also be the beginning of an e-mail address, or all of them one name.
    """
    first, *others = terms
    if not phrase:
        yield Looking(ranges=first.ranges, others=tuple(others))
        return
    names = tuple(one for one in first.ranges if not one.low.startswith("e:"))
    yield Looking(ranges=(*phrase, *names), others=tuple(others), together=True)
    addresses = tuple(beginning("e", term.plain) for term in terms)
    yield Looking(ranges=addresses, others=tuple(terms), most=MOST_ADDRESSES)
    yield Looking(ranges=joined(phrase), near=True)


def joined(phrase: tuple[Range, ...]) -> tuple[Range, ...]:
    """Give the words that begin with several names written as one; none where no phrase was typed."""
    return _name(phrase[0].low.partition(":")[2].replace(" ", "")).ranges if phrase else ()


def near_to(term: Term) -> Near | None:
    """Give what is nearly what was typed: slips, and what sounds alike; None where nothing may be."""
    if term.kind == "email":
        letters = LETTERS.strip() + ".-_1234567890"
        return Near(term.plain, tuple(slips(term.plain, letters)), ("e:",), NOTHING_MORE)
    if term.kind == "name":
        texts = tuple(meant(one) for one in near(term.plain))
        return Near(term.plain, texts, ("a:", "n:"), LAST) if texts else None
    return None


def beginning(kind: str, text: str) -> Range:
    """Give the range of the words of a kind that begin with a text."""
    return Range(f"{kind}:{text}", f"{kind}:{text}{LAST}")


def exactly(kind: str, text: str) -> Range:
    """Give the range of one word of a kind."""
    return Range(f"{kind}:{text}", f"{kind}:{text}{NOTHING_MORE}")


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
            yield Term(plain=text, ranges=(beginning("e", text),), kind="email", sure=True)
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


def _name(part: str) -> Term:
    own = tuple(beginning(kind, part) for kind in ("a", "n", "e"))
    return Term(plain=part, ranges=own, kind="name")
