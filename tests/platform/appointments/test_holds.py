"""The last guard of a hold, in the statement itself: whatever was read before it."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from creneau.appointments.holds import queries
from creneau.appointments.holds.queries import Confirmed
from creneau.appointments.schemas import Booking
from creneau.context import VISITOR
from creneau.database import tenant_transaction
from creneau.people.service import identified

from tests.platform.cast import Town
from tests.platform.planning import JEANNE, hold, nine


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(hours=1)])
async def test_a_hold_is_not_confirmed_from_its_last_moment_on(
    opened: Town, late: timedelta
) -> None:
    held = await hold(opened, nine())
    assert await _confirmed(held, late) is False


async def test_it_is_confirmed_until_then(opened: Town) -> None:
    held = await hold(opened, nine())
    assert await _confirmed(held, timedelta(microseconds=-1)) is True


async def _confirmed(held: Booking, late: timedelta) -> bool:
    assert held.held_until is not None
    async with tenant_transaction() as tx:
        person = await identified(tx, JEANNE, VISITOR, email_proven=True)
        return await queries.confirm(tx, _given(held, person, held.held_until + late))


def _given(held: Booking, person: UUID, at: datetime) -> Confirmed:
    return Confirmed(
        booking_id=held.id,
        appointment_id=held.appointment_id,
        person_id=person,
        accepted=None,
        source="public",
        at=at,
    )
