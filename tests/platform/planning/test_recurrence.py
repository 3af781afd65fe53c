"""Repetition against a slow, obvious reference: day by day, in plain Python."""

from calendar import monthrange
from datetime import date, timedelta
from time import process_time
from typing import Any

import msgspec
import pytest
from creneau.planning.recurrence import check_repetition, days, ended_before, with_fewer
from creneau.refusals import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST = date(2026, 11, 23)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in plain words; `weekdays` are (number in the month or None, weekday)."""

    freq: str
    every: int
    weekdays: tuple[tuple[int | None, int], ...] = ()
    monthdays: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None

    def text(self) -> str:
        parts = [f"FREQ={self.freq}", f"INTERVAL={self.every}"]
        if self.weekdays:
            named = (f"{number or ''}{NAMES[weekday]}" for number, weekday in self.weekdays)
            parts.append(f"BYDAY={','.join(named)}")
        if self.monthdays:
            parts.append(f"BYMONTHDAY={','.join(map(str, self.monthdays))}")
        if self.count:
            parts.append(f"COUNT={self.count}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)


def positions(day: date) -> set[int]:
    """Count which of its weekday a day is in its month, from both ends."""
    length = monthrange(day.year, day.month)[1]
    return {(day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)}


def is_meant(rule: Rule, first: date, day: date) -> bool:
    if rule.freq == "DAILY":
        return (day - first).days % rule.every == 0
    if rule.freq == "WEEKLY":
        monday = first - timedelta(days=first.weekday())
        weekdays = {weekday for _number, weekday in rule.weekdays} or {first.weekday()}
        return (day - monday).days // 7 % rule.every == 0 and day.weekday() in weekdays
    months = 12 * (day.year - first.year) + day.month - first.month
    if months % rule.every:
        return False
    if rule.weekdays:
        return any(
            day.weekday() == weekday and (number is None or number in positions(day))
            for number, weekday in rule.weekdays
        )
    from_end = day.day - monthrange(day.year, day.month)[1] - 1
    return not {day.day, from_end}.isdisjoint(rule.monthdays or (first.day,))


def reference(rule: Rule, first: date, last: date) -> list[date]:
    """Ask every day."""
    each = (first + timedelta(days=number) for number in range((last - first).days + 1))
    found = [
        day
        for day in each
        if is_meant(rule, first, day) and (rule.until is None or day <= rule.until)
    ]
    return found[: rule.count]


def ends() -> st.SearchStrategy[dict[str, Any]]:
    until = st.dates(FIRST, date(2029, 1, 1)).map(lambda day: {"until": day})
    return st.one_of(st.just({}), st.integers(1, 40).map(lambda n: {"count": n}), until)


def rules() -> st.SearchStrategy[Rule]:
    every = st.integers(1, 5)
    weekday = st.integers(0, 6)
    plain = st.lists(weekday.map(lambda day: (None, day)), unique=True, max_size=7).map(tuple)
    nth = st.lists(
        st.tuples(st.sampled_from([None, 1, 2, 3, 4, 5, -1, -2, -5]), weekday),
        unique=True,
        min_size=1,
        max_size=3,
    ).map(tuple)
    monthday = st.integers(1, 31) | st.integers(-31, -1)
    monthdays = st.lists(monthday, unique=True, max_size=3).map(tuple)
    kinds = st.one_of(
        st.builds(dict, freq=st.just("DAILY"), every=every),
        st.builds(dict, freq=st.just("WEEKLY"), every=every, weekdays=plain),
        st.builds(dict, freq=st.just("MONTHLY"), every=every, weekdays=nth),
        st.builds(dict, freq=st.just("MONTHLY"), every=every, monthdays=monthdays),
    )
    return st.tuples(kinds, ends()).map(lambda parts: Rule(**parts[0], **parts[1]))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(rule=rules(), first=st.dates(FIRST, date(2028, 3, 1)))
def test_a_rule_means_the_days_that_asking_every_day_finds(rule: Rule, first: date) -> None:
    last = first + timedelta(days=900)
    assert list(days(first, rule.text(), last)) == reference(rule, first, last)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(rule=rules(), cut=st.integers(1, 12))
def test_a_rule_cut_in_two_means_the_same_days(rule: Rule, cut: int) -> None:
    last = FIRST + timedelta(days=900)
    whole = list(days(FIRST, rule.text(), last))
    if cut >= len(whole):
        return
    first_part = list(days(FIRST, ended_before(rule.text(), whole[cut]), last))
    assert first_part == whole[:cut]
    if rule.freq == "DAILY":
        rest = with_fewer(rule.text(), cut)
        assert list(days(whole[cut], rest, last)) == whole[cut:]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "n'importe quoi",
        "FREQ=",
        "FREQ=SECONDLY",
        "FREQ=YEARLY",
        "INTERVAL=2",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=999999999",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=100000",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20260101",
        "FREQ=DAILY;UNTIL=20261301",
        "FREQ=DAILY;UNTIL=99991231T235959Z;BYSECOND=1",
        "FREQ=DAILY;BYHOUR=1",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=0",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367",
        "FREQ=MONTHLY;BYDAY=9MO",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=MO",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;UNTIL=20271231",
        "DTSTART:20260101T000000\nRRULE:FREQ=DAILY",
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_once(rule: str) -> None:
    before = process_time()
    with pytest.raises(InvalidInput) as refusal:
        check_repetition(rule, FIRST)
    assert set(refusal.value.fields) == {"recurrence"}
    # Of the processor's time, which waiting for others does not lengthen.
    assert process_time() - before < 0.05


def test_a_rule_that_never_ends_is_followed_to_the_day_that_is_asked() -> None:
    check_repetition("FREQ=DAILY;UNTIL=99991231", date(2100, 12, 30))
    assert len(list(days(FIRST, "FREQ=DAILY", date.max))) == (date(2100, 12, 31) - FIRST).days + 1
