"""Sealing the history afterwards, and finding out whether it is what was sealed (C-66).

Whoever writes history takes no lock and waits for nobody; a worker links what has been committed,
some seconds later.
"""

from datetime import timedelta
from uuid import UUID

from creneau_infra.clock import now

from creneau.database import tenant_transaction
from creneau.history.rules import first_id_at, written_at
from creneau.history.sealing import queries
from creneau.history.sealing.checking import Check
from creneau.history.sealing.rules import BEFORE_THE_FIRST, TIME_TO_COMMIT, digest_of
from creneau.history.sealing.schemas import Head, Link, Row, Verdict

AT_ONCE = 1000
READ_AT_ONCE = 5000
FROM_THE_FIRST = UUID(int=0)
LATE = timedelta(hours=1)


async def seal(tenant_id: UUID) -> int:
    """Link what was written since the last seal, or was committed late; tell how much."""
    return await _seal(tenant_id, None)


async def seal_all(tenant_id: UUID) -> int:
    """Link every entry that has no seal, however old; tell how much."""
    return await _seal(tenant_id, FROM_THE_FIRST)


async def _seal(tenant_id: UUID, first: UUID | None) -> int:
    sealed = 0
    while rows := await _seal_some(tenant_id, first):
        sealed += len(rows)
        # What is sealed already is not passed over again and again.
        first = rows[-1].id
    return sealed


async def _seal_some(tenant_id: UUID, first: UUID | None) -> list[Row]:
    async with tenant_transaction(tenant_id) as tx:
        if not await queries.lock(tx):
            return []
        head = await queries.head(tx)
        rows = await queries.unsealed(tx, first or _first_to_look_at(head), AT_ONCE)
        await queries.add(tx, _linked(tenant_id, head, rows))
        return rows


def _first_to_look_at(head: Head | None) -> UUID:
    if head is None or head.history_id is None:
        return FROM_THE_FIRST
    return first_id_at(written_at(head.history_id) - TIME_TO_COMMIT)


def _linked(tenant_id: UUID, head: Head | None, rows: list[Row]) -> list[Link]:
    position, previous = (head.position, head.digest) if head else (0, BEFORE_THE_FIRST)
    links: list[Link] = []
    for row in rows:
        position += 1
        previous = digest_of(previous, tenant_id, position, row)
        links.append(Link(position, row.id, previous, row))
    return links


async def verify(tenant_id: UUID, kept: Head | None = None) -> Verdict:
    """Compute a tenant's chain anew and tell what is wrong; `kept` is a head from before.

    Reads some thousand entries at a time: it needs no more memory for a million.
    """
    check = Check(tenant_id, kept)
    after = 0
    while True:
        async with tenant_transaction(tenant_id) as tx:
            links = await queries.links(tx, after, READ_AT_ONCE)
        if not links:
            break
        for link in links:
            check.look_at(link)
        after = links[-1].position
    async with tenant_transaction(tenant_id) as tx:
        late, waiting = await queries.waiting(tx, now() - LATE)
    return check.verdict(late, waiting)
