"""Finding persons (C-67)."""

from typing import Final
from uuid import UUID

from creneau.database import Transaction, tenant_transaction
from creneau.people.finding import queries
from creneau.people.finding.rules import (
    Range,
    Term,
    beginning,
    double_of,
    exactly,
    full_name,
    joined,
    nearly,
    plain,
    terms_of,
)
from creneau.people.finding.schemas import Found, FoundPage, Likeness, Within

PAGE: Final = 20
MOST_ALIKE: Final = 5
ALL: Final = (Term(plain="", ranges=(beginning("a", ""),)),)


async def search(words: str, within: Within, limit: int = PAGE, skipped: int = 0) -> FoundPage:
    """Find persons by name, first name, e-mail, phone and birth date, in any order and writing.

    Accents, hyphens and case do not count. Where nobody is written exactly so, a slip in each name
    is forgiven, and what sounds alike. Nothing typed: everybody, by last name.
    """
    terms = terms_of(words) if words.strip() else ALL
    if not any(term.ranges for term in terms):
        return FoundPage(persons=())
    async with tenant_transaction() as tx:
        found = await queries.find(tx, terms, within, limit + 1, skipped)
        near = False
        for others in (nearly(terms), joined(words)) if not found else ():
            if others and not found:
                found = await queries.find(tx, others, within, limit + 1, skipped)
                near = bool(found)
    return FoundPage(persons=tuple(found[:limit]), more=len(found) > limit, near=near)


async def beginning_with(letters: str, within: Within, limit: int, skipped: int = 0) -> FoundPage:
    """List the persons whose last name begins with some letters, by last name."""
    terms = (Term(plain=letters, ranges=(beginning("a", plain(letters)),)),)
    async with tenant_transaction() as tx:
        found = await queries.find(tx, terms, within, limit + 1, skipped)
    return FoundPage(persons=tuple(found[:limit]), more=len(found) > limit)


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
