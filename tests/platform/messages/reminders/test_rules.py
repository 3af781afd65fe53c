from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from creneau.messages.reminders.rules import due_at, overtaken, to_come
from creneau.motives.rules import checked_motive
from creneau.motives.schemas import MotiveDraft, Reminder
from creneau.refusals import InvalidInput
from msgspec.structs import replace

PARIS = ZoneInfo("Europe/Paris")
HOUR, DAY = 60, 24 * 60
TWO_DAYS, EVENING_BEFORE = Reminder(2 * DAY), Reminder(DAY, time(18))
# Clocks go forward on Sunday 28 March 2027 and back on Sunday 31 October.
MONDAY_IN_SPRING = datetime(2027, 3, 29, 9, tzinfo=PARIS)
MONDAY_IN_AUTUMN = datetime(2027, 11, 1, 9, tzinfo=PARIS)


def local(starts_at: datetime, reminder: Reminder, zone: ZoneInfo = PARIS) -> str:
    found = due_at(starts_at.astimezone(UTC), zone, reminder)
    assert found.utcoffset() == timedelta(0)
    return found.astimezone(zone).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("starts_at", "reminder", "expected"),
    [
        (datetime(2026, 11, 26, 9, 30, tzinfo=PARIS), TWO_DAYS, "Tue 24 09:30"),
        (datetime(2026, 11, 26, 9, 30, tzinfo=PARIS), EVENING_BEFORE, "Wed 25 18:00"),
        (datetime(2026, 11, 26, 9, 30, tzinfo=PARIS), Reminder(7 * DAY), "Thu 19 09:30"),
        (datetime(2026, 11, 26, 9, 30, tzinfo=PARIS), Reminder(2 * HOUR), "Thu 26 07:30"),
        (datetime(2026, 11, 26, 0, 15, tzinfo=PARIS), EVENING_BEFORE, "Wed 25 18:00"),
    ],
)
def test_a_reminder_leaves_so_long_before_or_at_an_hour_of_a_day_before(
    starts_at: datetime, reminder: Reminder, expected: str
) -> None:
    assert local(starts_at, reminder) == expected


@pytest.mark.parametrize(
    ("starts_at", "saturday", "sunday"),
    [(MONDAY_IN_SPRING, "Sat 27", "Sun 28"), (MONDAY_IN_AUTUMN, "Sat 30", "Sun 31")],
)
def test_days_before_are_days_of_the_calendar_when_clocks_change(
    starts_at: datetime, saturday: str, sunday: str
) -> None:
    assert local(starts_at, TWO_DAYS) == f"{saturday} 09:00"
    assert local(starts_at, EVENING_BEFORE) == f"{sunday} 18:00"
    assert local(starts_at, Reminder(36 * HOUR)) == f"{saturday} 21:00"


def test_hours_before_are_hours_that_pass_when_clocks_change() -> None:
    # The night between has 3 hours less one, or 3 and one more.
    spring = datetime(2027, 3, 28, 4, tzinfo=PARIS)
    autumn = datetime(2027, 10, 31, 4, tzinfo=PARIS)
    assert local(spring, Reminder(3 * HOUR)) == "Sun 28 00:00"
    assert local(autumn, Reminder(3 * HOUR)) == "Sun 31 02:00"


def test_an_hour_that_clocks_leave_out_is_the_hour_after_it() -> None:
    assert local(MONDAY_IN_SPRING, Reminder(DAY, time(2, 30))) == "Sun 28 03:30"


def test_a_reminder_follows_the_clock_of_its_place() -> None:
    island = ZoneInfo("Indian/Reunion")
    starts_at = datetime(2026, 11, 26, 9, tzinfo=island)
    assert local(starts_at, EVENING_BEFORE, island) == "Wed 25 18:00"


def test_whoever_books_later_than_a_reminder_gets_no_such_reminder() -> None:
    starts_at = datetime(2026, 11, 26, 8, tzinfo=UTC)
    both = (Reminder(7 * DAY), Reminder(DAY))
    made = starts_at - timedelta(days=3)
    assert to_come(starts_at, PARIS, both, made) == [(Reminder(DAY), starts_at - timedelta(days=1))]
    exactly = starts_at - timedelta(days=1)
    assert to_come(starts_at, PARIS, both, exactly) == []


def test_after_a_long_stop_only_the_last_reminder_leaves() -> None:
    starts_at = datetime(2026, 11, 26, 8, tzinfo=UTC)
    week, day = Reminder(7 * DAY), Reminder(DAY)
    stopped_until = starts_at - timedelta(hours=20)
    assert overtaken(starts_at, PARIS, week, (week, day), stopped_until)
    assert not overtaken(starts_at, PARIS, day, (week, day), stopped_until)
    assert not overtaken(starts_at, PARIS, week, (week, day), starts_at - timedelta(days=6))


@pytest.mark.parametrize(
    ("reminders", "sentence"),
    [
        ((Reminder(5),), "entre 15 minutes et 90 jours"),
        ((Reminder(91 * DAY),), "entre 15 minutes et 90 jours"),
        ((Reminder(90, time(18)),), "comptez en jours entiers"),
        ((TWO_DAYS, TWO_DAYS), "Deux rappels"),
        (tuple(Reminder(days * DAY) for days in range(1, 7)), "Gardez 5 rappels"),
    ],
)
def test_reminders_that_cannot_be_are_refused_with_a_sentence(
    reminders: tuple[Reminder, ...], sentence: str, some_motive: MotiveDraft
) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_motive(replace(some_motive, reminders=reminders))
    assert sentence in refused.value.fields["reminders"]


def test_a_motive_may_remind_of_nothing(some_motive: MotiveDraft) -> None:
    assert checked_motive(replace(some_motive, reminders=())).reminders == ()
