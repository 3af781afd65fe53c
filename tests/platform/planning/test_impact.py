"""What a change touches is asked first, and saved with a choice (C-13, C-14)."""

import asyncio
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import HoldExpired, SlotNotOffered
from creneau.appointments.schemas import Booking, ConfirmRequest, MoveRequest, SessionDraft
from creneau.context import SYSTEM, VISITOR, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.history.queries import of_subject
from creneau.motives import service as motives
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft, OccurrenceDraft
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.schemas import (
    ArchiveMotive,
    Change,
    ChangeDuration,
    Choice,
    Create,
    Decision,
    Delete,
    Edit,
    EditFollowing,
    Replace,
    SeriesRef,
    Skip,
)
from creneau.refusals import NotFound

from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.planning import AMINA, JEANNE, OWNER, book, hold, slots
from tests.platform.planning.cast import away, monday, mornings, opened, paris, save, written


def ids(*bookings: Booking) -> frozenset[UUID]:
    return frozenset(booking.id for booking in bookings)


async def decide(change: Change, choice: Choice, *shown: Booking, by: Actor = SYSTEM) -> None:
    await planning.save(change, by, Decision(choice, ids(*shown)))


async def state(booking: Booking) -> str:
    return (await appointments.get(booking.id)).state


async def outbox(kind: str) -> list[dict[str, Any]]:
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT payload FROM outbox WHERE tenant_id = $1 AND kind = $2", tx.tenant_id, kind
        )
    return [row["payload"] for row in rows]


async def test_an_absence_says_whom_it_touches_and_changes_nothing_yet(town: Town) -> None:
    await opened(town)
    touched = await book(town, paris(monday(), 9))
    await book(town, paris(monday(1), 9), AMINA)
    impact = await planning.impact_of(Create(away(town)))
    assert [(one.booking_id, one.last_name) for one in impact.bookings] == [(touched.id, "Dupont")]
    assert impact.bookings[0].starts_at == paris(monday(), 9)
    assert len(await slots(town, monday())) == 5
    assert await state(touched) == "planned"


async def test_without_a_choice_nothing_is_saved(town: Town) -> None:
    await opened(town)
    touched = await book(town, paris(monday(), 9))
    with pytest.raises(TouchesBookings) as refusal:
        await save(Create(away(town)))
    assert refusal.value.impact.booking_ids == ids(touched)
    assert len(await slots(town, monday())) == 5


async def test_kept_appointments_stay_as_they_are(town: Town) -> None:
    ref = await opened(town)
    touched = await book(town, paris(monday(), 9))
    await decide(Skip(ref, monday()), "keep", touched)
    assert await slots(town, monday()) == []
    assert await state(touched) == "planned"
    assert await outbox("booking.to_reschedule") == []
    # What stood outside already is not touched by the next change.
    assert (await planning.impact_of(Delete(ref))).bookings == ()


async def test_marked_appointments_free_their_time_and_are_told(town: Town) -> None:
    ref = await opened(town)
    touched = await book(town, paris(monday(), 9))
    other = await book(town, paris(monday(1), 9), AMINA)
    alice = Actor("agent", town.alice)
    await decide(Skip(ref, monday()), "to_reschedule", touched, by=alice)
    assert [await state(one) for one in (touched, other)] == ["to_reschedule", "planned"]
    assert [sent["booking_id"] for sent in await outbox("booking.to_reschedule")] == [
        str(touched.id)
    ]
    async with tenant_transaction() as tx:
        last = (await of_subject(tx, "booking", touched.id))[-1]
        change = (await of_subject(tx, "opening", ref.id))[-1]
    assert (last.action, last.actor_id) == ("booking.to_reschedule", town.alice)
    assert last.details["cause"] == "opening.occurrence_skipped"
    assert change.details == {"touched": 1, "choice": "to_reschedule"}
    await save(Create(mornings(town, first_day=monday(), recurrence=None)))
    assert len(await slots(town, monday())) == 6
    moved = await appointments.move(
        touched.id, MoveRequest(starts_at=paris(monday(2), 9), place_id=town.place), alice
    )
    assert moved.state == "planned"


async def test_a_booking_that_came_between_is_shown_before_anything_is_saved(town: Town) -> None:
    await opened(town)
    first = await book(town, paris(monday(), 9))
    impact = await planning.impact_of(Create(away(town)))
    second = await book(town, paris(monday(), 10), AMINA)
    change = Create(away(town))
    for choice in ("keep", "to_reschedule"):
        with pytest.raises(ImpactChanged) as refusal:
            await planning.save(change, SYSTEM, Decision(choice, impact.booking_ids))
        assert refusal.value.impact.booking_ids == ids(first, second)
    assert await state(first) == "planned"
    await decide(change, "to_reschedule", first, second)
    assert [await state(one) for one in (first, second)] == ["to_reschedule"] * 2


async def test_fewer_than_were_shown_is_no_reason_to_refuse(town: Town) -> None:
    await opened(town)
    first, second = await book(town, paris(monday(), 9)), await book(town, paris(monday(), 10))
    await appointments.cancel(second.id, SYSTEM)
    await decide(Create(away(town)), "to_reschedule", first, second)
    assert await state(second) == "cancelled"


async def test_whoever_holds_a_slot_meanwhile_chooses_another(town: Town) -> None:
    ref = await opened(town)
    held = await hold(town, paris(monday(), 9))
    assert (await planning.impact_of(Skip(ref, monday()))).holds == 1
    with pytest.raises(TouchesBookings):
        await save(Skip(ref, monday()))
    await decide(Skip(ref, monday()), "to_reschedule")
    with pytest.raises(HoldExpired):
        await appointments.confirm(held.id, OWNER, ConfirmRequest(identity=JEANNE), VISITOR)


async def test_a_time_that_another_opening_still_covers_is_not_touched(town: Town) -> None:
    ref = await opened(town)
    await opened(town, start_time=time(9), end_time=time(10))
    covered = await book(town, paris(monday(), 9))
    bare = await book(town, paris(monday(), 11), AMINA)
    impact = await planning.impact_of(Delete(ref))
    assert impact.booking_ids == ids(bare)
    assert covered.id not in impact.booking_ids


async def test_each_kind_of_change_knows_what_it_touches(town: Town) -> None:
    ref = await opened(town)
    passport = await new_motive(town.organisation, town.citizenship, name="Passeport")
    first = await book(town, paris(monday(), 9))
    last = await book(town, paris(monday(3), 11, 30), AMINA)
    half = mornings(town, end_time=time(11))
    cases: list[tuple[Change, frozenset[UUID]]] = [
        (Edit(ref, half), ids(last)),
        (Edit(ref, mornings(town, motive_ids=[passport])), ids(first, last)),
        (Edit(ref, mornings(town, resource_id=town.bea)), ids(first, last)),
        (EditFollowing(ref, monday(1), mornings(town, first_day=monday(1), end_time=time(11))), ids(last)),
        (Replace(ref, monday(), OccurrenceDraft(first_day=monday(), start_time=time(14), end_time=time(15))), ids(first)),
        (Create(closed(town)), ids(first)),
        (Create(closed(town, place_id=None, organisation_id=None)), ids(first)),
        (ArchiveMotive(town.motive), ids(first, last)),
        (ArchiveMotive(passport), ids()),
        (ChangeDuration(town.motive, 45), ids(first, last)),
        (ChangeDuration(town.motive, 30), ids()),
    ]  # fmt: skip
    for change, expected in cases:
        assert (await planning.impact_of(change)).booking_ids == expected, change
    assert len(await written(ref)) == 10


def closed(town: Town, **changes: Any) -> ClosureDraft:
    values: dict[str, Any] = {
        "starts_at": paris(monday(), 8),
        "ends_at": paris(monday(), 10),
        "place_id": town.place,
        **changes,
    }
    return ClosureDraft(**values)


async def test_a_motive_is_archived_and_its_length_changed_by_choice(town: Town) -> None:
    await opened(town)
    booked = await book(town, paris(monday(), 9))
    await decide(ChangeDuration(town.motive, 60), "keep", booked)
    assert (await appointments.get(booked.id)).ends_at == paris(monday(), 9, 30)
    assert (await motives.motive(town.motive)).duration_minutes == 60
    await decide(ArchiveMotive(town.motive), "to_reschedule", booked)
    assert await state(booked) == "to_reschedule"
    with pytest.raises(NotFound):
        await slots(town, monday())
    with pytest.raises(NotFound):
        await save(ArchiveMotive(town.motive))


async def test_a_session_that_loses_its_time_is_over_for_all(town: Town) -> None:
    motive = await new_motive(town.organisation, town.citizenship, name="Atelier", capacity=2)
    session = await appointments.create_session(
        SessionDraft(
            motive_id=motive,
            place_id=town.place,
            resource_ids=(town.alice,),
            starts_at=paris(monday(), 9),
            ends_at=paris(monday(), 10),
            capacity=2,
        ),
        SYSTEM,
    )
    at: dict[str, Any] = {"motive_id": motive, "appointment_id": session}
    first = await book(town, paris(monday(), 9), **at)
    second = await book(town, paris(monday(), 9), AMINA, **at)
    await decide(Create(away(town)), "to_reschedule", first, second)
    assert [await state(one) for one in (first, second)] == ["to_reschedule"] * 2
    assert await slots(town, monday(), motive_id=motive) == []
    assert len(await outbox("booking.to_reschedule")) == 2


async def test_overlapping_openings_are_told_and_allowed(town: Town) -> None:
    ref = await opened(town, title="Matin")
    draft = mornings(town, start_time=time(11), end_time=time(15))
    impact = await planning.impact_of(Create(draft))
    assert [(one.opening_id, one.title, one.times) for one in impact.overlaps] == [
        (ref.id, "Matin", 10)
    ]
    assert impact.overlaps[0].starts_at == paris(monday(), 11)
    saved = await save(Create(draft))
    assert saved.impact.overlaps == impact.overlaps
    assert len(await slots(town, monday())) == 12
    touching = mornings(town, start_time=time(15), end_time=time(16))
    assert (await planning.impact_of(Create(touching))).overlaps == ()
    other = msgspec.structs.replace(draft, resource_id=town.bea)
    assert (await planning.impact_of(Create(other))).overlaps == ()


async def test_a_stranger_learns_nothing_of_who_is_touched(town: Town, stranger: Stranger) -> None:
    ref = await opened(town)
    await book(town, paris(monday(), 9))
    with acting_for(stranger.tenant):
        for change in (Delete(ref), Skip(ref, monday()), ArchiveMotive(town.motive)):
            with pytest.raises(NotFound):
                await planning.impact_of(change)


@pytest.mark.parametrize("round_number", range(4))
async def test_nobody_is_booked_untold_while_the_planning_changes(
    town: Town, round_number: int
) -> None:
    ref = await opened(town)
    change = Skip(ref, monday())

    async def visit(minutes: int) -> Booking | None:
        start = paris(monday(), 9) + timedelta(minutes=minutes)
        try:
            return await book(town, start, AMINA if minutes % 60 else JEANNE)
        except SlotNotOffered:
            return None

    async def close() -> None:
        while True:
            shown = (await planning.impact_of(change)).booking_ids
            try:
                await planning.save(change, SYSTEM, Decision("to_reschedule", shown))
            except ImpactChanged:
                continue
            return

    visits = [visit(minutes) for minutes in range(0, 180, 30)]
    _done, *booked = (
        await asyncio.gather(close(), *visits)
        if round_number % 2
        else (await asyncio.gather(*visits, close()))[::-1]
    )
    for one in booked:
        assert one is None or await state(one) == "to_reschedule"
    left = await planning.impact_of(Delete(SeriesRef("opening", ref.id)))
    assert left.bookings == ()
