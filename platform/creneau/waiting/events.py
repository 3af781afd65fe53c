"""What tells the waiting list that time became free, in the transaction that frees it (C-28)."""

from datetime import datetime
from typing import Final
from uuid import uuid4

from creneau_infra.outbox.service import put

from creneau.database import Transaction
from creneau.waiting import queries
from creneau.waiting.schemas import Freed

FREED: Final = "slot.freed"


async def time_freed(
    tx: Transaction, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> None:
    """Have a freed time (UTC) offered after the commit; without a start, look at all times.

    Nothing is written where nobody waits. Who begins to wait at this very moment looks twice, so
    that a transaction that could not see them yet hides nothing from them.
    """
    if await queries.anyone_waits(tx):
        await put(tx, FREED, Freed(starts_at=starts_at, ends_at=ends_at), key=f"{FREED}:{uuid4()}")
