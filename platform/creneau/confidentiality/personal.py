"""What is confidential for a person, in their access and erasure requests (C-44)."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from creneau.confidentiality import queries
from creneau.contributions import PersonalData
from creneau.database import Transaction


class ConfidentialData(PersonalData, frozen=True):
    """For which motives nothing is sent to somebody."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Name them."""
        found = await queries.of_person(tx, person_id)
        return {"confidential_motives": msgspec.to_builtins(found)}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Forget them."""
        await queries.forget_person(tx, person_id)

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Be as careful with the file that stays."""
        await queries.move(tx, kept_id, gone_id)
        await queries.forget_person(tx, gone_id)
