"""R-1: many clients at once on one slot, and exactly one winner; R-2: without the guard, more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from creneau.appointments import placing
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, MoveRequest, SessionDraft
from creneau.context import SYSTEM, VISITOR
from creneau.database import Transaction
from creneau_infra import clock

from tests.gates.crowd import deadlocks, rush
from tests.platform.cast import Town, furnish, new_motive
from tests.platform.planning import JEANNE, book, open_for, soon, wish

CLIENTS = 40
ROUNDS = 4
FEW = 5
Client = Callable[[], Awaitable[object]]
PARIS = ZoneInfo("Europe/Paris")
OK = ConfirmRequest(identity=JEANNE, email_proven=True)


def nine(days: int = 3, minutes: int = 0) -> datetime:
    day = soon(days)
    start = datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)
    return start + timedelta(minutes=minutes)


def owner(number: int) -> bytes:
    return f"visitor {number}".encode()


@pytest.fixture
def quiet_log(postgres_log: Path) -> Callable[[], int]:
    before = deadlocks(postgres_log)
    return lambda: deadlocks(postgres_log) - before


@pytest.mark.feature("R-1", "C-22")
async def test_one_of_many_holds_the_slot(town: Town, quiet_log: Callable[[], int]) -> None:
    await open_for(town, town.alice, soon())
    for round_ in range(ROUNDS):
        wanted = nine(minutes=30 * round_)
        clients = [
            partial(appointments.hold, wish(town, wanted, owner=owner(number)), VISITOR)
            for number in range(CLIENTS)
        ]
        assert await rush(clients) == {"won": 1, "slot_taken": CLIENTS - 1}
    assert quiet_log() == 0


@pytest.mark.feature("R-1")
async def test_one_of_many_takes_a_slot_whose_hold_ran_out(
    town: Town, monkeypatch: pytest.MonkeyPatch, quiet_log: Callable[[], int]
) -> None:
    await open_for(town, town.alice, soon())
    await appointments.hold(wish(town, nine()), VISITOR)
    later = clock.now() + timedelta(minutes=11)
    for module in ("appointments.service.holding", "availability.service"):
        monkeypatch.setattr(f"creneau.{module}.clock_now", lambda: later)
    clients = [
        partial(appointments.hold, wish(town, nine(), owner=owner(number)), VISITOR)
        for number in range(CLIENTS)
    ]
    assert await rush(clients) == {"won": 1, "slot_taken": CLIENTS - 1}
    assert quiet_log() == 0


@pytest.mark.feature("R-1", "C-22")
async def test_one_of_many_moves_to_the_free_time(town: Town, quiet_log: Callable[[], int]) -> None:
    agents = (town.alice, town.bob, town.bea, town.sam)
    for agent in agents:
        await open_for(town, agent, soon())
    await open_for(town, town.alice, soon(4))
    bookings = [
        await book(town, nine(minutes=30 * number), resource_id=agent)
        for agent in agents
        for number in range(6)
    ]
    request = MoveRequest(starts_at=nine(4))
    clients = [partial(appointments.move, booking.id, request, VISITOR) for booking in bookings]
    assert await rush(clients) == {"won": 1, "slot_taken": len(bookings) - 1}
    assert quiet_log() == 0


async def test_those_who_want_each_others_time_do_not_wait_in_a_circle(
    town: Town, quiet_log: Callable[[], int]
) -> None:
    await open_for(town, town.alice, soon())
    bookings = [await book(town, nine(minutes=30 * number)) for number in range(6)]
    clients = [
        partial(appointments.move, bookings[number].id, MoveRequest(starts_at=other), VISITOR)
        for number in range(6)
        for other in (nine(minutes=30 * ((number + 1) % 6)), nine(minutes=30 * ((number + 5) % 6)))
    ]
    assert await rush(clients) == {"slot_taken": len(clients)}
    assert quiet_log() == 0


@pytest.mark.feature("R-1")
async def test_one_hold_is_confirmed_once_whoever_asks(
    town: Town, quiet_log: Callable[[], int]
) -> None:
    await open_for(town, town.alice, soon())
    held = await appointments.hold(wish(town, nine()), VISITOR)
    confirm = partial(appointments.confirm, held.id, held.held_by or b"", OK, VISITOR)
    assert await rush([confirm] * CLIENTS) == {"won": CLIENTS}
    agenda = await appointments.agenda([town.alice], nine(), nine() + timedelta(days=1))
    assert [entry.id for entry in agenda] == [held.id]
    assert quiet_log() == 0


async def session(town: Town, capacity: int, *resources: UUID) -> tuple[UUID, UUID]:
    motive = await new_motive(
        town.organisation, town.citizenship, name="Atelier", capacity=capacity
    )
    draft = SessionDraft(
        motive_id=motive,
        place_id=town.place,
        resource_ids=resources,
        starts_at=nine(),
        ends_at=nine(minutes=60),
        capacity=capacity,
    )
    return motive, await appointments.create_session(draft, SYSTEM)


@pytest.mark.feature("R-1")
async def test_the_last_seats_go_to_as_many_as_there_are(
    town: Town, quiet_log: Callable[[], int]
) -> None:
    motive, meeting = await session(town, 3, town.alice)
    asked = {"motive_id": motive, "appointment_id": meeting}
    clients = [
        partial(appointments.hold, wish(town, nine(), owner=owner(number), **asked), VISITOR)
        for number in range(CLIENTS)
    ]
    assert await rush(clients) == {"won": 3, "slot_taken": CLIENTS - 3}
    assert quiet_log() == 0


@pytest.mark.feature("R-1")
async def test_two_resources_are_taken_together_or_not_at_all(
    town: Town, quiet_log: Callable[[], int]
) -> None:
    motive = await new_motive(town.organisation, town.citizenship, name="Atelier", capacity=9)

    def draft(*resources: UUID) -> SessionDraft:
        return SessionDraft(
            motive_id=motive,
            place_id=town.place,
            resource_ids=resources,
            starts_at=nine(),
            ends_at=nine(minutes=60),
        )

    pairs = [(town.alice, town.bea), (town.bea, town.alice)] * (CLIENTS // 2)
    clients = [partial(appointments.create_session, draft(*pair), SYSTEM) for pair in pairs]
    assert await rush(clients) == {"won": 1, "slot_taken": CLIENTS - 1}
    assert quiet_log() == 0


@pytest.fixture
def all_look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody claim before five have seen that the slot is free."""
    together = asyncio.Barrier(FEW)
    look = placing.offered

    async def look_and_wait(tx: Transaction, wish: placing.Wish) -> object:
        found = await look(tx, wish)
        await together.wait()
        return found

    monkeypatch.setattr(placing, "offered", look_and_wait)


def few_who_want_nine(town: Town) -> list[Client]:
    return [
        partial(appointments.hold, wish(town, nine(), owner=owner(number)), VISITOR)
        for number in range(FEW)
    ]


@pytest.mark.feature("R-2")
@pytest.mark.usefixtures("unguarded", "all_look_first")
async def test_without_the_guard_all_who_saw_the_slot_free_win_it() -> None:
    town = await furnish()
    await open_for(town, town.alice, soon())
    assert await rush(few_who_want_nine(town)) == {"won": FEW}


@pytest.mark.usefixtures("all_look_first")
async def test_with_the_guard_one_of_all_who_saw_the_slot_free_wins_it(town: Town) -> None:
    await open_for(town, town.alice, soon())
    assert await rush(few_who_want_nine(town)) == {"won": 1, "slot_taken": FEW - 1}
