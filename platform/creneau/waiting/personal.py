"""The waiting list's part in a person's access and erasure requests (C-44)."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from creneau_infra.clock import now as clock_now

from creneau.contributions import PersonalData
from creneau.database import Transaction
from creneau.waiting import queries


class WaitingData(PersonalData, frozen=True):
    """What somebody waits for, and waited for."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give every request."""
        return {"waiting_list": msgspec.to_builtins(await queries.all_entries_of(tx, person_id))}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Leave the line and forget the links; a running offer goes to the next when it ends."""
        await queries.forget(tx, person_id, clock_now())

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Stand in the line once for each motive: with the offer that runs, or the longer wait."""
        await queries.move_person(tx, kept_id, gone_id, clock_now())
