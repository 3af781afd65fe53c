"""Freed time goes to the first in line who fits, then to the next (C-28)."""

from datetime import timedelta

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import HoldExpired, TooLateToMove
from creneau.availability import service as availability
from creneau.context import SYSTEM, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.people import service as people
from creneau.refusals import NotFound
from creneau.waiting import service as waiting
from creneau.waiting.errors import ListClosed, OfferOver
from creneau.waiting.schemas import Acceptance, WaitingRule

from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.planning import nine, slots, soon
from tests.platform.waiting.cast import (
    Worker,
    ask,
    book_as,
    cancel,
    fill,
    let_offers_run_out,
    offer_of,
    person_called,
    state_of,
)

YES = Acceptance()
AWAY = b"a quick visitor"


async def test_a_stranger_reaches_no_place_in_the_line_of_another_tenant(
    morning: Town, stranger: Stranger, worker: Worker
) -> None:
    booked = await fill(morning)
    entry = await ask(morning, "Amina")
    await cancel(booked[0])
    await worker.work()
    with acting_for(stranger.tenant):
        for attempt in (
            waiting.standing(entry.id),
            waiting.accept(entry.id, YES, SYSTEM),
            waiting.decline(entry.id, SYSTEM),
            waiting.leave(entry.id, SYSTEM),
            ask(morning, "Charlie"),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert await waiting.of_person(entry.person_id) == []
    assert await state_of(entry) == "offered"


async def test_the_first_in_line_is_offered_what_frees_then_the_next(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await worker.work()
    assert await offer_of(first) is None
    await cancel(booked[2])
    await worker.work()
    offer = await offer_of(first)
    assert offer is not None
    assert offer.starts_at == booked[2].starts_at
    assert await offer_of(second) is None
    assert await slots(morning, soon()) == []
    await waiting.decline(first.id, SYSTEM)
    await worker.work()
    passed_on = await offer_of(second)
    assert passed_on is not None
    assert passed_on.starts_at == booked[2].starts_at
    await waiting.decline(second.id, SYSTEM)
    await worker.work()
    # Both had it: now it is everybody's, and nobody is asked twice.
    assert [slot.starts_at for slot in await slots(morning, soon())] == [booked[2].starts_at]
    assert [await state_of(entry) for entry in (first, second)] == ["waiting", "waiting"]


@pytest.mark.feature("C-28")
async def test_an_offer_that_nobody_answers_goes_to_the_next(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await cancel(booked[0])
    await worker.work()
    await let_offers_run_out()
    with pytest.raises(OfferOver):
        await waiting.accept(first.id, YES, SYSTEM)
    await worker.work()
    assert await state_of(first) == "waiting"
    assert await state_of(second) == "offered"
    accepted = await waiting.accept(second.id, YES, SYSTEM)
    assert (accepted.state, accepted.starts_at) == ("planned", booked[0].starts_at)
    assert await state_of(second) == "served"


async def test_accepting_twice_makes_one_appointment(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    entry = await ask(morning, "Amina")
    await cancel(booked[0])
    await worker.work()
    one, other = [await waiting.accept(entry.id, YES, SYSTEM) for _ in range(2)]
    assert one == other
    assert [booking.id for booking in await appointments.of_person(entry.person_id)] == [one.id]


async def test_who_has_an_appointment_moves_to_the_earlier_one(
    morning: Town, worker: Worker
) -> None:
    *booked, _last = await fill(morning, hours=(0, 30, 60, 90, 120))
    own = await book_as(morning, "Amina", nine() + timedelta(minutes=150))
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await cancel(booked[1])
    await worker.work()
    moved = await waiting.accept(first.id, YES, SYSTEM)
    assert (moved.id, moved.starts_at) == (own.id, booked[1].starts_at)
    assert moved.resource_ids == (morning.alice,)
    assert moved.sequence > own.sequence
    await worker.work()
    # The time that they left goes to the next in line at once.
    offer = await offer_of(second)
    assert offer is not None
    assert offer.starts_at == own.starts_at
    history = [booking.state for booking in await appointments.of_person(first.person_id)]
    assert history == ["planned"]


async def test_a_refused_move_changes_nothing(morning: Town, worker: Worker) -> None:
    *booked, _last = await fill(morning, hours=(0, 30, 60, 90, 120))
    own = await book_as(morning, "Amina", nine() + timedelta(minutes=150))
    entry = await ask(morning, "Amina")
    await cancel(booked[0])
    await worker.work()
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE motive SET move_notice_minutes = NULL WHERE tenant_id = $1", tx.tenant_id
        )
    with pytest.raises(TooLateToMove):
        await waiting.accept(entry.id, YES, Actor("person", entry.person_id))
    assert (await appointments.get(own.id)).starts_at == own.starts_at
    assert await state_of(entry) == "offered"


async def test_nobody_is_offered_a_later_time_than_they_have(morning: Town, worker: Worker) -> None:
    own = await book_as(morning, "Amina", nine())
    others = await fill(morning, hours=(30, 60, 90, 120, 150))
    entry = await ask(morning, "Amina")
    await cancel(others[0])
    await worker.work()
    assert await offer_of(entry) is None
    assert (await waiting.standing(entry.id)).booking_id == own.id


async def test_nobody_is_offered_what_they_could_have_taken(morning: Town, worker: Worker) -> None:
    booked = await fill(morning, hours=(0, 30))
    entry = await ask(morning, "Amina")
    assert entry.wanted_before == nine() + timedelta(minutes=60)
    await worker.work()
    assert await offer_of(entry) is None
    await cancel(booked[1])
    await worker.work()
    assert await offer_of(entry) is not None


async def test_nobody_has_two_offers_at_once(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    for booking in booked[:3]:
        await cancel(booking)
    await worker.work()
    offers = [await offer_of(first), await offer_of(second)]
    assert [offer and offer.starts_at for offer in offers] == [
        booking.starts_at for booking in booked[:2]
    ]
    # Whoever declines is offered what freed meanwhile.
    await waiting.decline(first.id, SYSTEM)
    await worker.work()
    offer = await offer_of(first)
    assert offer is not None
    assert offer.starts_at == booked[2].starts_at


async def test_a_place_of_ones_own_is_kept(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    elsewhere = await ask(morning, "Amina", place_id=(await other_place(morning)))
    here = await ask(morning, "Basile", place_id=morning.place)
    await cancel(booked[0])
    await worker.work()
    assert await offer_of(elsewhere) is None
    assert await offer_of(here) is not None


async def other_place(town: Town) -> object:
    async with tenant_transaction() as tx:
        return await tx.value(
            "INSERT INTO place (tenant_id, organisation_id, name) VALUES ($1, $2, 'Annexe') "
            "RETURNING id",
            tx.tenant_id,
            town.organisation,
        )


async def test_asking_again_keeps_ones_place_in_the_line(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    first, _second = await ask(morning, "Amina"), await ask(morning, "Basile")
    assert (await ask(morning, "Amina")).id == first.id
    assert len(await waiting.of_person(first.person_id)) == 1
    await cancel(booked[0])
    await worker.work()
    assert await state_of(first) == "offered"


async def test_who_leaves_is_offered_nothing_and_what_they_held_goes_on(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    third = await ask(morning, "Chloé")
    await waiting.leave(second.id, SYSTEM)
    await cancel(booked[0])
    await worker.work()
    await waiting.leave(first.id, SYSTEM)
    await waiting.leave(first.id, SYSTEM)
    await worker.work()
    assert [await state_of(entry) for entry in (first, second, third)] == [
        *("left", "left"),
        "offered",
    ]


async def test_the_last_moment_before_the_start_ends_an_offer(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    entry = await ask(morning, "Amina")
    await waiting.set_rule(None, WaitingRule(offer_minutes=7 * 24 * 60), SYSTEM)
    await cancel(booked[0])
    await worker.work()
    offer = await offer_of(entry)
    assert offer is not None
    assert offer.held_until == offer.starts_at


async def test_a_motive_may_have_no_waiting_list(morning: Town) -> None:
    await waiting.set_rule(morning.motive, WaitingRule(open=False), SYSTEM)
    assert not await waiting.open_for(morning.motive)
    with pytest.raises(ListClosed):
        await ask(morning, "Amina")
    hidden = await new_motive(
        morning.organisation, morning.citizenship, name="Interne", audience="agents"
    )
    with pytest.raises(ListClosed):
        await ask(morning, "Amina", motive_id=hidden)


@pytest.mark.feature("C-80")
async def test_while_a_list_is_closed_nothing_is_offered_and_once_it_opens_the_first_is_next(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await worker.work()
    closed = WaitingRule(open=False)
    await waiting.set_rule(morning.motive, closed, SYSTEM)
    await cancel(booked[0])
    await worker.work()
    assert [await state_of(entry) for entry in (first, second)] == ["waiting", "waiting"]
    await waiting.set_rule(morning.motive, WaitingRule(), SYSTEM, seen=closed)
    await worker.work()
    assert [await state_of(entry) for entry in (first, second)] == ["offered", "waiting"]


async def test_an_offer_that_was_made_before_its_list_closed_can_still_be_taken(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await cancel(booked[0])
    await worker.work()
    await waiting.set_rule(morning.motive, WaitingRule(open=False), SYSTEM)
    await worker.work()
    assert (await waiting.accept(first.id, YES, SYSTEM)).state == "planned"
    await cancel(booked[1])
    await worker.work()
    assert [await state_of(entry) for entry in (first, second)] == ["served", "waiting"]


async def test_an_offer_that_ends_after_its_list_closed_goes_to_nobody_until_it_opens(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await cancel(booked[0])
    await worker.work()
    await waiting.set_rule(morning.motive, WaitingRule(open=False), SYSTEM)
    await let_offers_run_out()
    await worker.work()
    assert [await state_of(entry) for entry in (first, second)] == ["waiting", "waiting"]
    await waiting.set_rule(morning.motive, WaitingRule(), SYSTEM)
    await worker.work()
    assert [await state_of(entry) for entry in (first, second)] == ["waiting", "offered"]


async def test_data_of_who_waits_is_given_and_forgotten(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await cancel(booked[0])
    await worker.work()
    assert len((await people.export(first.person_id))["waiting_list"]) == 1
    await people.erase(first.person_id, SYSTEM)
    assert await state_of(first) == "left"
    await let_offers_run_out()
    await worker.work()
    assert await state_of(first) == "left"
    assert await state_of(second) == "offered"


async def test_a_hold_cleared_by_somebody_quicker_is_not_confirmed(
    morning: Town, worker: Worker
) -> None:
    booked = await fill(morning)
    entry = await ask(morning, "Amina")
    await cancel(booked[0])
    await worker.work()
    offer = await offer_of(entry)
    assert offer is not None
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE booking SET held_until = now() - interval '1 second' "
            "WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            offer.booking_id,
        )
    with pytest.raises(HoldExpired):
        await waiting.accept(entry.id, YES, SYSTEM)
    assert await person_called("Amina") == entry.person_id
    assert await availability.next_available(morning.motive, [morning.place]) == {}
