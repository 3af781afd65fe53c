"""Telling the workers that something may be sent."""

from typing import Final
from uuid import UUID, uuid4

from creneau_infra.outbox.service import put

from creneau.database import Transaction

DUE: Final = "webhook.due"
SWITCHED_OFF: Final = "webhook.switched_off"


async def now_due(tx: Transaction) -> None:
    """Have a worker look at once, once the transaction is committed."""
    await put(tx, DUE, {}, key=f"{DUE}:{uuid4()}")


async def switched_off(tx: Transaction, endpoint_id: UUID) -> None:
    """Have the administrators told that an endpoint was switched off by itself."""
    key = f"{SWITCHED_OFF}:{endpoint_id}:{uuid4()}"
    await put(tx, SWITCHED_OFF, {"endpoint_id": endpoint_id}, key=key)
