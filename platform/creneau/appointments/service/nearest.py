"""What is offered instead of a slot that was taken, and what is refused again without a look.

Many want one slot at the same moment, and all but one are refused it. What the database refused
is kept as the answers to searches are (`creneau.availability.answers`), with the slots that are
offered instead: while nothing of the tenant's free time has changed, whoever asks for the same is
refused by it. Only the database gives a slot to somebody.
"""

import time
from collections.abc import AsyncGenerator, Generator, Hashable, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import ClassVar, Final
from uuid import UUID

from creneau_infra.redis.answers import LIFETIME
from creneau_infra.redis.versions import Version

from creneau.appointments.errors import LastSeatTaken, SlotTaken
from creneau.appointments.rules import nearest
from creneau.appointments.schemas import HoldRequest, MoveRequest
from creneau.availability.answers import (
    BYTES_OF_A_SLOT,
    answered_already,
    asked_by_many,
    version_now,
)
from creneau.availability.limits import is_limited
from creneau.availability.schemas import SOMEBODY, Asking, Slot, SlotQuery
from creneau.availability.service import find_slots
from creneau.database import Transaction
from creneau.motives.schemas import Motive

LOOK_AROUND: Final = timedelta(days=14)

_READ: ContextVar[Version | None] = ContextVar("version_of_free_time", default=None)


class _Lately:
    """Until when something that was refused may be kept, by the monotonic clock."""

    until: ClassVar[float] = 0.0


class _TakenAround(SlotTaken):
    """A slot was taken, and this is what to look for once the transaction is rolled back."""

    def __init__(
        self, wished: HoldRequest | MoveRequest, around: SlotQuery, question: Hashable | None
    ) -> None:
        super().__init__()
        self.wished = wished
        self.around = around
        self.question = question


@contextmanager
def looking_around(
    motive: Motive, wished: HoldRequest | MoveRequest, asking: Asking
) -> Generator[None, None, None]:
    """Note with a refusal of a taken slot where others are to be looked for."""
    try:
        yield
    except SlotTaken:
        alike = not is_limited(motive) and not asking.among
        around = _around(motive.id, wished, SOMEBODY if alike else asking)
        question = _question(motive.id, wished, asking) if alike else None
        raise _TakenAround(wished, around, question) from None


@asynccontextmanager
async def naming_the_nearest() -> AsyncGenerator[None, None]:
    """Give a refusal of a taken slot the three nearest, looked up after the roll-back.

    Goes around the transaction: what `refuse_again` stands on is read before it.
    """
    before = _READ.set(await version_now() if _Lately.until > time.monotonic() else None)
    try:
        yield
    except _TakenAround as taken:
        raise _taken(taken.wished)(nearest=await _found(taken)) from None
    finally:
        _READ.reset(before)


def refuse_again(
    tx: Transaction, motive_id: UUID, wished: HoldRequest | MoveRequest, asking: Asking
) -> None:
    """Raise `SlotTaken` if that was refused a moment ago, and no free time has changed since."""
    version, question = _READ.get(), _question(motive_id, wished, asking)
    if version is None or question is None or tx.tenant_id is None:
        return
    kept: Sequence[Slot] | None = answered_already(tx.tenant_id, question, version)
    # Freed between the refusal and the search, it is among those that are offered instead.
    if kept is not None and not any(_is_it(slot, wished) for slot in kept):
        raise _taken(wished)(nearest=kept)


def _taken(wished: HoldRequest | MoveRequest) -> type[SlotTaken]:
    # A group session that is named has no seat left.
    return LastSeatTaken if wished.appointment_id else SlotTaken


async def _found(taken: _TakenAround) -> Sequence[Slot]:
    async def search() -> Sequence[Slot]:
        return nearest(await find_slots(taken.around), taken.wished.starts_at)

    if taken.question is None:
        return await search()
    _Lately.until = time.monotonic() + LIFETIME
    # Many are refused the same slot at the same moment: they share one answer.
    return await asked_by_many(taken.question, search, bytes_each=BYTES_OF_A_SLOT)


def _question(
    motive_id: UUID, wished: HoldRequest | MoveRequest, asking: Asking
) -> Hashable | None:
    """Tell a wish from every other; None where it depends on who has it."""
    if asking.unbound or asking.invitation_id is not None:
        return None
    return (
        "taken",
        wished.source if isinstance(wished, HoldRequest) else "move",
        motive_id,
        wished.starts_at,
        wished.place_id,
        wished.resource_id,
        wished.appointment_id,
    )


def _is_it(slot: Slot, wished: HoldRequest | MoveRequest) -> bool:
    return slot.starts_at == wished.starts_at and slot.appointment_id == wished.appointment_id


def _around(motive_id: UUID, wished: HoldRequest | MoveRequest, asking: Asking) -> SlotQuery:
    return SlotQuery(
        motive_id=motive_id,
        starts_from=wished.starts_at - LOOK_AROUND,
        starts_before=wished.starts_at + LOOK_AROUND,
        place_ids=(wished.place_id,) if wished.place_id else (),
        resource_ids=(wished.resource_id,) if wished.resource_id else (),
        asking=asking,
    )
