"""What a search passes over: openings that bookings have filled, and never one with room (C-21)."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, MoveRequest, SettingRequest
from creneau.availability import service as availability
from creneau.availability.gaps.service import note_gaps
from creneau.availability.schemas import SlotQuery
from creneau.context import SYSTEM, VISITOR, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, OccurrenceDraft
from creneau.planning.schemas import Replace, SeriesRef
from creneau.refusals import Refusal
from creneau_infra import clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.platform.cast import Stranger, Town, furnish, new_motive, new_tenant
from tests.platform.planning import JEANNE, book, hold, nine, open_for, soon

HALF = timedelta(minutes=30)
DAYS = (3, 4, 11, 30, 70)
SLOTS = 4


async def fill(town: Town, days: int, slots: Sequence[int] = range(6)) -> list[Booking]:
    """Book the half hours of Alice's morning."""
    return [await book(town, nine(days) + n * HALF, resource_id=town.alice) for n in slots]


async def first(town: Town, **changes: UUID) -> datetime | None:
    motive, place = changes.get("motive", town.motive), changes.get("place", town.place)
    found = await availability.next_available(motive, [place])
    return found[place].starts_at if found else None


async def noted() -> list[timedelta | None]:
    """Read what is noted of each opening, by start."""
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT longest_gap FROM opening_occurrence WHERE tenant_id = $1 ORDER BY starts_at",
            tx.tenant_id,
        )
    return [row["longest_gap"] for row in rows]


async def test_only_openings_without_room_for_all_that_they_take_are_noted(town: Town) -> None:
    for days in DAYS[:3]:
        await open_for(town, town.alice, soon(days))
    await fill(town, DAYS[0])
    await fill(town, DAYS[1], [0])
    await hold(town, nine(DAYS[2]))
    assert await note_gaps() == 1
    assert await noted() == [timedelta(), None, None]
    assert await note_gaps() == 0
    assert await first(town) == nine(DAYS[1]) + HALF


async def test_what_is_noted_as_full_is_not_read_any_more(town: Town) -> None:
    await open_for(town, town.alice, soon())
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE opening_occurrence SET longest_gap = '0' WHERE tenant_id = $1", tx.tenant_id
        )
    assert await first(town) is None
    # And put right by the next count, if it ever was wrong.
    assert await note_gaps() == 1
    assert await first(town) == nine()


async def test_a_shorter_motive_finds_the_gap_that_is_too_short_for_the_others(town: Town) -> None:
    short = await new_motive(
        town.organisation, town.citizenship, name="Retrait", duration_minutes=10
    )
    await open_for(town, town.alice, soon(), motive_ids=[town.motive, short], end_time=time(9, 45))
    await fill(town, 3, [0])
    assert await note_gaps() == 1
    assert await noted() == [timedelta(minutes=15)]
    assert await first(town) is None
    assert await first(town, motive=short) == nine() + HALF


async def test_time_that_is_freed_is_found_before_anything_is_noted_anew(town: Town) -> None:
    await open_for(town, town.alice, soon())
    full = await fill(town, 3)
    await note_gaps()
    assert await first(town) is None
    await appointments.cancel(full[4].id, SYSTEM)
    assert await first(town) == nine() + 4 * HALF
    await appointments.set_state(full[3].id, "excused", SYSTEM)
    assert await first(town) == nine() + 3 * HALF
    await appointments.move(full[2].id, MoveRequest(starts_at=nine() + 4 * HALF), VISITOR)
    assert await first(town) == nine() + 2 * HALF
    await note_gaps()
    assert await first(town) == nine() + 2 * HALF


async def test_a_hold_fills_nothing_for_good(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_for(town, town.alice, soon())
    await fill(town, 3, range(1, 6))
    await hold(town, nine())
    await note_gaps()
    assert await first(town) is None
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr("creneau.availability.service.clock_now", lambda: later)
    assert await first(town) == nine()


async def test_hours_that_are_added_are_found_where_all_was_full(town: Town) -> None:
    opening = SeriesRef("opening", await open_for(town, town.alice, soon()))
    await fill(town, 3)
    await note_gaps()
    longer = OccurrenceDraft(first_day=soon(), start_time=time(9), end_time=time(12, 30))
    await planning.save(Replace(opening, soon(), longer), SYSTEM)
    assert await first(town) == nine() + 6 * HALF


async def test_an_occurrence_that_was_moved_to_another_place_is_found_there(town: Town) -> None:
    annexe = await new_place(town, "Annexe")
    opening = SeriesRef("opening", await open_for(town, town.alice, soon()))
    elsewhere = OccurrenceDraft(
        first_day=soon(), start_time=time(9), end_time=time(12), place_id=annexe
    )
    await planning.save(Replace(opening, soon(), elsewhere), SYSTEM)
    await note_gaps()
    assert await first(town) is None
    assert await first(town, place=annexe) == nine()


async def test_whoever_notes_sees_only_their_own_tenant(town: Town, stranger: Stranger) -> None:
    await open_for(town, town.alice, soon())
    full = await fill(town, 3)
    await note_gaps()
    await appointments.cancel(full[0].id, SYSTEM)
    assert await note_gaps(stranger.tenant.id) == 0
    with acting_for(stranger.tenant):
        assert await noted() == []
    assert await first(town) == nine()


async def new_place(town: Town, name: str) -> UUID:
    return await places.create_place(
        PlaceDraft(organisation_id=town.organisation, name=name), SYSTEM
    )


class Deed(msgspec.Struct, frozen=True):
    """Something that somebody does: what, to which agent, day and half hour."""

    what: str
    agent: int
    day: int
    slot: int


WHAT = ("book", "cancel", "cancel", "move", "hold", "force", "be away", "close", "wait", "note")
mornings = st.tuples(st.integers(0, 1), st.integers(0, len(DAYS) - 1))
deeds = st.lists(
    st.builds(
        Deed,
        what=st.sampled_from(WHAT),
        agent=st.integers(0, 1),
        day=st.integers(0, len(DAYS) - 1),
        slot=st.integers(0, SLOTS - 1),
    ),
    min_size=5,
    max_size=25,
)


class Play:
    """Two agents, one at each place, on five mornings of two hours."""

    def __init__(self, town: Town, annexe: UUID, patch: pytest.MonkeyPatch) -> None:
        self.town = town
        self.agents = (town.alice, town.bea)
        self.places = (town.place, annexe)
        self.patch = patch
        self.booked: list[Booking] = []
        self.ahead = timedelta()

    async def open(self, motives: Sequence[UUID]) -> None:
        for agent, place in zip(self.agents, self.places, strict=True):
            for day in DAYS:
                hours = {"end_time": time(11), "motive_ids": motives, "place_id": place}
                await open_for(self.town, agent, soon(day), **hours)

    async def do(self, deed: Deed) -> None:
        """Do it; what is refused changes nothing."""
        start = nine(DAYS[deed.day]) + deed.slot * HALF
        where: dict[str, Any] = {
            "resource_id": self.agents[deed.agent],
            "place_id": self.places[deed.agent],
        }
        try:
            await self._do(deed, start, where)
        except Refusal:
            return

    async def _do(self, deed: Deed, start: datetime, where: dict[str, Any]) -> None:
        match deed.what:
            case "book":
                self.booked.append(await book(self.town, start, **where))
            case "hold":
                await hold(self.town, start, **where)
            case "force":
                await self._force(start, where)
            case "be away":
                await self._be_away(start, where["resource_id"])
            case "close":
                closed = ClosureDraft(starts_at=start, ends_at=start + HALF)
                await planning.create_closure(closed, SYSTEM)
            case "wait":
                self.ahead += timedelta(minutes=6)
                later = clock.now() + self.ahead
                for module in ("availability.service", "availability.gaps.service"):
                    self.patch.setattr(f"creneau.{module}.clock_now", lambda: later)
            case "note":
                await note_gaps()
            case _:
                await self._change(deed, start, where)

    async def _change(self, deed: Deed, start: datetime, where: dict[str, Any]) -> None:
        if not self.booked:
            return
        booking = self.booked.pop(deed.slot % len(self.booked))
        if deed.what == "cancel":
            await appointments.cancel(booking.id, SYSTEM)
            return
        wish = MoveRequest(starts_at=start, **where)
        self.booked.append(await appointments.move(booking.id, wish, VISITOR))

    async def _force(self, start: datetime, where: dict[str, Any]) -> None:
        request = SettingRequest(
            motive_id=self.town.motive,
            place_id=where["place_id"],
            resource_ids=[where["resource_id"]],
            starts_at=start,
            identity=JEANNE,
            force_reason="Urgence",
        )
        actor = Actor("agent", self.town.alice)
        self.booked.append(await appointments.set_appointment(request, actor))

    async def _be_away(self, start: datetime, agent: UUID) -> None:
        away = AbsenceDraft(
            resource_id=agent,
            first_day=start.date(),
            start_time=start.time(),
            last_day=start.date(),
            end_time=(start + HALF).time(),
            time_zone="Europe/Paris",
        )
        await planning.create_absence(away, SYSTEM)

    async def firsts(self, motive: UUID) -> dict[UUID, datetime]:
        """Search all that can be booked, and keep the first of each place."""
        now, found = clock.now(), dict[UUID, datetime]()
        for weeks in (0, 8):
            since = now + timedelta(weeks=weeks)
            query = SlotQuery(
                motive_id=motive, starts_from=since, starts_before=since + timedelta(weeks=8)
            )
            for slot in await availability.find_slots(query):
                found.setdefault(slot.place_id, slot.starts_at)
        return found


@pytest.mark.usefixtures("database")
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(full=st.sets(mornings), done=deeds)
async def test_the_first_free_time_is_the_first_of_all_whatever_was_done(
    full: set[tuple[int, int]], done: list[Deed], monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_for(await new_tenant()), monkeypatch.context() as patch:
        town = await furnish()
        of = (town.organisation, town.citizenship)
        long = await new_motive(*of, name="Long", duration_minutes=70)
        padded = await new_motive(*of, name="Large", buffer_before_minutes=10)
        play = Play(town, await new_place(town, "Annexe"), patch)
        await play.open([town.motive, long, padded])
        # Booked up and noted first, most of it: what is done then has something to be wrong about.
        for agent, day in sorted(full):
            for slot in range(SLOTS):
                await play.do(Deed("book", agent, day, slot))
        await note_gaps()
        for deed in done:
            await play.do(deed)
        for motive in (town.motive, long, padded):
            found = await availability.next_available(motive, play.places)
            assert {place: slot.starts_at for place, slot in found.items()} == await play.firsts(
                motive
            )
