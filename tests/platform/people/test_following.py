"""A person's file says which agents follow the person (S-01)."""

from uuid import UUID, uuid4

import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.context import SYSTEM, VISITOR, Actor
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.people import service
from creneau.people.schemas import Identity
from creneau.refusals import NotFound

from tests.platform.cast import Town


async def zoe() -> UUID:
    async with tenant_transaction() as tx:
        who = Identity(first_name="Zoé", last_name="Petit")
        return await service.identified(tx, who, VISITOR, email_proven=False)


async def told(person: UUID) -> list[str]:
    async with tenant_transaction() as tx:
        return [entry.action for entry in await history.of_subject(tx, "person", person)]


async def names(person: UUID) -> list[str]:
    return [one.name for one in await service.referents_of(person)]


async def test_several_agents_follow_a_person_and_each_is_told_of_once(town: Town) -> None:
    person, alice = await zoe(), Actor("agent", town.alice)
    assert await service.add_referent(person, town.bob, alice)
    assert await service.add_referent(person, town.bea, alice)
    assert not await service.add_referent(person, town.bea, alice)
    assert await names(person) == ["Bea Martin", "Bob Martin"]
    assert [one.name for one in await service.persons_followed_by(town.bob)] == ["Zoé Petit"]
    assert await service.number_followed_by(town.bob) == 1
    assert await service.remove_referent(person, town.bob, alice)
    assert not await service.remove_referent(person, town.bob, alice)
    assert await names(person) == ["Bea Martin"]
    assert await service.persons_followed_by(town.bob) == []
    assert await told(person) == [
        "person.created",
        "person.referent_added",
        "person.referent_added",
        "person.referent_removed",
    ]


async def test_nobody_follows_who_does_not_exist_and_no_stranger_follows(town: Town) -> None:
    with pytest.raises(NotFound):
        await service.add_referent(uuid4(), town.bob, SYSTEM)
    person = await zoe()
    assert not await service.add_referent(person, uuid4(), SYSTEM)
    assert await names(person) == []


async def test_whoever_leaves_follows_nobody_any_more(town: Town) -> None:
    person = await zoe()
    await service.add_referent(person, town.bob, SYSTEM)
    await managing.remove(town.bob, Parting(), Actor("agent", town.alice))
    assert await names(person) == []
    assert "person.referent_left" in await told(person)
    assert await service.persons_followed_by(town.bob) == []


async def test_whoever_leaves_can_hand_over_to_a_colleague(town: Town) -> None:
    person = await zoe()
    await service.add_referent(person, town.bob, SYSTEM)
    departure = await managing.departure_of(town.bob, Actor("agent", town.alice))
    assert departure.followed == 1
    await managing.remove(town.bob, Parting(heir_id=town.bea), Actor("agent", town.alice))
    assert await names(person) == ["Bea Martin"]
