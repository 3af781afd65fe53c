"""Two agents act on one appointment at the same time: one does, the other learns what stands."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import combinations_with_replacement

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.notes import service as notes
from creneau.appointments.rules import edited_version, version_of
from creneau.appointments.schemas import Booking, EditRequest, PlacingRequest
from creneau.context import Actor
from creneau.history import service as history
from creneau.refusals import ChangedMeanwhile, NotFound
from msgspec.structs import replace

from tests.platform.cast import Town
from tests.platform.planning import book, nine

Act = Callable[[Booking, str | None, Actor], Awaitable[Booking]]


async def seen_by(booking: Booking, seen: str | None, actor: Actor) -> Booking:
    return await appointments.set_state(booking.id, "seen", actor, seen=seen)


async def missed(booking: Booking, seen: str | None, actor: Actor) -> Booking:
    return await appointments.set_state(booking.id, "no_show", actor, seen=seen)


async def moved(booking: Booking, seen: str | None, actor: Actor) -> Booking:
    wish = PlacingRequest(
        starts_at=booking.starts_at + timedelta(hours=3),
        duration_minutes=30,
        place_id=booking.place_id,
        resource_ids=booking.resource_ids,
        seen=version_of(booking) if seen is not None else version_of(await now_of(booking)),
    )
    return await appointments.put_elsewhere(booking.id, wish, actor)


async def cancelled(booking: Booking, seen: str | None, actor: Actor) -> Booking:
    return await appointments.cancel(booking.id, actor, seen=seen)


async def set_anew(booking: Booking, seen: str | None, actor: Actor) -> Booking:
    return await appointments.reschedule(booking.id, actor, notify=False, seen=seen)


async def deleted(booking: Booking, seen: str | None, actor: Actor) -> Booking:
    return await appointments.delete(booking.id, actor, notify=False, seen=seen)


async def now_of(booking: Booking) -> Booking:
    return await appointments.get(booking.id)


ACTS: dict[str, Act] = {
    "seen": seen_by,
    "missed": missed,
    "moved": moved,
    "cancelled": cancelled,
    "set_anew": set_anew,
    "deleted": deleted,
}
# Whoever sets the status that stands already changes nothing, and is told so.
PAIRS = [
    pair
    for pair in combinations_with_replacement(ACTS, 2)
    if pair not in {("seen",) * 2, ("missed",) * 2}
]


@pytest.fixture
def agents(town: Town) -> tuple[Actor, Actor]:
    return Actor("agent", town.alice), Actor("agent", town.bob)


async def tried(acting: Awaitable[object]) -> bool:
    try:
        await acting
    except (ChangedMeanwhile, NotFound):
        return False
    return True


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_of_two_who_act_at_once_one_does_and_nothing_is_overwritten(
    opened: Town, agents: tuple[Actor, Actor], one: str, other: str
) -> None:
    booking = await book(opened, nine())
    shown = version_of(booking)
    acts = [ACTS[one](booking, shown, agents[0]), ACTS[other](booking, shown, agents[1])]
    done = await asyncio.gather(*(tried(act) for act in acts))
    assert sorted(done) == [False, True]
    told = await history.of_booking(booking.id, booking.appointment_id)
    (whose,) = {entry.actor_id for entry in told if entry.action != "booking.confirmed"} & {
        opened.alice,
        opened.bob,
    }
    assert whose == agents[done.index(True)].id


@pytest.mark.parametrize("act", ["cancelled", "set_anew", "deleted"])
async def test_who_ends_it_sees_first_what_a_colleague_has_noted(
    opened: Town, agents: tuple[Actor, Actor], act: str
) -> None:
    booking = await book(opened, nine())
    note = EditRequest(
        motive_id=booking.motive_id, notes="A rappelé", seen=edited_version(booking, "")
    )
    await appointments.edit(booking.id, note, agents[1])
    with pytest.raises(ChangedMeanwhile) as refused:
        await ACTS[act](booking, version_of(booking), agents[0])
    assert refused.value.saved == booking
    assert await now_of(booking) == booking
    assert await notes.notes_of(booking.appointment_id) == "A rappelé"
    await ACTS[act](booking, version_of(booking, "A rappelé"), agents[0])


async def test_notes_alone_keep_nobody_from_setting_a_status_or_moving_it(
    opened: Town, agents: tuple[Actor, Actor]
) -> None:
    booking = await book(opened, nine())
    note = EditRequest(
        motive_id=booking.motive_id, notes="A rappelé", seen=edited_version(booking, "")
    )
    await appointments.edit(booking.id, note, agents[1])
    waiting = await appointments.set_state(
        booking.id, "waiting", agents[0], seen=version_of(booking)
    )
    assert (await moved(waiting, "", agents[0])).state == "planned"


async def test_two_who_write_notes_at_once_keep_those_of_one(
    opened: Town, agents: tuple[Actor, Actor]
) -> None:
    booking = await book(opened, nine())
    note = EditRequest(motive_id=booking.motive_id, notes="", seen=edited_version(booking, ""))
    texts = [f"De {number}" for number in range(6)]
    done = await asyncio.gather(
        *(
            tried(appointments.edit(booking.id, replace(note, notes=text), agents[0]))
            for text in texts
        )
    )
    assert done.count(True) == 1
    assert await notes.notes_of(booking.appointment_id) == texts[done.index(True)]


@pytest.mark.parametrize("act", ["seen", "moved", "cancelled", "set_anew", "deleted"])
async def test_whoever_names_no_version_acts_on_what_stands(
    opened: Town, agents: tuple[Actor, Actor], act: str
) -> None:
    booking = await book(opened, nine())
    await appointments.set_state(booking.id, "waiting", agents[1])
    assert await tried(ACTS[act](booking, None, agents[0]))
