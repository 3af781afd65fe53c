"""What an invitation opens, for whoever holds its link or its letter."""

from uuid import UUID

from creneau_infra import clock
from creneau_infra.tokens import digest

from creneau.availability.schemas import Asking
from creneau.context import VISITOR
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.invitations import queries
from creneau.invitations.errors import NobodyFollows
from creneau.invitations.rules import covers, kept_secret, refuse_unless_open
from creneau.invitations.schemas import Invitation
from creneau.motives import queries as motives
from creneau.motives.schemas import Motive
from creneau.people.following.service import referents_in
from creneau.people.queries import find as find_person
from creneau.refusals import NotFound


async def by_link(secret: str, *, noted: bool = False) -> Invitation:
    """Find the invitation that a link, or the code of a letter, leads to.

    `noted`: it is somebody who looks at it; the first time is kept (S-11).

    Raises:
        NotFound: No such link here.
    """
    async with tenant_transaction() as tx:
        found = await queries.by_link(tx, digest(kept_secret(secret)))
        if found is None:
            raise NotFound
        new = noted and found.opened_at is None
        if new and await queries.note_opened(tx, found.id, clock.now()):
            await record(tx, VISITOR, "invitation.opened", "person", found.person_id)
    return found


async def open_now(invitation_id: UUID) -> Invitation | None:
    """Read an invitation that a visitor came with; None where it is gone.

    Raises:
        InvitationUsed, InvitationExpired, InvitationRevoked: One cannot book with it any more.
    """
    async with tenant_transaction() as tx:
        found = await queries.find(tx, invitation_id)
    if found is not None:
        refuse_unless_open(found, clock.now())
    return found


async def motives_of(invitation: Invitation) -> list[Motive]:
    """List the motives in use that an invitation is for, in their order."""
    async with tenant_transaction() as tx:
        return [one for one in await motives.motives(tx, None) if covers(invitation, one)]


async def asking_of(invitation: Invitation) -> Asking:
    """Say for whom slots are searched with an invitation, and whose.

    Raises:
        NobodyFollows: It is for the times of the person's referents, and there are none any more.
    """
    if not invitation.referents_only:
        return Asking(person_id=invitation.person_id, invitation_id=invitation.id)
    async with tenant_transaction() as tx:
        person = await find_person(tx, invitation.person_id)
        around = [invitation.person_id, person.responsible_id if person else None]
        among = {
            one.agent_id
            for person_id in around
            if person_id is not None
            for one in await referents_in(tx, person_id)
        }
    if not among:
        raise NobodyFollows
    return Asking(person_id=invitation.person_id, invitation_id=invitation.id, among=sorted(among))
