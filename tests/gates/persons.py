"""What hangs on a person's file: the ids by which routes call it."""

from collections.abc import Mapping
from uuid import UUID

from creneau.context import SYSTEM
from creneau.people.files import service as files
from creneau.people.notes import service as notes
from creneau.people.schemas import PersonDraft
from creneau.testing.factories import Town

UNKNOWN_OF_PERSONS = ("note_id", "other_person_id")


async def ids_of_persons(canary: str, town: Town, person_id: UUID | None) -> Mapping[str, str]:
    """Note something about somebody, and make another file with the same name."""
    assert person_id is not None
    double = PersonDraft(first_name=canary, last_name=f"{canary}-Petit", phone="+33601020304")
    return {
        "note_id": str(await notes.add(person_id, f"Note {canary}", SYSTEM)),
        "other_person_id": str(await files.create(double, [town.organisation_id], SYSTEM)),
    }
