"""What the demo does that no page does by itself: opening an invitation as whoever got it."""

from uuid import UUID

from creneau.database import tenant_transaction
from creneau.invitations import service as invitations
from creneau.invitations.service.inviting import link_for


async def open_invitation(invitation_id: UUID) -> None:
    """Follow the link of an invitation, as the person does who found it in the mailbox."""
    async with tenant_transaction() as tx:
        token = await link_for(tx, invitation_id)
    await invitations.by_link(token, noted=True)
