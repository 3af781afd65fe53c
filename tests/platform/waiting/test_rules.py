"""How long an offer is held: only the day counts, and the start of the slot ends it (C-28)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from creneau.waiting.rules import answer_by

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
LATER = datetime(2027, 1, 1, tzinfo=PARIS)


def on(day: int, hour: int, minute: int = 0, zone: ZoneInfo = PARIS) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("made", "minutes", "until"),
    [
        (on(23, 10), 120, on(23, 12)),
        (on(23, 18), 120, on(23, 20)),
        (on(23, 19, 30), 120, on(24, 9, 30)),
        (on(23, 22), 120, on(24, 10)),
        (on(23, 3), 120, on(23, 10)),
        (on(23, 19), 24 * 60, on(25, 19)),
    ],
)
def test_the_night_does_not_count(made: datetime, minutes: int, until: datetime) -> None:
    assert answer_by(made, minutes, PARIS, LATER) == until


def test_day_and_night_are_those_of_the_place() -> None:
    made = on(23, 18, zone=PARIS)  # 21 o'clock in Réunion
    assert answer_by(made, 120, REUNION, LATER) == on(24, 10, zone=REUNION)


def test_a_day_of_25_hours_has_the_same_hours_to_answer() -> None:
    saturday = datetime(2026, 10, 24, 19, 30, tzinfo=PARIS)
    assert answer_by(saturday, 120, PARIS, LATER) == datetime(2026, 10, 25, 9, 30, tzinfo=PARIS)


def test_an_offer_ends_before_its_slot_does_and_is_not_made_without_time_to_answer() -> None:
    made = on(23, 10)
    latest = made + timedelta(minutes=40)
    assert answer_by(made, 120, PARIS, latest) == latest
    assert answer_by(made, 120, PARIS, made + timedelta(minutes=14)) is None
    assert answer_by(made, 120, PARIS, made - timedelta(days=1)) is None
