from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import (
    Booking,
    ConfirmRequest,
    HoldRequest,
    MoveRequest,
    SessionDraft,
)
from creneau.availability.schemas import Slot
from creneau.context import SYSTEM, VISITOR, Actor
from creneau.database import tenant_transaction
from creneau.messages.reminders import jobs
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft, Reminder
from creneau.people import service as people
from creneau.planning import service as planning
from creneau.planning.schemas import ArchiveMotive, Decision, EditMotive
from creneau_infra.clock import now

from tests.platform.cast import Town, new_motive
from tests.platform.messages.post import ALICE, free_slots, open_mornings
from tests.platform.messages.reminders.conftest import At

PARIS = ZoneInfo("Europe/Paris")
DAY = 24 * 60
TWO_DAYS = timedelta(days=2)
A_MOMENT = timedelta(seconds=1)


async def far_slots(motive: UUID) -> list[Slot]:
    """Give slots so far ahead that their reminders are still to come."""
    return [slot for slot in await free_slots(motive) if slot.starts_at > now() + timedelta(days=4)]


async def book(motive: UUID, slot: Slot) -> Booking:
    hold = HoldRequest(motive_id=motive, starts_at=slot.starts_at, owner=b"alice")
    alice = ConfirmRequest(identity=ALICE, email_proven=True)
    return await appointments.book(hold, alice, VISITOR)


async def remind_at(motive_id: UUID, *reminders: Reminder) -> None:
    """Change when a motive reminds, as its form does."""
    found = await motives.motive(motive_id)
    kept = MotiveDraft(**{name: getattr(found, name) for name in MotiveDraft.__struct_fields__})
    draft = msgspec.structs.replace(kept, reminders=reminders)
    await planning.save(EditMotive(motive_id, draft, found.version), SYSTEM)


def days_before(moment: datetime, days: int) -> datetime:
    """Count days back on the clock of the place."""
    return moment.astimezone(PARIS) - timedelta(days=days)


@pytest.fixture
async def booked(open_town: Town, at: At) -> Booking:
    """Book an appointment, whose confirmation has left."""
    booking = await book(open_town.motive, (await far_slots(open_town.motive))[0])
    (confirmation,) = await at(now())
    assert confirmation.subject.startswith("Rendez-vous confirmé")
    return booking


async def test_a_person_is_reminded_once_two_days_before(booked: Booking, at: At) -> None:
    moment = days_before(booked.starts_at, 2)
    assert await at(moment - A_MOMENT) == []
    (reminder,) = await at(moment)
    assert reminder.to == ALICE.email
    assert reminder.subject.startswith("Rappel : rendez-vous")
    assert "/lien/" in reminder.text
    assert await at(booked.starts_at - A_MOMENT) == []


@pytest.mark.feature("C-81")
async def test_reminders_at_times_set_per_motive_follow_a_move_and_die_with_a_cancellation(
    open_town: Town, at: At
) -> None:
    evening = Reminder(DAY, time(18))
    await remind_at(open_town.motive, Reminder(2 * DAY), evening)
    first, *_rest, other = await far_slots(open_town.motive)
    moved = await book(open_town.motive, first)
    cancelled = await book(open_town.motive, (await far_slots(open_town.motive))[0])
    assert len(await at(now())) == 2
    assert len(await at(days_before(moved.starts_at, 2))) == 1
    moved = await appointments.move(moved.id, MoveRequest(starts_at=other.starts_at), VISITOR)
    await appointments.cancel(cancelled.id, VISITOR)
    assert len(await at(now())) == 2
    # Nothing is said at the times of before, and the new time has all its reminders.
    silent = await at(days_before(other.starts_at, 2) - A_MOMENT)
    assert silent == []
    two_days = await at(days_before(other.starts_at, 2))
    at_six = datetime.combine(days_before(other.starts_at, 1).date(), time(18), PARIS)
    assert await at(at_six - A_MOMENT) == []
    evening_before = await at(at_six)
    assert [message.to for message in (*two_days, *evening_before)] == [ALICE.email] * 2
    assert await at(other.starts_at + TWO_DAYS) == []


async def test_a_booking_made_later_than_a_reminder_gets_no_such_reminder(
    open_town: Town, at: At
) -> None:
    await remind_at(open_town.motive, Reminder(80 * DAY), Reminder(2 * DAY))
    booking = await book(open_town.motive, (await far_slots(open_town.motive))[0])
    await at(now())
    assert len(await at(days_before(booking.starts_at, 2))) == 1
    async with tenant_transaction() as tx:
        count = "SELECT count(*) FROM outbox WHERE kind = 'booking.reminder'"
        assert await tx.value(count) == 1


async def test_new_times_are_those_of_every_booking_to_come(
    open_town: Town, booked: Booking, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    slot = next(
        slot
        for slot in await far_slots(open_town.motive)
        if slot.starts_at > booked.starts_at + timedelta(hours=1)
    )
    other = await book(open_town.motive, slot)
    await at(now())
    await remind_at(open_town.motive, Reminder(DAY))
    await at(now())
    assert await at(days_before(other.starts_at, 2)) == []
    assert len(await at(days_before(booked.starts_at, 1))) == 1
    assert len(await at(days_before(other.starts_at, 1))) == 1


async def test_a_motive_that_does_not_remind_any_more_is_silent(
    open_town: Town, booked: Booking, at: At
) -> None:
    await remind_at(open_town.motive)
    assert await at(booked.starts_at - A_MOMENT) == []


async def test_after_a_long_stop_the_last_reminder_alone_leaves(open_town: Town, at: At) -> None:
    await remind_at(open_town.motive, Reminder(2 * DAY), Reminder(DAY), Reminder(120))
    booking = await book(open_town.motive, (await far_slots(open_town.motive))[0])
    await at(now())
    assert len(await at(booking.starts_at - timedelta(hours=20))) == 1


async def test_a_reminder_that_comes_too_late_says_nothing(booked: Booking, at: At) -> None:
    assert await at(booked.starts_at) == []


async def test_nobody_is_reminded_of_what_lost_its_time(
    open_town: Town, booked: Booking, at: At
) -> None:
    decision = Decision("to_reschedule", [booked.id])
    await planning.save(ArchiveMotive(open_town.motive), SYSTEM, decision)
    (told,) = await at(now())
    assert told.subject.startswith("Rendez-vous à replanifier")
    assert await at(booked.starts_at - A_MOMENT) == []


async def test_an_erased_person_is_not_reminded(booked: Booking, at: At) -> None:
    assert booked.person_id is not None
    await appointments.cancel(booked.id, VISITOR)
    await at(now())
    await people.erase(booked.person_id, SYSTEM)
    assert await at(booked.starts_at - A_MOMENT) == []


async def test_a_hold_that_ran_out_reminds_of_nothing(open_town: Town, at: At) -> None:
    slot = (await far_slots(open_town.motive))[0]
    await appointments.hold(
        HoldRequest(motive_id=open_town.motive, starts_at=slot.starts_at, owner=b"x"), VISITOR
    )
    assert await at(slot.starts_at - A_MOMENT) == []


async def test_a_motive_that_writes_to_nobody_does_not_remind(town: Town, at: At) -> None:
    quiet = await new_motive(town.organisation, town.citizenship, name="X", notify_persons=False)
    await open_mornings(town.alice, town.place, [quiet])
    booking = await book(quiet, (await far_slots(quiet))[0])
    assert ALICE.email not in [message.to for message in await at(now())]
    assert await at(booking.starts_at - A_MOMENT) == []


async def test_agents_are_reminded_of_nothing(open_town: Town, at: At) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE agent SET state = 'active' WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            open_town.bob,
        )
    booking = await book(open_town.motive, (await far_slots(open_town.motive))[0])
    assert len(await at(now())) == 2
    sent = await at(days_before(booking.starts_at, 2))
    assert [message.to for message in sent] == [ALICE.email]


async def test_whoever_changes_to_another_session_is_reminded_of_that_one(
    town: Town, at: At
) -> None:
    meeting = await new_motive(town.organisation, town.citizenship, name="Réunion", capacity=9)
    first, second = [await session(town, meeting, days) for days in (5, 8)]
    hold = HoldRequest(motive_id=meeting, starts_at=starts(5), appointment_id=first, owner=b"alice")
    alice = ConfirmRequest(identity=ALICE, email_proven=True)
    booking = await appointments.book(hold, alice, VISITOR)
    await at(now())
    there = MoveRequest(starts_at=starts(8), appointment_id=second)
    await appointments.move(booking.id, there, Actor("agent"))
    assert ALICE.email in [message.to for message in await at(now())]
    assert await at(days_before(starts(8), 2) - A_MOMENT) == []
    assert len(await at(days_before(starts(8), 2))) == 1


def starts(days: int) -> datetime:
    return datetime.combine((now() + timedelta(days=days)).date(), time(14), PARIS)


async def session(town: Town, motive: UUID, days: int) -> UUID:
    draft = SessionDraft(
        motive_id=motive,
        place_id=town.place,
        resource_ids=[town.alice],
        starts_at=starts(days),
        ends_at=starts(days) + timedelta(hours=1),
        capacity=9,
    )
    return await appointments.create_session(draft, SYSTEM)
