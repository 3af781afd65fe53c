"""How the planning says that a motive reminds at other times (C-81)."""

from typing import Final
from uuid import UUID

from creneau_infra.outbox.service import put

from creneau.database import Transaction
from creneau.messages.reminders.schemas import RemindersChanged

CHANGED: Final = "motive.reminders"


async def reminders_changed(tx: Transaction, motive_id: UUID, version: str) -> None:
    """Have the reminders of all bookings to come written anew; `version` was the motive's before."""
    change = RemindersChanged(motive_id=motive_id)
    await put(tx, CHANGED, change, key=f"{CHANGED}:{motive_id}:{version}")
