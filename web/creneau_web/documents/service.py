"""What documents write: the link on a paper, which leads to the appointment as that of a message does."""

from uuid import UUID

from creneau.appointments import service as appointments
from creneau.context import current_tenant
from creneau.database import tenant_transaction


async def link_to(booking_id: UUID) -> str:
    """Make a link to a booking for its person (C-45); raises `NotFound`."""
    async with tenant_transaction() as tx:
        token = await appointments.link_for(tx, booking_id)
    return link_of(token)


def link_of(token: str) -> str:
    """Write the address of a link that the person has already."""
    return f"{current_tenant.get().public_url}/lien/{token}"
