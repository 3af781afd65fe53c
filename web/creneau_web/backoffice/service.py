"""What the page of an appointment shows beside the appointment itself."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from creneau.context import current_tenant
from creneau.contributions import PageContext
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.history.queries import Entry
from creneau.plugins import active


class Part(msgspec.Struct, frozen=True):
    """A plugin's piece of a page: its template, and what it shows."""

    template: str
    data: Mapping[str, object]


async def history_of(booking_id: UUID) -> list[Entry]:
    """Read what happened to a booking, oldest first (C-66)."""
    async with tenant_transaction() as tx:
        return await history.of_subject(tx, "booking", booking_id)


async def parts_of(booking_id: UUID) -> Sequence[Part]:
    """Read the pieces that the tenant's plugins add to the page of a booking."""
    context = PageContext(
        page="backoffice.appointment", tenant=current_tenant.get(), booking_id=booking_id
    )
    parts: list[Part] = []
    async with tenant_transaction() as tx:
        for fragment in active().page_fragments(context):
            data = await fragment.data(tx)
            if data is not None:
                parts.append(Part(fragment.template, data))
    return parts
