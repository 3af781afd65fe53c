"""What is offered instead of a slot that was taken."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Final

from creneau.appointments.errors import SlotTaken
from creneau.appointments.rules import nearest
from creneau.appointments.schemas import HoldRequest, MoveRequest
from creneau.availability.limits import is_limited
from creneau.availability.schemas import SOMEBODY, Asking, SlotQuery
from creneau.availability.service import find_slots
from creneau.motives.schemas import Motive

LOOK_AROUND: Final = timedelta(days=14)


class _TakenAround(SlotTaken):
    """A slot was taken, and this is what to look for once the transaction is rolled back."""

    def __init__(self, around: SlotQuery) -> None:
        super().__init__()
        self.around = around


@contextmanager
def looking_around(
    motive: Motive, wished: HoldRequest | MoveRequest, asking: Asking
) -> Generator[None, None, None]:
    """Note with a refusal of a taken slot where others are to be looked for."""
    try:
        yield
    except SlotTaken:
        raise _TakenAround(_around(motive, wished, asking)) from None


@asynccontextmanager
async def naming_the_nearest() -> AsyncGenerator[None, None]:
    """Give a refusal of a taken slot the three nearest, looked up after the roll-back."""
    try:
        yield
    except _TakenAround as taken:
        around = taken.around
        # Many are refused the same slot at the same moment: they share one answer.
        found = nearest(await find_slots(around), around.starts_from + LOOK_AROUND)
        raise SlotTaken(nearest=found) from None


def _around(motive: Motive, wished: HoldRequest | MoveRequest, asking: Asking) -> SlotQuery:
    alike = not is_limited(motive) and not asking.among
    return SlotQuery(
        motive_id=motive.id,
        starts_from=wished.starts_at - LOOK_AROUND,
        starts_before=wished.starts_at + LOOK_AROUND,
        place_ids=(wished.place_id,) if wished.place_id else (),
        resource_ids=(wished.resource_id,) if wished.resource_id else (),
        asking=SOMEBODY if alike else asking,
    )
