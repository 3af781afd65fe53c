"""The calendars' part in a person's access and erasure requests (C-44)."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from creneau.calendars.queries import accesses
from creneau.contributions import PersonalData
from creneau.database import Transaction


class CalendarData(PersonalData, frozen=True):
    """The private addresses of a person's calendar."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give every address by its name, and when it was read; the secrets are not kept."""
        found = await accesses.all_of_person(tx, person_id)
        return {"calendar_accesses": msgspec.to_builtins(found)}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Forget the addresses: to programs that ask again, they were never there."""
        await accesses.forget_person(tx, person_id)

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Have the addresses go on: they show what is on the file that stays."""
        await accesses.move_person(tx, kept_id, gone_id)
