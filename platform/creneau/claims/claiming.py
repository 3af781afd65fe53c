"""How time is claimed: quick where nothing is in the way, careful where something might be.

The database refuses a second claim by itself; what stands here only makes the answer quick and
keeps transactions from waiting in a circle.
"""

from collections.abc import Sequence
from uuid import UUID

from creneau.claims import queries
from creneau.claims.queries import TimeClaim
from creneau.database import Transaction


async def take_one(tx: Transaction, claim: TimeClaim, candidates: Sequence[UUID]) -> UUID | None:
    """Take the first of several resources that is free, in the given order; None if none is."""
    for resource_id in candidates:
        if await queries.take(tx, claim, resource_id):
            return resource_id
    if not await queries.expired_in_the_way(tx, claim, candidates):
        return None
    await _clear_expired(tx, claim, candidates)
    for resource_id in sorted(candidates):
        if await queries.take(tx, claim, resource_id):
            return resource_id
    return None


async def take_all(tx: Transaction, claim: TimeClaim, resource_ids: Sequence[UUID]) -> bool:
    """Take all of several resources, or answer False: the caller then rolls back (C-25)."""
    await _clear_expired(tx, claim, resource_ids)
    for resource_id in sorted(set(resource_ids)):
        if not await queries.take(tx, claim, resource_id):
            return False
    return True


async def _clear_expired(tx: Transaction, claim: TimeClaim, resource_ids: Sequence[UUID]) -> None:
    await queries.lock_resources(tx, resource_ids)
    over = await queries.expired_in_the_way(tx, claim, resource_ids)
    if over:
        await queries.expire(tx, await queries.lock_expired(tx, over), claim.now)
