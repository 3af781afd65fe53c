"""First come, first served, at the pace that was set: reckoned, and kept in PostgreSQL alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from creneau.admission import service as admission
from creneau.admission.rules import let_in, standing
from creneau.admission.schemas import Line, Standing, Ticket
from creneau.context import SYSTEM, acting_for
from creneau.refusals import InvalidInput, NotFound
from creneau_infra import clock

from tests.platform.cast import Stranger, Town

NINE = datetime(2026, 12, 1, 8, tzinfo=UTC)


def line(**changes: object) -> Line:
    values: dict[str, object] = {
        "id": UUID(int=1),
        "motive_id": UUID(int=2),
        "opens_at": NINE,
        "per_second": 2.0,
        "last_number": 100,
        "anchor_number": 0,
        "anchor_at": NINE,
        **changes,
    }
    return Line(**values)  # type: ignore[arg-type] - the fields are those above


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def place(number: int, seconds: float, **changes: object) -> Standing:
    return standing(line(**changes), Ticket(UUID(int=1), number), after(seconds))


def test_nobody_is_let_in_before_the_opening_and_then_so_many_each_second() -> None:
    assert [let_in(line(), after(seconds)) for seconds in (-60, -1, 0, 0.4, 0.5, 1, 10)] == [
        *(0, 0, 1, 1, 2, 3, 21)
    ]


def test_a_place_tells_how_many_are_ahead_and_how_long_it_takes() -> None:
    early = place(11, -30)
    assert (early.admitted, early.ahead, early.seconds) == (False, 10, 35.0)
    later = place(11, 3)
    assert (later.admitted, later.ahead, later.seconds) == (False, 3, 2.0)
    assert (place(11, 5).admitted, place(11, 5).ahead, place(11, 5).seconds) == (True, 0, 0.0)
    assert place(11, 50_000).admitted


@pytest.fixture
def at_nine(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """The platform's clock, which a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = NINE
        monkeypatch.setattr(clock, "now", lambda: self.moment)

    def go(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


async def arrive(town: Town) -> Standing:
    found = await admission.take_place(town.motive)
    assert found is not None
    return found


async def now_of(town: Town, known: Standing) -> Standing:
    found = await admission.line_of(town.motive)
    assert found is not None
    there = admission.where(found, Ticket(known.line_id, known.number))
    assert there is not None
    return there


async def test_without_a_line_nobody_waits(town: Town) -> None:
    assert await admission.line_of(town.motive) is None
    assert await admission.take_place(town.motive) is None


async def test_a_crowd_gets_one_number_each_without_a_gap(town: Town) -> None:
    await admission.switch_on(town.motive, clock.now() + timedelta(hours=1), 5, SYSTEM)
    found = await asyncio.gather(*(arrive(town) for _ in range(200)))
    assert sorted(one.number for one in found) == list(range(1, 201))
    assert not any(one.admitted for one in found)


async def test_they_come_in_one_after_the_other_in_the_order_of_arrival(
    town: Town, at_nine: Clock
) -> None:
    await admission.switch_on(town.motive, NINE + timedelta(seconds=10), 1, SYSTEM)
    waiting = [await arrive(town) for _ in range(5)]
    at_nine.go(10)
    for expected in range(1, 6):
        inside = [(await now_of(town, one)).admitted for one in waiting]
        assert inside == [True] * expected + [False] * (5 - expected)
        at_nine.go(1)


async def test_a_quiet_hour_is_no_credit_for_a_crowd(town: Town, at_nine: Clock) -> None:
    await admission.switch_on(town.motive, NINE, 1, SYSTEM)
    at_nine.go(3600)
    found = [await arrive(town) for _ in range(4)]
    assert [one.admitted for one in found] == [True, False, False, False]
    assert [one.ahead for one in found] == [0, 0, 1, 2]
    at_nine.go(3)
    assert all([(await now_of(town, one)).admitted for one in found])
    late = await arrive(town)
    assert (late.admitted, late.ahead) == (False, 0)
    at_nine.go(1)
    assert (await now_of(town, late)).admitted
    assert (await arrive(town)).number == 6


async def test_another_pace_keeps_every_place_and_whoever_is_in(town: Town, at_nine: Clock) -> None:
    await admission.switch_on(town.motive, NINE, 1, SYSTEM)
    found = [await arrive(town) for _ in range(30)]
    at_nine.go(4)
    await admission.switch_on(town.motive, NINE, 10, SYSTEM)
    inside = [(await now_of(town, one)).admitted for one in found]
    assert inside == [True] * 5 + [False] * 25
    at_nine.go(1)
    inside = [(await now_of(town, one)).admitted for one in found]
    assert inside == [True] * 15 + [False] * 15


async def test_a_later_opening_makes_all_wait_who_are_not_in(town: Town, at_nine: Clock) -> None:
    await admission.switch_on(town.motive, NINE, 1, SYSTEM)
    found = [await arrive(town) for _ in range(3)]
    await admission.switch_on(town.motive, NINE + timedelta(minutes=5), 1, SYSTEM)
    at_nine.go(60)
    assert [(await now_of(town, one)).admitted for one in found] == [True, False, False]
    at_nine.go(4 * 60)
    assert [(await now_of(town, one)).admitted for one in found] == [True, True, False]


async def test_a_line_that_is_taken_away_and_put_back_begins_anew(town: Town) -> None:
    await admission.switch_on(town.motive, clock.now(), 1, SYSTEM)
    first = await arrive(town)
    await admission.switch_off(town.motive, SYSTEM)
    assert await admission.line_of(town.motive) is None
    await admission.switch_on(town.motive, clock.now(), 1, SYSTEM)
    again = await admission.line_of(town.motive)
    assert again is not None
    assert admission.where(again, Ticket(first.line_id, first.number)) is None


@pytest.mark.usefixtures("redis")
async def test_with_redis_switching_is_seen_at_once(town: Town) -> None:
    assert await admission.line_of(town.motive) is None
    await admission.switch_on(town.motive, clock.now(), 1, SYSTEM)
    assert await admission.line_of(town.motive) is not None
    await admission.switch_off(town.motive, SYSTEM)
    assert await admission.line_of(town.motive) is None


async def test_what_cannot_be_is_refused(town: Town, stranger: Stranger) -> None:
    for pace in (0.0, 0.001, 1001.0, float("nan")):
        with pytest.raises(InvalidInput):
            await admission.switch_on(town.motive, NINE, pace, SYSTEM)
    for motive in (uuid4(), stranger.town.motive):
        with pytest.raises(NotFound):
            await admission.switch_on(motive, NINE, 1, SYSTEM)
    with pytest.raises(NotFound):
        await admission.switch_off(town.motive, SYSTEM)


async def test_a_stranger_sees_no_line_of_ours(town: Town, stranger: Stranger) -> None:
    await admission.switch_on(town.motive, clock.now(), 1, SYSTEM)
    with acting_for(stranger.tenant):
        assert await admission.line_of(town.motive) is None
        assert await admission.take_place(town.motive) is None
