"""What hangs on a person's file: the ids by which routes call it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.invitations import service as invitations
from creneau.invitations.schemas import InvitationDraft
from creneau.invitations.service.inviting import link_for
from creneau.people.files import service as files
from creneau.people.notes import service as notes
from creneau.people.schemas import PersonDraft
from creneau.testing.factories import Town
from creneau_infra import clock

UNKNOWN_OF_PERSONS = ("note_id", "other_person_id", "invitation_id")


async def ids_of_persons(canary: str, town: Town, person_id: UUID | None) -> Mapping[str, str]:
    """Note something about somebody, and make another file with the same name."""
    assert person_id is not None
    double = PersonDraft(first_name=canary, last_name=f"{canary}-Petit", phone="+33601020304")
    wanted = InvitationDraft(
        person_id=person_id,
        organisation_id=town.organisation_id,
        motive_id=town.motive_id,
        channel="letter",
        last_day=(clock.now() + timedelta(days=30)).date(),
        message=f"Message {canary}",
    )
    invitation_id = await invitations.invite(wanted, SYSTEM)
    async with tenant_transaction() as tx:
        invited_token = await link_for(tx, invitation_id)
    return {
        "invitation_id": str(invitation_id),
        "invited_token": invited_token,
        "note_id": str(await notes.add(person_id, f"Note {canary}", SYSTEM)),
        "other_person_id": str(await files.create(double, [town.organisation_id], SYSTEM)),
    }
