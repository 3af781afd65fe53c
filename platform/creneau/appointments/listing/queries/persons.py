"""A long list in the order of persons: whom a page shows is found first, and then their lines alone are read.

Person after person is gone through along two indexes, from the nearer end, with how many bookings each has.
Who has no word to be found by comes last, either way round, and is counted where a page is nearer to the end.
"""

from datetime import datetime
from typing import Final

from creneau.appointments.listing.queries.asking import Asked
from creneau.appointments.listing.queries.lines import Stretch, lines
from creneau.appointments.listing.queries.orders import LAST, WORD, turned, way
from creneau.appointments.listing.schemas import Line, Wanted
from creneau.database import Transaction

_NAMELESS: Final = """
    b.person_id IN (
        SELECT p.id FROM person p WHERE p.tenant_id = $1 AND NOT EXISTS (
            SELECT FROM person_word w
            WHERE w.tenant_id = $1 AND w.person_id = p.id AND w.word >= 'a:' AND w.word < 'b:'))
"""


async def page(
    tx: Transaction, wanted: Wanted, now: datetime, total: int, stretch: Stretch
) -> list[Line]:
    """Read a stretch of a list that has so many lines in total."""
    offset, most = stretch
    if offset + most <= total // 2:
        found = await named(tx, wanted, now, stretch)
        if len(found) == most:
            return found
    known = total - await _nameless_ones(tx, wanted, now)
    found: list[Line] = []
    if offset < known:
        rest = Stretch(max(0, known - offset - most), min(most, known - offset))
        found = (await named(tx, turned(wanted), now, rest))[::-1]
    left = Stretch(max(0, offset - known), most - len(found))
    return [*found, *(await _nameless(tx, wanted, now, left))] if left.most else found


async def named(tx: Transaction, wanted: Wanted, now: datetime, stretch: Stretch) -> list[Line]:
    """Read a stretch of what there is of those who have a word; it may hold less than is asked for."""
    asked = Asked(tx, wanted, now, bare=True)
    by = f"w.word {way(wanted)}, w.person_id {way(wanted)}"
    offset, most = (asked.value(number) for number in stretch)
    await tx.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    shown = await tx.rows(
        f"""
        SELECT w.person_id, rank() OVER (ORDER BY {by}) - 1 AS before
        {asked.source} JOIN {WORD} {asked.where}
        ORDER BY {by} LIMIT {most} OFFSET {offset}
        """,
        *asked.values,
    )
    if not shown:
        return []
    theirs = Asked(tx, wanted, now)
    persons = sorted({row["person_id"] for row in shown})
    theirs.narrow(f"b.person_id = ANY({theirs.value(persons)}::uuid[])")
    own = Stretch(stretch.offset - shown[0]["before"], len(shown))
    return await lines(tx, theirs, own, LAST)


async def _nameless_ones(tx: Transaction, wanted: Wanted, now: datetime) -> int:
    asked = Asked(tx, wanted, now, bare=True)
    asked.narrow(_NAMELESS)
    return await tx.value(f"SELECT count(*) {asked.source} {asked.where}", *asked.values)


async def _nameless(tx: Transaction, wanted: Wanted, now: datetime, stretch: Stretch) -> list[Line]:
    asked = Asked(tx, wanted, now)
    asked.narrow(_NAMELESS)
    return await lines(tx, asked, stretch, LAST)
