"""The notes' and referents' part in a person's access requests (C-44); both end with the file."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from creneau.contributions import PersonalData
from creneau.database import Transaction
from creneau.people.following import queries as following
from creneau.people.notes import queries


class FileData(PersonalData, frozen=True):
    """What agents noted about a person, and who follows them."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give every version of every note, and the referents."""
        notes = await queries.of_person(tx, person_id)
        referents = await following.of_person(tx, person_id)
        return {
            "notes": msgspec.to_builtins(notes),
            "referents": msgspec.to_builtins(referents),
        }

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Leave it to the core, which takes both away with the file."""
