"""The preferences' part in a person's access and erasure requests (C-44)."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from creneau.contributions import PersonalData
from creneau.database import Transaction
from creneau.messages.preferences import queries


class PreferencesData(PersonalData, frozen=True):
    """By which ways somebody wants to be written to."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give what they chose; None where they never did."""
        found = await queries.of_person(tx, person_id)
        return {"message_preferences": msgspec.to_builtins(found)}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Forget it."""
        await queries.forget_person(tx, person_id)

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Let what the file that stays says count; the other's where it says nothing."""
        found = await queries.of_person(tx, gone_id)
        if found is not None and await queries.of_person(tx, kept_id) is None:
            await queries.keep_of_person(tx, kept_id, found)
        await queries.forget_person(tx, gone_id)
