"""Local times that a night has not, or has twice (C-15)."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from creneau.planning.rules import in_utc
from creneau.planning.wall_clock import Gap, gap_at, is_twice

PARIS = ZoneInfo("Europe/Paris")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


@pytest.mark.parametrize(("at", "counts"), [(time(2), time(3)), (time(2, 30), time(3, 30))])
def test_a_time_that_clocks_skip_is_told_with_what_they_skip(at: time, counts: time) -> None:
    assert gap_at(SPRING, at, PARIS) == Gap(begins=time(2), ends=time(3), counts=counts)
    assert in_utc(SPRING, at, PARIS) == in_utc(SPRING, counts, PARIS)


@pytest.mark.parametrize("at", [time(0), time(1, 59), time(3), time(12)])
def test_the_other_times_of_that_day_are_there_once(at: time) -> None:
    assert gap_at(SPRING, at, PARIS) is None
    assert not is_twice(SPRING, at, PARIS)


def test_a_time_that_clocks_go_back_over_is_there_twice_and_the_first_one_counts() -> None:
    assert is_twice(AUTUMN, time(2, 30), PARIS)
    assert gap_at(AUTUMN, time(2, 30), PARIS) is None
    assert in_utc(AUTUMN, time(2, 30), PARIS).hour == 0
    for at in (time(1, 59), time(3)):
        assert not is_twice(AUTUMN, at, PARIS)


@pytest.mark.parametrize("zone", ["Indian/Reunion", "America/Martinique", "Pacific/Noumea"])
def test_where_clocks_never_change_every_time_is_there_once(zone: str) -> None:
    for day in (SPRING, AUTUMN):
        assert gap_at(day, time(2, 30), ZoneInfo(zone)) is None
        assert not is_twice(day, time(2, 30), ZoneInfo(zone))


def test_clocks_change_where_they_do_and_not_where_the_rest_of_the_country_is() -> None:
    miquelon = ZoneInfo("America/Miquelon")
    assert gap_at(SPRING, time(2, 30), miquelon) is None
    assert gap_at(date(2027, 3, 14), time(2, 30), miquelon) is not None
