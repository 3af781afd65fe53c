"""Invitations in a person's access and erasure requests, and where two files become one (C-44, C-67)."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from creneau.contributions import PersonalData
from creneau.database import Transaction
from creneau.invitations import queries


class InvitationsData(PersonalData, frozen=True):
    """To what somebody was invited."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give every invitation, with what was written in it."""
        return {"invitations": msgspec.to_builtins(await queries.of_person(tx, person_id))}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Delete the invitations: their links lead nowhere any more."""
        await queries.forget(tx, person_id)

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Lead the invitations to the file that stays."""
        await queries.move_person(tx, kept_id, gone_id)
