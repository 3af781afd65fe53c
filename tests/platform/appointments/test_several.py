"""Appointments that need several resources at once (C-25)."""

from datetime import time
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import SlotTaken
from creneau.appointments.schemas import MoveRequest
from creneau.availability import service as availability
from creneau.context import SYSTEM, VISITOR
from creneau.refusals import InvalidInput
from creneau.resources import service as resources

from tests.platform.cast import Town, new_motive
from tests.platform.planning import book, nine, open_for, slots, soon, starts


async def mediation(town: Town, **requires: int) -> UUID:
    return await new_motive(
        town.organisation, town.citizenship, name="Médiation", requires=requires
    )


async def open_both(town: Town, motive: UUID) -> None:
    for agent in (town.alice, town.bea):
        await open_for(town, agent, soon(), motive_ids=[motive])


async def test_a_slot_needs_as_many_as_the_motive_requires(town: Town) -> None:
    motive = await mediation(town, agent=2)
    await open_for(town, town.alice, soon(), motive_ids=[motive])
    assert await slots(town, soon(), motive_id=motive) == []
    await open_for(town, town.bea, soon(), motive_ids=[motive], start_time=time(10))
    found = await slots(town, soon(), motive_id=motive)
    assert starts(found) == [nine(minute=60 + 30 * number) for number in range(4)]
    assert set(found[0].resource_ids) == {town.alice, town.bea}


async def test_the_grid_is_that_of_the_agents_and_the_room_only_has_to_be_free(
    town: Town,
) -> None:
    motive = await mediation(town, agent=1, room=1)
    room = await resources.create_resource("room", "Salle des mariages", SYSTEM)
    await open_for(town, town.alice, soon(), motive_ids=[motive], start_time=time(9, 10))
    await open_for(town, room, soon(), motive_ids=[motive], start_time=time(9, 25))
    assert starts(await slots(town, soon(), motive_id=motive))[0] == nine(minute=40)
    booked = await book(town, nine(minute=40), motive_id=motive)
    assert set(booked.resource_ids) == {town.alice, room}
    assert nine(minute=40) not in starts(await slots(town, soon(), motive_id=motive))


@pytest.mark.feature("C-25")
async def test_all_that_is_required_is_taken_or_nothing(town: Town) -> None:
    motive = await mediation(town, agent=2)
    await open_both(town, motive)
    await open_for(town, town.bea, soon())
    booked = await book(town, nine(), motive_id=motive)
    assert set(booked.resource_ids) == {town.alice, town.bea}
    with pytest.raises(SlotTaken):
        await book(town, nine(), resource_id=town.bea)
    await book(town, nine(minute=30), resource_id=town.bea)
    with pytest.raises(SlotTaken):
        await book(town, nine(minute=30), motive_id=motive)
    alice_alone = await slots(town, soon(), resource_ids=[town.alice])
    assert alice_alone == []
    moved = await appointments.move(booked.id, MoveRequest(starts_at=nine(minute=60)), VISITOR)
    assert set(moved.resource_ids) == {town.alice, town.bea}
    await appointments.cancel(booked.id, VISITOR)
    assert nine(minute=60) in starts(await slots(town, soon(), motive_id=motive))


async def test_the_agent_who_is_asked_for_takes_part_with_another(town: Town) -> None:
    motive = await mediation(town, agent=2)
    await open_both(town, motive)
    await open_for(town, town.sam, soon(), motive_ids=[motive])
    booked = await book(town, nine(), motive_id=motive, resource_id=town.sam)
    assert town.sam in booked.resource_ids
    assert len(booked.resource_ids) == 2


async def test_the_next_free_time_waits_for_all_that_are_required(town: Town) -> None:
    motive = await mediation(town, agent=2)
    await open_for(town, town.alice, soon(), motive_ids=[motive])
    await open_both(town, motive)
    await open_for(town, town.bea, soon(1), motive_ids=[motive])
    found = await availability.next_available(motive, [town.place])
    assert found[town.place].starts_at == nine()


async def test_a_search_by_service_means_its_agents(town: Town) -> None:
    await open_for(town, town.alice, soon())
    await open_for(town, town.bob, soon())
    found = await slots(town, soon(), service_ids=[town.registry])
    assert {slot.resource_ids for slot in found} == {(town.bob,)}
    assert await slots(town, soon(), service_ids=[town.reception]) == []
    motive = await mediation(town, agent=2)
    await open_both(town, motive)
    together = await slots(town, soon(), motive_id=motive, service_ids=[town.citizenship])
    assert len(together) == 6
    assert await slots(town, soon(), motive_id=motive, service_ids=[town.registry]) == []


@pytest.mark.parametrize("requires", [{"dragon": 1}, {"agent": 0}, {"agent": 11}])
async def test_a_motive_requires_only_what_there_is(town: Town, requires: dict[str, int]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await mediation(town, **requires)
    assert set(refusal.value.fields) == {"requires"}


@pytest.mark.parametrize(
    ("kind", "label", "field"), [("agent", "X", "kind"), ("room", " ", "label")]
)
async def test_a_resource_has_a_name_and_a_kind_of_the_list(
    town: Town, kind: str, label: str, field: str
) -> None:
    del town
    with pytest.raises(InvalidInput) as refusal:
        await resources.create_resource(kind, label, SYSTEM)
    assert set(refusal.value.fields) == {field}
    await resources.create_resource("room", "Salle 2", SYSTEM)
    assert [room.label for room in await resources.resources() if room.kind == "room"] == [
        "Salle 2"
    ]
