"""Booking with an invitation: what the engine asks, inside its own transaction (S-11)."""

from uuid import UUID

from creneau_infra import clock

from creneau.database import Transaction
from creneau.invitations import queries
from creneau.invitations.errors import NotInvited
from creneau.invitations.rules import covers, refuse_unless_open
from creneau.invitations.schemas import Invitation
from creneau.motives.schemas import Motive


async def check(tx: Transaction, invitation_id: UUID, motive: Motive) -> None:
    """Raise why a slot of a motive cannot be held with an invitation, if it cannot."""
    _refuse_other(await queries.find(tx, invitation_id), motive)


async def use(
    tx: Transaction, invitation_id: UUID, motive: Motive, person_id: UUID, booking_id: UUID
) -> None:
    """Book with an invitation: once, and for the person whom it is for.

    Raises:
        NotInvited: It is for another motive or person.
        InvitationUsed, InvitationExpired, InvitationRevoked: It is of no use any more.
    """
    found = _refuse_other(await queries.find_locked(tx, invitation_id), motive)
    if found.person_id != person_id:
        raise NotInvited
    await queries.note_booked(tx, invitation_id, booking_id, clock.now())


def _refuse_other(found: Invitation | None, motive: Motive) -> Invitation:
    if found is None:
        raise NotInvited
    refuse_unless_open(found, clock.now())
    if not covers(found, motive):
        raise NotInvited
    return found
