"""Filling in what is kept of persons, some at a time (S-10)."""

from time import monotonic
from typing import Final
from uuid import uuid4

from creneau.afterwards.service import put
from creneau.database import tenant_transaction

from creneau_social.figures.keeping import queries

PERSONS_AT_ONCE: Final = 2_000
SECONDS: Final = 20.0
"""A piece of this work is done in less than a minute, on a slow machine too."""

KIND: Final = "social.fill"


async def fill() -> None:
    """Keep the figures of everybody who was there before any were kept; what is left is done afterwards.

    Goes on where it was left off. Whoever's appointments change meanwhile is counted anew by whoever
    counts the days: neither passes the other.
    """
    async with tenant_transaction() as tx:
        await queries.begin(tx)
    until = monotonic() + SECONDS
    while await _fill_some():
        if monotonic() >= until:
            async with tenant_transaction() as tx:
                await put(tx, KIND, {}, key=f"{KIND}:{uuid4()}", lane="slow")
            return


async def _fill_some() -> bool:
    """Do the next persons; tells whether there may be more."""
    async with tenant_transaction() as tx:
        await queries.wait_for_others(tx)
        if await queries.is_filled(tx):
            return False
        persons = await queries.next_persons(tx, PERSONS_AT_ONCE)
        await queries.keep(tx, persons)
        await queries.note(tx, persons[-1] if persons else None)
    return bool(persons)
