"""What is offered instead of a slot that was taken."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID

from creneau.appointments.errors import SlotTaken
from creneau.appointments.rules import nearest
from creneau.appointments.schemas import HoldRequest, MoveRequest
from creneau.availability.schemas import SOMEBODY, Asking, Slot, SlotQuery
from creneau.availability.service import find_slots

LOOK_AROUND: Final = timedelta(days=14)


@asynccontextmanager
async def naming_the_nearest(
    motive_id: UUID, wished: HoldRequest | MoveRequest, asking: Asking = SOMEBODY
) -> AsyncGenerator[None, None]:
    """Give a refusal of a taken slot the three nearest, looked up after the roll-back."""
    try:
        yield
    except SlotTaken:
        raise SlotTaken(nearest=await _nearest(motive_id, wished, asking)) from None


async def _nearest(
    motive_id: UUID, wished: HoldRequest | MoveRequest, asking: Asking
) -> tuple[Slot, ...]:
    query = SlotQuery(
        motive_id=motive_id,
        starts_from=wished.starts_at - LOOK_AROUND,
        starts_before=wished.starts_at + LOOK_AROUND,
        place_ids=(wished.place_id,) if wished.place_id else (),
        resource_ids=(wished.resource_id,) if wished.resource_id else (),
        asking=asking,
    )
    # Many are refused the same slot at the same moment: they share one answer.
    return nearest(await find_slots(query), wished.starts_at)
