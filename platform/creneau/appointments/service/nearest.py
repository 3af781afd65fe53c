"""What is offered instead of a slot that was taken."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.appointments.errors import SlotTaken
from creneau.appointments.rules import nearest
from creneau.appointments.schemas import HoldRequest, MoveRequest
from creneau.availability.schemas import Slot, SlotQuery
from creneau.availability.service import open_motive, slots_of
from creneau.database import tenant_transaction

LOOK_AROUND: Final = timedelta(days=14)


@asynccontextmanager
async def naming_the_nearest(
    motive_id: UUID, wished: HoldRequest | MoveRequest
) -> AsyncGenerator[None, None]:
    """Give a refusal of a taken slot the three nearest, looked up after the roll-back."""
    try:
        yield
    except SlotTaken:
        raise SlotTaken(nearest=await _nearest(motive_id, wished)) from None


async def _nearest(motive_id: UUID, wished: HoldRequest | MoveRequest) -> tuple[Slot, ...]:
    query = SlotQuery(
        motive_id=motive_id,
        starts_from=wished.starts_at - LOOK_AROUND,
        starts_before=wished.starts_at + LOOK_AROUND,
        place_ids=(wished.place_id,) if wished.place_id else (),
        resource_ids=(wished.resource_id,) if wished.resource_id else (),
    )
    async with tenant_transaction() as tx:
        motive = await open_motive(tx, motive_id)
        return nearest(await slots_of(tx, motive, query, clock_now()), wished.starts_at)
