"""A search for free time as programs ask for it: one transaction, written as it is found."""

import gzip
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Final

from creneau.availability.answers import asked_by_many, question_of
from creneau.availability.schemas import SlotQuery
from creneau.availability.service import (
    check_range,
    free_starts,
    open_motive_with_zones,
    slots_of,
)
from creneau.context import current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau_infra.clock import now

from creneau_web.api.lately import LATELY
from creneau_web.api.writing import slots_written, starts_written, word

Admit = Callable[[Transaction], Awaitable[None]]
WRITTEN: Final = "slots as JSON"


class Written:
    """An answer as it is sent, and the same compressed: once for all who take it so."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain

    def __len__(self) -> int:
        return len(self.plain)

    @cached_property
    def packed(self) -> bytes:
        """The answer compressed with gzip."""
        return gzip.compress(self.plain, compresslevel=1)


def asked_lately(query: SlotQuery) -> bool:
    """Note a search, and tell whether somebody asked the same a moment ago."""
    return LATELY.again((current_tenant.get().id, question_of(WRITTEN, query)))


async def slots(query: SlotQuery, admit: Admit, *, by_many: bool = False) -> bytes:
    """Find slots and write them as JSON, with their places' offsets (C-20).

    `admit` refuses who may not ask, in the transaction of the search where there is one. `by_many`:
    one answer serves all who ask at the same time.

    Raises:
        NotFound: There is no such motive.
        RangeRefused: The range is inverted or too long.
    """
    if not by_many:
        return (await _search(query, admit)).plain
    admitted = False

    async def admitting(tx: Transaction) -> None:
        nonlocal admitted
        await admit(tx)
        admitted = True

    found = await written(query, admitting)
    if not admitted:
        async with tenant_transaction() as tx:
            await admit(tx)
    return found.plain


async def written(query: SlotQuery, admit: Admit) -> Written:
    """Find slots, once for all who ask at the same time; `admit` is asked by the first of them.

    Raises:
        NotFound: There is no such motive.
        RangeRefused: The range is inverted or too long.
    """
    question = question_of(WRITTEN, query)
    return await asked_by_many(question, lambda: _search(query, admit), bytes_each=1)


async def _search(query: SlotQuery, admit: Admit) -> Written:
    async with tenant_transaction() as tx:
        await admit(tx)
        check_range(query)
        motive = await open_motive_with_zones(tx, query.motive_id)
        if motive.capacity != 1:
            found = await slots_of(tx, motive, query, now())
            return Written(slots_written(found, motive.zones))
        starts = await free_starts(tx, motive, query, now(), word)
    return Written(starts_written(starts, motive.duration_minutes * 60, motive.zones))
