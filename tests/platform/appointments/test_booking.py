import re
from collections.abc import Hashable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import (
    HoldExpired,
    HoldUsed,
    InstructionsNotAccepted,
    KeyReused,
    NotActive,
    NotBookable,
    SlotNotOffered,
    SlotTaken,
    TooLateToCancel,
    TooLateToMove,
    TooManyActive,
    TooManyThatDay,
    TooManyThatWeek,
)
from creneau.appointments.schemas import ConfirmRequest, MoveRequest
from creneau.appointments.service import nearest
from creneau.availability.answers import question_of
from creneau.availability.schemas import Slot, SlotQuery
from creneau.availability.service import find_slots
from creneau.context import SYSTEM, VISITOR, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.history.queries import of_subject
from creneau.idempotency.schemas import Once
from creneau.people.service import identified
from creneau.refusals import NotFound, Refusal
from creneau_infra import clock

from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.planning import (
    AMINA,
    JEANNE,
    OWNER,
    book,
    hold,
    nine,
    open_for,
    slots,
    soon,
    starts,
    wish,
)

OK = ConfirmRequest(identity=JEANNE, email_proven=True)


async def test_an_unknown_agent_or_one_who_is_not_there_is_not_offered(opened: Town) -> None:
    for agent in (uuid4(), opened.bob):
        wanted = msgspec.structs.replace(wish(opened, nine()), resource_id=agent)
        with pytest.raises(SlotNotOffered):
            await appointments.hold(wanted, VISITOR)
    await book(opened, nine())
    taken = msgspec.structs.replace(wish(opened, nine()), resource_id=opened.alice)
    with pytest.raises(SlotTaken):
        await appointments.hold(taken, VISITOR)


async def test_an_unknown_person_is_refused_and_nothing_is_kept(
    opened: Town, stranger: Stranger
) -> None:
    with acting_for(stranger.tenant):
        theirs = await a_person()
    for person in (uuid4(), theirs):
        nobody = ConfirmRequest(person_id=person)
        with pytest.raises(NotFound):
            await appointments.book(wish(opened, nine()), nobody, VISITOR)
    held = await hold(opened, nine())
    with pytest.raises(NotFound):
        await appointments.confirm(held.id, OWNER, nobody, VISITOR)
    assert (await appointments.get(held.id)).state == "held"


async def a_person() -> UUID:
    async with tenant_transaction() as tx:
        return await identified(tx, JEANNE, VISITOR, email_proven=True)


async def test_a_stranger_reaches_no_booking_of_another_tenant(
    opened: Town, stranger: Stranger
) -> None:
    booking = await book(opened, nine())
    with acting_for(stranger.tenant):
        for attempt in (
            appointments.get(booking.id),
            appointments.held(booking.id, OWNER),
            appointments.confirm(booking.id, OWNER, OK, VISITOR),
            appointments.cancel(booking.id, VISITOR),
            appointments.move(booking.id, MoveRequest(starts_at=nine(4)), VISITOR),
            appointments.set_state(booking.id, "seen", SYSTEM),
        ):
            with pytest.raises(NotFound):
                await attempt
    assert (await appointments.get(booking.id)).state == "planned"


async def test_another_visitor_does_not_reach_a_hold(opened: Town) -> None:
    held = await hold(opened, nine())
    for owner in (b"another visitor", b""):
        with pytest.raises(NotFound):
            await appointments.confirm(held.id, owner, OK, VISITOR)
    await appointments.release(held.id, b"another visitor")
    assert (await appointments.held(held.id, OWNER)).state == "held"


async def test_the_second_who_wants_a_slot_is_told_the_three_nearest(opened: Town) -> None:
    await hold(opened, nine())
    with pytest.raises(SlotTaken) as refusal:
        await hold(opened, nine(), owner=b"another visitor")
    others = cast("tuple[Slot, ...]", refusal.value.details["nearest"])
    half_hours = [nine() + timedelta(minutes=30 * number) for number in (1, 2, 3)]
    assert starts(others) == half_hours


async def test_all_who_are_refused_one_time_are_answered_by_one_search(
    opened: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[Hashable] = []

    async def find(query: SlotQuery) -> list[Slot]:
        questions.append(question_of("slots", query))
        return await find_slots(query)

    monkeypatch.setattr(nearest, "find_slots", find)
    await hold(opened, nine())
    theirs = await book(opened, nine(minute=30), AMINA), await book(opened, nine(minute=60))
    there = MoveRequest(starts_at=nine(), place_id=opened.place)
    for booking in theirs:
        with pytest.raises(SlotTaken):
            await appointments.move(booking.id, there, VISITOR)
    with pytest.raises(SlotTaken):
        await book(opened, nine())
    assert theirs[0].person_id != theirs[1].person_id
    assert len(questions) == 3
    assert len(set(questions)) == 1


async def test_nothing_is_held_where_nothing_is_offered(opened: Town) -> None:
    for moment in (nine(minute=7), nine(-1), nine(200), nine() + timedelta(hours=12)):
        with pytest.raises((SlotNotOffered, SlotTaken)):
            await hold(opened, moment)
    with pytest.raises(SlotNotOffered):
        await hold(opened, nine(2))


async def test_the_public_books_only_what_is_open_to_everyone(opened: Town) -> None:
    internal = await new_motive(
        opened.organisation, opened.citizenship, name="Réunion interne", audience="agents"
    )
    await open_for(opened, opened.bea, soon(), motive_ids=[internal])
    with pytest.raises(NotBookable):
        await hold(opened, nine(), motive_id=internal)
    held = await hold(opened, nine(), motive_id=internal, source="agent")
    assert held.state == "held"


@pytest.mark.feature("C-23")
async def test_a_hold_frees_its_slot_when_it_expires_without_any_job(
    opened: Town, later: Any
) -> None:
    held = await hold(opened, nine())
    assert held.held_until is not None
    assert timedelta(minutes=9) < held.held_until - clock.now() <= timedelta(minutes=10)
    assert nine() not in starts(await slots(opened, soon()))
    later(minutes=11)
    assert nine() in starts(await slots(opened, soon()))
    with pytest.raises(HoldExpired) as refusal:
        await appointments.confirm(held.id, OWNER, OK, VISITOR)
    assert refusal.value.details == {"motive_id": opened.motive, "place_id": opened.place}
    again = await hold(opened, nine(), owner=b"another visitor")
    assert again.starts_at == nine()
    with pytest.raises(HoldExpired):
        await appointments.held(held.id, OWNER)


async def test_a_confirmed_booking_survives_the_end_of_its_hold(opened: Town, later: Any) -> None:
    held = await hold(opened, nine())
    await appointments.confirm(held.id, OWNER, OK, VISITOR)
    later(minutes=11)
    with pytest.raises(SlotTaken):
        await hold(opened, nine(), owner=b"another visitor")


async def test_giving_a_hold_up_frees_it_at_once(opened: Town) -> None:
    held = await hold(opened, nine())
    await appointments.release(held.id, OWNER)
    assert nine() in starts(await slots(opened, soon()))
    with pytest.raises(HoldExpired):
        await appointments.held(held.id, OWNER)


async def test_confirming_twice_is_one_booking_and_one_message(opened: Town) -> None:
    held = await hold(opened, nine())
    first = await appointments.confirm(held.id, OWNER, OK, VISITOR)
    second = await appointments.confirm(held.id, OWNER, OK, VISITOR)
    assert first == second
    async with tenant_transaction() as tx:
        count = "SELECT count(*) FROM outbox WHERE tenant_id = $1 AND kind = 'booking.confirmed'"
        assert await tx.value(count, tx.tenant_id) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "Camille"},
        {"email": "camille@exemple.fr"},
        {"phone": "01 23 45 67 89"},
    ],
)
async def test_what_is_confirmed_is_not_confirmed_again_for_somebody_else(
    opened: Town, other: dict[str, str]
) -> None:
    held = await hold(opened, nine())
    first = await appointments.confirm(held.id, OWNER, OK, VISITOR)
    somebody = msgspec.structs.replace(JEANNE, **other)
    for key in (None, Once("a key", b"the request")):
        with pytest.raises(HoldUsed):
            await appointments.confirm(
                held.id, OWNER, ConfirmRequest(identity=somebody), SYSTEM, key
            )
    with pytest.raises(HoldUsed):
        await appointments.confirm(held.id, OWNER, ConfirmRequest(person_id=uuid4()), SYSTEM)
    alike = msgspec.structs.replace(JEANNE, first_name=JEANNE.first_name.upper(), phone="")
    for asked in (ConfirmRequest(identity=alike), ConfirmRequest(person_id=first.person_id)):
        assert await appointments.confirm(held.id, OWNER, asked, SYSTEM) == first


@pytest.mark.feature("C-30")
async def test_one_key_makes_one_booking_and_gives_one_answer(opened: Town) -> None:
    once = Once("a key", b"the request")
    first = await appointments.book(wish(opened, nine()), OK, VISITOR, once)
    second = await appointments.book(wish(opened, nine()), OK, VISITOR, once)
    assert first == second
    with pytest.raises(KeyReused):
        await appointments.book(wish(opened, nine(4)), OK, VISITOR, Once("a key", b"another"))
    await appointments.cancel(first.id, SYSTEM)
    assert await appointments.book(wish(opened, nine()), OK, VISITOR, once) == first


async def test_a_refused_request_leaves_its_key_free(opened: Town) -> None:
    once = Once("a key", b"the request")
    await hold(opened, nine(), owner=b"another visitor")
    with pytest.raises(SlotTaken):
        await appointments.book(wish(opened, nine()), OK, VISITOR, once)
    booked = await appointments.book(wish(opened, nine(4)), OK, VISITOR, Once("a key", b"other"))
    assert booked.state == "planned"


async def test_instructions_are_accepted_and_kept_with_the_booking(opened: Town) -> None:
    motive = await new_motive(
        opened.organisation,
        opened.citizenship,
        name="Passeport",
        instructions_before="Apportez une photo.",
    )
    await open_for(opened, opened.bea, soon(), motive_ids=[motive])
    held = await hold(opened, nine(), motive_id=motive)
    with pytest.raises(InstructionsNotAccepted):
        await appointments.confirm(held.id, OWNER, OK, VISITOR)
    accepted = ConfirmRequest(identity=JEANNE, email_proven=True, instructions_accepted=True)
    booking = await appointments.confirm(held.id, OWNER, accepted, VISITOR)
    assert booking.accepted_instructions == "Apportez une photo."


@pytest.mark.feature("C-29")
@pytest.mark.parametrize(
    ("limit", "refusal", "second"),
    [
        ("maximum_active_per_person", TooManyActive, timedelta(days=10)),
        ("maximum_per_person_per_day", TooManyThatDay, timedelta(hours=1)),
        ("maximum_per_person_per_week", TooManyThatWeek, timedelta(hours=1)),
    ],
)
async def test_a_person_has_at_most_so_many_for_a_motive(
    opened: Town, limit: str, refusal: type[Refusal], second: timedelta
) -> None:
    motive = await new_motive(opened.organisation, opened.citizenship, name="Limité", **{limit: 1})
    await open_for(
        opened, opened.bea, soon(), motive_ids=[motive], recurrence="FREQ=DAILY;COUNT=21"
    )
    first = await book(opened, nine(), motive_id=motive)
    with pytest.raises(refusal) as told:
        await book(opened, nine() + second, motive_id=motive)
    assert told.value.code.startswith("limit_")
    assert "(1)" in str(told.value)
    assert re.search("Annulez|Choisissez", str(told.value))
    other = await book(opened, nine() + second, AMINA, motive_id=motive)
    assert other.state == "planned"
    moved = await appointments.move(first.id, MoveRequest(starts_at=nine(minute=30)), VISITOR)
    assert moved.starts_at == nine(minute=30)
    await appointments.cancel(moved.id, VISITOR)
    assert (await book(opened, nine(minute=30), motive_id=motive)).state == "planned"


@pytest.mark.feature("C-26")
async def test_a_move_takes_the_new_time_and_frees_the_old_and_a_cancel_frees_at_once(
    opened: Town,
) -> None:
    booking = await book(opened, nine())
    moved = await appointments.move(
        booking.id, MoveRequest(starts_at=nine(4), place_id=opened.place), VISITOR
    )
    assert (moved.id, moved.appointment_id) == (booking.id, booking.appointment_id)
    assert (moved.starts_at, moved.sequence) == (nine(4), booking.sequence + 1)
    assert nine() in starts(await slots(opened, soon()))
    assert nine(4) not in starts(await slots(opened, soon(4)))
    cancelled = await appointments.cancel(booking.id, VISITOR)
    assert (cancelled.state, cancelled.sequence) == ("excused", booking.sequence + 2)
    assert nine(4) in starts(await slots(opened, soon(4)))
    with pytest.raises(NotActive):
        await appointments.cancel(booking.id, VISITOR)


async def test_a_move_to_a_taken_time_changes_nothing(opened: Town) -> None:
    booking = await book(opened, nine())
    await book(opened, nine(4), AMINA)
    with pytest.raises(SlotTaken):
        await appointments.move(booking.id, MoveRequest(starts_at=nine(4)), VISITOR)
    assert await appointments.get(booking.id) == booking
    assert nine() not in starts(await slots(opened, soon()))


async def test_a_move_onto_part_of_its_own_time_is_possible(opened: Town) -> None:
    motive = await new_motive(
        opened.organisation, opened.citizenship, name="Par quart", step_minutes=15
    )
    await open_for(opened, opened.bea, soon(), motive_ids=[motive])
    booking = await book(opened, nine(), motive_id=motive)
    moved = await appointments.move(booking.id, MoveRequest(starts_at=nine(minute=15)), VISITOR)
    assert moved.starts_at == nine(minute=15)


async def test_the_notice_binds_the_person_and_not_the_service(opened: Town) -> None:
    motive = await new_motive(
        opened.organisation,
        opened.citizenship,
        name="Mariage",
        cancel_notice_minutes=30 * 1440,
        move_notice_minutes=None,
    )
    await open_for(opened, opened.bea, soon(), motive_ids=[motive])
    booking = await book(opened, nine(), motive_id=motive)
    with pytest.raises(TooLateToCancel):
        await appointments.cancel(booking.id, Actor("person", booking.person_id))
    with pytest.raises(TooLateToMove):
        await appointments.move(booking.id, MoveRequest(starts_at=nine(minute=30)), VISITOR)
    cancelled = await appointments.cancel(booking.id, Actor("agent", opened.alice))
    assert cancelled.state == "cancelled"


async def test_excused_frees_the_time_and_planned_takes_it_back_if_it_can(opened: Town) -> None:
    agent = Actor("agent", opened.alice)
    booking = await book(opened, nine())
    assert (await appointments.set_state(booking.id, "waiting", agent)).state == "waiting"
    await appointments.set_state(booking.id, "excused", agent)
    assert nine() in starts(await slots(opened, soon()))
    assert (await appointments.set_state(booking.id, "planned", agent)).state == "planned"
    assert nine() not in starts(await slots(opened, soon()))
    await appointments.set_state(booking.id, "excused", agent)
    await book(opened, nine(), AMINA)
    with pytest.raises(SlotTaken):
        await appointments.set_state(booking.id, "planned", agent)


async def test_every_change_is_in_the_history_with_who_did_it(opened: Town) -> None:
    booking = await book(opened, nine())
    await appointments.move(booking.id, MoveRequest(starts_at=nine(4)), VISITOR)
    await appointments.set_state(booking.id, "waiting", Actor("agent", opened.alice))
    async with tenant_transaction() as tx:
        told = await of_subject(tx, "booking", booking.id)
    assert [(entry.action, entry.actor_kind) for entry in told] == [
        ("booking.confirmed", "person"),
        ("booking.moved", "visitor"),
        ("booking.state_set", "agent"),
    ]
    assert told[0].actor_label == "Jeanne Dupont"


async def test_agents_are_chosen_fairly_the_least_loaded_first(opened: Town) -> None:
    await open_for(opened, opened.bea, soon())
    first = await book(opened, nine())
    second = await book(opened, nine(minute=30), AMINA)
    assert {first.resource_ids, second.resource_ids} == {(opened.alice,), (opened.bea,)}
