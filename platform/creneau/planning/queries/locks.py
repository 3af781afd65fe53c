"""Who waits for whom between bookings and changes of the planning.

A booking searches and then inserts; a change of the planning between the two would leave it in a
time that is no longer open, and untold. Both therefore take one advisory lock of the tenant:
bookings share it with each other, a change has it alone, and only for its own few statements.
It is taken after the idempotency key and before any row: whoever waits for it holds no row.
"""

from creneau.database import Transaction

_PLANS = 1
_BOOKINGS = 2


async def plan_alone(tx: Transaction) -> None:
    """Let one transaction of the tenant at a time change, or try to change, its planning."""
    await _lock(tx, _PLANS)


async def hold_bookings_up(tx: Transaction) -> None:
    """Wait for the bookings under way, and let new ones wait until this change is committed."""
    await _lock(tx, _BOOKINGS)


async def book_beside_others(tx: Transaction) -> None:
    """See the planning as it stays until this booking is committed."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended($1::text, $2))",
        str(tx.tenant_id),
        _BOOKINGS,
    )


async def _lock(tx: Transaction, what: int) -> None:
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1::text, $2))", str(tx.tenant_id), what
    )
