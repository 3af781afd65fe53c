"""Weeks as the pages of slots name and fill them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from creneau.i18n import current_locale
from creneau_web.public.slot_values import SlotChoice
from creneau_web.public.weeks import SlotView, Week, days_of

PARIS = ZoneInfo("Europe/Paris")
WEEK = Week(date(2026, 11, 23))


def test_a_week_is_that_of_the_places_own_calendar() -> None:
    sunday_evening = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert Week.of(sunday_evening, PARIS) == WEEK
    assert Week.of(sunday_evening, ZoneInfo("America/Martinique")) == WEEK.shifted(-1)


@pytest.mark.parametrize("code", ["2026-W48", "2026-W53", "2020-W53", "2027-W01"])
def test_a_week_is_read_back_as_it_was_written(code: str) -> None:
    week = Week.parse(code)
    assert week is not None
    assert week.code == code


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-W", "2026-W54", "W48", "0-W1", "²-W1", "2026-W-1"]
)
def test_what_is_no_week_is_none(text: str) -> None:
    assert Week.parse(text) is None


@pytest.mark.parametrize(
    ("monday", "french", "english"),
    [
        (date(2026, 11, 23), "du 23 au 29 novembre 2026", "23 to 29 November 2026"),
        (date(2026, 11, 30), "du 30 novembre au 6 décembre 2026", "30 November to 6 December 2026"),
        (
            date(2026, 12, 28),
            "du 28 décembre 2026 au 3 janvier 2027",
            "28 December 2026 to 3 January 2027",
        ),
        (date(2027, 2, 1), "du 1er au 7 février 2027", "1 to 7 February 2027"),
    ],
)
def test_a_week_is_named_in_words(monday: date, french: str, english: str) -> None:
    assert Week(monday).title == f"Semaine {french}"
    token = current_locale.set("en")
    try:
        assert english.split(" to ")[1] in Week(monday).title
    finally:
        current_locale.reset(token)


def test_a_week_lasts_as_long_as_the_clock_change_makes_it() -> None:
    start, end = Week(date(2026, 10, 19)).bounds(PARIS)
    assert (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() == (7 * 24 + 1) * 3600


def test_days_gone_by_and_empty_weekends_are_left_out() -> None:
    saturday = SlotView(starts_at=datetime(2026, 11, 28, 9, tzinfo=PARIS), value="x")
    shown = days_of(WEEK, [saturday], date(2026, 11, 25))
    assert [day.day.day for day in shown] == [25, 26, 27, 28]
    assert [len(day.slots) for day in shown] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    "value",
    ["2026-11-24T08:30:00Z", "2026-11-24T08:30:00Z~01a1f9dd-cb62-7f99-9d66-da38aea0a140"],
)
def test_a_slot_is_read_back_as_it_was_written(value: str) -> None:
    choice = SlotChoice.parse(value)
    assert choice is not None
    assert choice.value == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "lundi",
        "2026-11-24T08:30:00",
        "2026-11-24T08:30:00Z~x",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+12:00",
    ],
)
def test_what_no_slot_can_be_is_none(value: str) -> None:
    assert SlotChoice.parse(value) is None
