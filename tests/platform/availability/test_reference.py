"""The set algebra against a slow, obvious reference: minute by minute, in plain Python."""

from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SessionDraft
from creneau.availability import service as availability
from creneau.availability.gaps.service import note_gaps
from creneau.availability.schemas import SlotQuery
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft
from creneau_infra.clock import now as clock_now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.platform.cast import Town, furnish, new_motive, new_tenant
from tests.platform.planning import open_for, slots, soon

PARIS = ZoneInfo("Europe/Paris")
DAY_STARTS, DAY_ENDS = 7 * 60, 20 * 60
Minutes = tuple[int, int]


class Day(msgspec.Struct, frozen=True):
    """One day of two agents, in local minutes since midnight; the motive's own numbers."""

    openings: tuple[list[Minutes], list[Minutes]]
    absences: tuple[list[Minutes], list[Minutes]]
    booked: tuple[list[Minutes], list[Minutes]]
    closures: list[Minutes]
    duration: int
    step: int
    before: int
    after: int


def spans(most: int) -> st.SearchStrategy[list[Minutes]]:
    moments = st.integers(DAY_STARTS // 5, DAY_ENDS // 5).map(lambda number: number * 5)
    span = st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1])
    return st.lists(span, max_size=most)


def two(most: int) -> st.SearchStrategy[tuple[list[Minutes], list[Minutes]]]:
    return st.tuples(spans(most), spans(most))


days = st.builds(
    Day,
    openings=two(3),
    absences=two(2),
    booked=two(3),
    closures=spans(1),
    duration=st.sampled_from([5, 15, 20, 45, 90]),
    step=st.sampled_from([5, 10, 15, 30, 45]),
    before=st.sampled_from([0, 5, 20]),
    after=st.sampled_from([0, 10]),
)


def free(minute: int, taken: list[Minutes]) -> bool:
    return not any(start <= minute < end for start, end in taken)


def fits(day: Day, agent: int, start: int, opening: Minutes) -> bool:
    """Ask every minute of a slot whether it is open and free, and its buffers whether untaken."""
    own = range(start, start + day.duration)
    around = range(start - day.before, start + day.duration + day.after)
    open_then = all(opening[0] <= minute < opening[1] for minute in own)
    taken = day.absences[agent] + day.booked[agent]
    return (
        open_then
        and all(free(minute, day.closures) for minute in own)
        and all(free(minute, taken) for minute in around)
    )


def reference(day: Day) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for agent in (0, 1):
        for opening in day.openings[agent]:
            for start in range(opening[0], opening[1], day.step):
                if fits(day, agent, start, opening):
                    found.setdefault(start, set()).add(agent)
    return found


def disjoint(spans_of_agent: list[Minutes]) -> list[Minutes]:
    kept: list[Minutes] = []
    for start, end in spans_of_agent:
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end))
    return kept


def moment(minute: int) -> datetime:
    date = soon(5)
    return datetime(date.year, date.month, date.day, minute // 60, minute % 60, tzinfo=PARIS)


def clock_time(minute: int) -> time:
    return time(minute // 60, minute % 60)


async def play(day: Day, town: Town) -> tuple[UUID, tuple[UUID, UUID]]:
    """Bring the day into the database by the product's own functions."""
    motive = await new_motive(
        town.organisation,
        town.citizenship,
        name="Essai",
        duration_minutes=day.duration,
        step_minutes=day.step,
        buffer_before_minutes=day.before,
        buffer_after_minutes=day.after,
    )
    meeting = await new_motive(town.organisation, town.citizenship, name="Atelier", capacity=9)
    agents = (town.alice, town.bea)
    for agent, openings, absences, booked in zip(
        agents, day.openings, day.absences, day.booked, strict=True
    ):
        await fill(town, agent, motive, meeting, openings, absences, booked)
    for start, end in day.closures:
        closed = ClosureDraft(starts_at=moment(start), ends_at=moment(end))
        await planning.create_closure(closed, SYSTEM)
    return motive, agents


async def fill(
    town: Town,
    agent: UUID,
    motive: UUID,
    meeting: UUID,
    openings: list[Minutes],
    absences: list[Minutes],
    booked: list[Minutes],
) -> None:
    for start, end in openings:
        hours = {"start_time": clock_time(start), "end_time": clock_time(end)}
        await open_for(town, agent, soon(5), motive_ids=[motive], **hours)
    for start, end in absences:
        away = AbsenceDraft(
            resource_id=agent,
            first_day=soon(5),
            start_time=clock_time(start),
            last_day=soon(5),
            end_time=clock_time(end),
            time_zone="Europe/Paris",
        )
        await planning.create_absence(away, SYSTEM)
    for start, end in booked:
        draft = SessionDraft(
            motive_id=meeting,
            place_id=town.place,
            resource_ids=(agent,),
            starts_at=moment(start),
            ends_at=moment(end),
        )
        await appointments.create_session(draft, SYSTEM)


async def told_to_programs(town: Town, motive_id: UUID) -> dict[datetime, list[UUID]]:
    query = SlotQuery(
        motive_id=motive_id, starts_from=moment(0), starts_before=moment(23 * 60 + 59)
    )
    async with tenant_transaction() as tx:
        motive = await availability.open_motive(tx, motive_id)
        found = await availability.free_starts(tx, motive, query, clock_now(), " ")
    assert {start.place_id for start in found} <= {town.place}
    return {
        datetime.fromtimestamp(start.at, UTC): sorted(map(UUID, start.resource_ids.split(" ")))
        for start in found
    }


@pytest.mark.usefixtures("database")
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(day=days)
async def test_a_search_finds_what_asking_minute_by_minute_finds(day: Day) -> None:
    day = msgspec.structs.replace(day, booked=(disjoint(day.booked[0]), disjoint(day.booked[1])))
    with acting_for(await new_tenant()):
        town = await furnish()
        motive, agents = await play(day, town)
        found = {
            slot.starts_at: sorted(slot.resource_ids)
            for slot in await slots(town, soon(5), motive_id=motive)
        }
        told = await told_to_programs(town, motive)
        await note_gaps()
        first = await availability.next_available(motive, [town.place])
    expected = {
        moment(start).astimezone(UTC): sorted(agents[number] for number in who)
        for start, who in reference(day).items()
    }
    assert found == expected
    assert told == expected
    assert [slot.starts_at for slot in first.values()] == sorted(expected)[:1]
