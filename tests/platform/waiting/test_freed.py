"""Every way in which time frees leads to an offer, and quick visitors keep theirs (C-28)."""

from datetime import time, timedelta

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import MoveRequest, SessionDraft
from creneau.context import SYSTEM, VISITOR, Actor
from creneau.database import tenant_transaction
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft
from creneau.planning.schemas import Create, Delete, Kind, SeriesRef
from creneau.waiting import service as waiting
from creneau.waiting.events import FREED
from creneau.waiting.schemas import Acceptance

from tests.platform.cast import Town, new_motive
from tests.platform.planning import OWNER, book, hold, nine, open_for, soon
from tests.platform.waiting.cast import (
    Worker,
    ask,
    cancel,
    fill,
    identity_of,
    make_due,
    offer_of,
    state_of,
)

YES = Acceptance()
AWAY = b"a quick visitor"


async def test_a_quick_visitor_keeps_what_they_took(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    entry = await ask(morning, "Amina")
    await cancel(booked[0])
    quick = await book(morning, booked[0].starts_at, identity_of("Vite"))
    await worker.work()
    assert await offer_of(entry) is None
    # They were not offered it: when it frees again, they are.
    await cancel(quick)
    await worker.work()
    assert await offer_of(entry) is not None


async def test_a_hold_that_somebody_let_run_out_is_offered(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    entry = await ask(morning, "Amina")
    await cancel(booked[0])
    await hold(morning, booked[0].starts_at, owner=AWAY)
    await worker.work()
    assert await offer_of(entry) is None
    async with tenant_transaction() as tx:
        for table in ("booking", "allocation"):
            await tx.execute(
                f"UPDATE {table} SET held_until = now() - interval '1 second' "
                "WHERE tenant_id = $1 AND held_until IS NOT NULL",
                tx.tenant_id,
            )
        due = (
            "SELECT count(*) FROM outbox WHERE tenant_id = $1 AND idempotency_key LIKE '%:by:%' "
            "AND due_at < now() + interval '12 minutes'"
        )
        assert await tx.value(due, tx.tenant_id) > 0
    await make_due(FREED)
    await worker.work()
    assert await offer_of(entry) is not None


async def test_a_cancellation_and_an_excuse_free_time(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await worker.work()
    await cancel(booked[1])
    await appointments.set_state(booked[0].id, "excused", Actor("agent", morning.alice))
    await worker.work()
    assert [await state_of(entry) for entry in (first, second)] == ["offered"] * 2


async def test_who_misses_the_event_is_served_within_the_hour(
    morning: Town, worker: Worker
) -> None:
    await fill(morning)
    entry = await ask(morning, "Amina")
    await worker.work()
    async with tenant_transaction() as tx:
        # Time that frees in a way that writes nothing: by the clock, or by somebody's hand.
        await tx.execute("DELETE FROM allocation WHERE tenant_id = $1", tx.tenant_id)
    await make_due(FREED)
    await worker.work()
    assert await state_of(entry) == "offered"


async def test_a_move_and_a_hold_given_back_free_time(morning: Town, worker: Worker) -> None:
    booked = await fill(morning, hours=(0, 30, 60, 90, 120))
    held = await hold(morning, nine() + timedelta(minutes=150))
    first, second = await ask(morning, "Amina"), await ask(morning, "Basile")
    await appointments.release(held.id, OWNER)
    await worker.work()
    assert await state_of(first) == "offered"
    await open_for(morning, morning.bob, soon(5))
    await appointments.move(booked[0].id, MoveRequest(starts_at=nine(5)), VISITOR)
    await worker.work()
    offer = await offer_of(second)
    assert offer is not None
    assert offer.starts_at == booked[0].starts_at


async def test_a_new_opening_is_offered(morning: Town, worker: Worker) -> None:
    await fill(morning)
    entry = await ask(morning, "Amina")
    await worker.work()
    await open_for(morning, morning.bob, soon(5))
    await worker.work()
    offer = await offer_of(entry)
    assert offer is not None
    assert offer.starts_at == nine(5)


@pytest.mark.parametrize("kind", ["absence", "closure"])
async def test_the_end_of_an_absence_and_of_a_closure_is_offered(
    morning: Town, worker: Worker, kind: Kind
) -> None:
    draft = AbsenceDraft(
        resource_id=morning.alice,
        first_day=soon(),
        start_time=time(8),
        last_day=soon(),
        end_time=time(13),
        time_zone="Europe/Paris",
    )
    closed = ClosureDraft(starts_at=nine(), ends_at=nine() + timedelta(hours=3))
    made = await planning.save(Create(draft if kind == "absence" else closed), SYSTEM)
    entry = await ask(morning, "Amina")
    await worker.work()
    assert await offer_of(entry) is None
    await planning.save(Delete(SeriesRef(kind, made.id)), SYSTEM)
    await worker.work()
    offer = await offer_of(entry)
    assert offer is not None
    assert offer.starts_at == nine()


async def test_a_seat_that_frees_is_offered(town: Town, worker: Worker) -> None:
    motive = await new_motive(town.organisation, town.citizenship, name="Atelier", capacity=2)
    draft = SessionDraft(
        motive_id=motive,
        place_id=town.place,
        resource_ids=(town.alice,),
        starts_at=nine(),
        ends_at=nine() + timedelta(hours=1),
        capacity=2,
    )
    meeting = await appointments.create_session(draft, SYSTEM)
    seat = {"motive_id": motive, "appointment_id": meeting}
    seats = [await book(town, nine(), identity_of(name), **seat) for name in ("Zoé", "Yves")]
    entry = await ask(town, "Amina", motive_id=motive)
    await cancel(seats[0])
    await worker.work()
    booking = await waiting.accept(entry.id, YES, SYSTEM)
    assert (booking.appointment_id, booking.state) == (meeting, "planned")


async def test_the_line_does_nothing_where_nobody_waits(morning: Town, worker: Worker) -> None:
    booked = await fill(morning)
    await worker.work()
    await cancel(booked[0])
    async with tenant_transaction() as tx:
        count = "SELECT count(*) FROM outbox WHERE tenant_id = $1 AND kind = $2"
        assert await tx.value(count, tx.tenant_id, FREED) == 0
