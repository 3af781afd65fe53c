"""How an invitation is written to its reader, and whether it may be once more."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from creneau_infra import clock

from creneau.confidentiality.queries import is_confidential
from creneau.database import Transaction, tenant_transaction
from creneau.invitations import queries
from creneau.invitations.rules import covers, is_open
from creneau.invitations.schemas import Invitation, InvitationMessage
from creneau.messages.receipts.schemas import NewReceipt, Posting, Receipt
from creneau.messages.schemas import Reader
from creneau.messages.service import answering_for
from creneau.motives import queries as motives
from creneau.motives.schemas import Motive
from creneau.refusals import NotFound

INVITATION_MAIL: Final = "mail.invitation"
REMINDER_DUE: Final = "invitation.reminder"


def posting(invitation: Invitation, reader: Reader, message: InvitationMessage) -> Posting:
    """Say to whom an invitation, or its reminder, is written, and by which way."""
    receipt = NewReceipt(
        about="invitation",
        occasion="invitation_reminder" if message.reminder else "invitation",
        address=reader.address(message.channel),
        reader=reader.key,
        reader_name=reader.name,
        channel=message.channel,
        about_id=invitation.id,
        person_id=reader.person_id,
    )
    return Posting(kind=INVITATION_MAIL, payload=message, receipt=receipt)


async def open_invitation(invitation_id: UUID) -> Invitation | None:
    """Read an invitation with which one can still book; None where one cannot any more."""
    async with tenant_transaction() as tx:
        found = await queries.find(tx, invitation_id)
    return found if found is not None and is_open(found, clock.now()) else None


async def keeps_silent(tx: Transaction, person_id: UUID, motive: Motive) -> bool:
    """Tell whether nothing is sent to a person about a motive: to nobody, or not to them (S-08)."""
    return not motive.notify_persons or await is_confidential(tx, person_id, motive.id)


async def is_silent(invitation: Invitation) -> bool:
    """Tell whether nothing is sent about an invitation any more, since one of its motives is silent."""
    async with tenant_transaction() as tx:
        for one in await motives.motives(tx, None):
            if covers(invitation, one) and await keeps_silent(tx, invitation.person_id, one):
                return True
    return False


async def reader_of(invitation: Invitation) -> Reader | None:
    """Find who reads what is for the person who is invited; None once they were erased."""
    try:
        return await answering_for(invitation.person_id)
    except NotFound:
        return None


async def still_told(receipts: Sequence[Receipt]) -> frozenset[UUID]:
    """Name those of some receipts whose invitation is still of use."""
    about = [one for one in receipts if one.about == "invitation" and one.about_id]
    if not about:
        return frozenset()
    ids = [one.about_id for one in about if one.about_id]
    async with tenant_transaction() as tx:
        current = await queries.still_open(tx, ids, clock.now())
    return frozenset(one.id for one in about if one.about_id in current)
