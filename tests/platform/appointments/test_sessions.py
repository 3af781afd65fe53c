from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import SlotTaken
from creneau.appointments.schemas import MoveRequest, SessionDraft
from creneau.context import SYSTEM, VISITOR
from creneau.database import tenant_transaction

from tests.platform.cast import Town, new_motive
from tests.platform.planning import AMINA, book, hold, nine, open_for, slots, soon, starts


async def session_of(town: Town, capacity: int | None, *resources: Any) -> tuple[Any, Any]:
    motive = await new_motive(town.organisation, town.citizenship, name="Atelier", capacity=2)
    draft = SessionDraft(
        motive_id=motive,
        place_id=town.place,
        resource_ids=resources or (town.alice,),
        starts_at=nine(),
        ends_at=nine() + timedelta(hours=2),
        capacity=capacity,
    )
    return motive, await appointments.create_session(draft, SYSTEM)


async def another_session(town: Town, motive: UUID) -> UUID:
    draft = SessionDraft(
        motive_id=motive,
        place_id=town.place,
        resource_ids=(town.alice,),
        starts_at=nine(1),
        ends_at=nine(1) + timedelta(hours=2),
        capacity=2,
    )
    return await appointments.create_session(draft, SYSTEM)


@pytest.mark.feature("C-24")
async def test_a_session_takes_as_many_as_it_has_seats_and_no_more(town: Town) -> None:
    motive, session = await session_of(town, 2)
    found = await slots(town, soon(), motive_id=motive)
    assert [(slot.appointment_id, slot.seats_left) for slot in found] == [(session, 2)]
    first = await book(town, nine(), motive_id=motive, appointment_id=session)
    assert (await slots(town, soon(), motive_id=motive))[0].seats_left == 1
    second = await book(town, nine(), AMINA, motive_id=motive, appointment_id=session)
    assert {first.seat, second.seat} == {1, 2}
    assert await slots(town, soon(), motive_id=motive) == []
    with pytest.raises(SlotTaken):
        await hold(town, nine(), motive_id=motive, appointment_id=session)
    await appointments.cancel(first.id, VISITOR)
    again = await hold(town, nine(), motive_id=motive, appointment_id=session)
    assert again.seat == first.seat
    unlimited, open_session = await session_of_unlimited(town)
    for number in range(5):
        seat = await hold(
            town, nine(5), motive_id=unlimited, appointment_id=open_session, owner=bytes([number])
        )
        assert seat.seat == number + 1
    assert (await slots(town, soon(5), motive_id=unlimited))[0].seats_left is None


async def session_of_unlimited(town: Town) -> tuple[Any, Any]:
    motive = await new_motive(
        town.organisation, town.citizenship, name="Réunion publique", capacity=None
    )
    draft = SessionDraft(
        motive_id=motive,
        place_id=town.place,
        resource_ids=(town.bea,),
        starts_at=nine(5),
        ends_at=nine(5) + timedelta(hours=2),
    )
    return motive, await appointments.create_session(draft, SYSTEM)


async def test_a_held_seat_that_expires_is_free_for_the_next(town: Town, later: Any) -> None:
    motive, session = await session_of(town, 1)
    await hold(town, nine(), motive_id=motive, appointment_id=session)
    with pytest.raises(SlotTaken):
        await hold(town, nine(), motive_id=motive, appointment_id=session, owner=b"another")
    later(minutes=11)
    again = await hold(town, nine(), motive_id=motive, appointment_id=session, owner=b"another")
    assert again.seat == 1


async def test_all_resources_are_free_or_none_is_taken(town: Town) -> None:
    await open_for(town, town.alice, soon())
    await open_for(town, town.bea, soon())
    await book(town, nine(), resource_id=town.bea)
    with pytest.raises(SlotTaken):
        await session_of(town, 5, town.alice, town.bea)
    assert nine() in starts(await slots(town, soon(), resource_ids=[town.alice]))


async def test_each_change_of_seat_is_told_though_the_sessions_count_alike(town: Town) -> None:
    motive, first = await session_of(town, 2)
    second = await another_session(town, motive)
    booking = await book(town, nine(), motive_id=motive, appointment_id=first)
    for session in (second, first, second):
        move = MoveRequest(starts_at=nine(), appointment_id=session)
        await appointments.move(booking.id, move, SYSTEM)
    async with tenant_transaction() as tx:
        told = await tx.value("SELECT count(*) FROM outbox WHERE kind = 'booking.moved'")
    assert told == 3
