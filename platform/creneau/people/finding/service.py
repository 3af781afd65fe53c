"""Finding persons (C-67)."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from creneau.database import Transaction, tenant_transaction
from creneau.people.finding import queries
from creneau.people.finding.rules import (
    Looking,
    Range,
    Term,
    beginning,
    double_of,
    exactly,
    full_name,
    joined,
    near_to,
    phrases,
    plain,
    rarest_first,
    terms_of,
    ways,
)
from creneau.people.finding.schemas import Found, FoundPage, Likeness, Within

PAGE: Final = 20
MOST_ALIKE: Final = 5
ALL: Final = (Term(plain="", ranges=(beginning("a", ""),)),)


async def search(words: str, within: Within, limit: int = PAGE, skipped: int = 0) -> FoundPage:
    """Find persons by name, first name, e-mail, phone and birth date, in any order and writing.

    Accents, hyphens and case do not count. Where nobody is written exactly so, a slip is forgiven,
    of two names in each, and what sounds alike. Nothing typed: everybody, by last name.
    """
    terms: Sequence[Term] = terms_of(words) if words.strip() else ALL
    if not any(term.ranges for term in terms):
        return FoundPage(persons=())
    first, *others = terms
    phrase = phrases(terms)
    asked = [*(term.ranges for term in terms), phrase, joined(phrase)] if others else []
    async with tenant_transaction() as tx:
        few, numbers = await queries.look(tx, within, asked)
        find = _Find(tx, within, few, limit + 1, skipped)
        if others:
            found, near = await _several(find, terms, phrase, numbers)
        else:
            found, near = await _alone(find, first)
    return _page(found, limit, near=near and bool(found))


class _Find(NamedTuple):
    """Looks for one part of those who are found."""

    tx: Transaction
    within: Within
    few: bool
    limit: int
    skipped: int

    async def __call__(self, looking: Looking) -> list[Found] | None:
        """Read those who are found in a way; None if nobody is."""
        tx, within, few, limit, skipped = self
        found = await queries.find(tx, looking, within, limit, skipped, few=few)
        if found or (skipped and await queries.find(tx, looking, within, 1, few=few)):
            return found
        return None

    async def near(self, terms: Sequence[Term], *, lost: bool) -> list[Found]:
        """Read those whose names are nearly what was typed."""
        tx, within, few, limit, skipped = self
        return await queries.find_near(tx, terms, within, limit, skipped, few=few, lost=lost)


async def _alone(find: _Find, term: Term) -> tuple[list[Found], bool]:
    """Look for one thing; tells with whom it found whether they only come near."""
    found = await find(Looking(ranges=term.ranges))
    if found is not None:
        return found, False
    near = near_to(term)
    return (await find(Looking(ranges=near)) if near else None) or [], True


async def _several(
    find: _Find, terms: Sequence[Term], phrase: tuple[Range, ...], numbers: Sequence[int]
) -> tuple[list[Found], bool]:
    """Look in one way after the other, but for those of which the numbers say that they find nobody."""
    *each, as_typed, as_one = numbers
    exact = await find(Looking(ranges=phrase)) if as_typed else None
    if exact and len(exact) == find.limit:
        return exact, False
    lost = min(each) == 0
    ordered = rarest_first(terms, each)
    for looking in ways(ordered, phrase):
        found = await find(looking) if (as_one if looking.near else not lost) else None
        if found is not None:
            return found, looking.near
    return await find.near(ordered, lost=lost), True


async def beginning_with(letters: str, within: Within, limit: int, skipped: int = 0) -> FoundPage:
    """List the persons whose last name begins with some letters, by last name."""
    looking = Looking(ranges=(beginning("a", plain(letters)),))
    async with tenant_transaction() as tx:
        few, _numbers = await queries.look(tx, within)
        found = await queries.find(tx, looking, within, limit + 1, skipped, few=few)
    return _page(found, limit)


def _page(found: Sequence[Found], limit: int, *, near: bool = False) -> FoundPage:
    return FoundPage(persons=tuple(found[:limit]), more=len(found) > limit, near=near)


async def look_alikes(
    tx: Transaction, who: Likeness, within: Within, but: UUID | None = None
) -> list[Found]:
    """Find who may be the same person, the likeliest first; `but` is left out.

    A birth date that differs tells two persons of one name apart.
    """
    ranges: list[Range] = []
    if who.birth_date:
        ranges.append(double_of(who.first_name, who.last_name, who.birth_date))
    ranges += [exactly("e", who.email)] if who.email else []
    ranges += [exactly("p", one.removeprefix("+")) for one in who.phones if one]
    ranges += full_name(who.first_name, who.last_name)
    found = await queries.alike(tx, ranges, within, but, 4 * MOST_ALIKE)
    return [one for one in found if not _apart(one, who)][:MOST_ALIKE]


def _apart(one: Found, who: Likeness) -> bool:
    if None in {one.birth_date, who.birth_date} or one.birth_date == who.birth_date:
        return False
    return not (one.email and one.email == who.email) and one.phone not in {*who.phones} - {""}


async def is_known(person_id: UUID, within: Within) -> bool:
    """Tell whether somebody may see a person (C-04)."""
    async with tenant_transaction() as tx:
        return await queries.is_known(tx, person_id, within)
