"""The receipts' part in a person's access and erasure requests (C-44)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from creneau.contributions import PersonalData
from creneau.database import Transaction
from creneau.messages.receipts import queries
from creneau.messages.receipts.schemas import Receipt


class ReceiptsData(PersonalData, frozen=True):
    """What was written to somebody, by which way, to which address, and what became of it."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give every message to the person or about one of their bookings."""
        found = await queries.all_of_person(tx, person_id)
        return {"messages": [_told(receipt) for receipt in found]}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Blank the addresses; what is on its way does not leave."""
        await queries.forget_person(tx, person_id)

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Keep what was written to either as written to one."""
        await queries.move_person(tx, kept_id, gone_id)


def _told(receipt: Receipt) -> dict[str, Any]:
    return msgspec.to_builtins(
        {
            name: getattr(receipt, name)
            for name in (
                "occasion",
                "booking_id",
                "channel",
                "address",
                "state",
                "reason",
                "created_at",
                "sent_at",
            )
        }
    )
