from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from creneau.context import SYSTEM
from creneau.messages.reminders.quiet import not_before
from creneau.messages.reminders.service import sms_not_before
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.sms.schemas import QuietHours

from tests.platform.cast import Town

PARIS = ZoneInfo("Europe/Paris")
USUAL = QuietHours()
NEVER = QuietHours(begins=time(0), ends=time(0), sundays=False, holidays=False)
AT_NOON = QuietHours(begins=time(12), ends=time(14), sundays=False, holidays=False)


def christmas(day: date) -> bool:
    return (day.month, day.day) == (12, 25)


@pytest.mark.parametrize(
    ("quiet", "asked", "expected"),
    [
        (USUAL, "2026-11-24 10:15", "2026-11-24 10:15"),
        (USUAL, "2026-11-24 08:00", "2026-11-24 08:00"),
        (USUAL, "2026-11-24 07:59", "2026-11-24 08:00"),
        (USUAL, "2026-11-24 20:00", "2026-11-25 08:00"),
        (USUAL, "2026-11-24 23:30", "2026-11-25 08:00"),
        (USUAL, "2026-11-28 21:00", "2026-11-30 08:00"),
        (USUAL, "2026-11-29 10:00", "2026-11-30 08:00"),
        (USUAL, "2026-12-25 10:00", "2026-12-26 08:00"),
        (USUAL, "2026-12-24 22:00", "2026-12-26 08:00"),
        (NEVER, "2026-11-29 03:00", "2026-11-29 03:00"),
        (AT_NOON, "2026-11-24 13:00", "2026-11-24 14:00"),
        (AT_NOON, "2026-11-24 14:00", "2026-11-24 14:00"),
        (AT_NOON, "2026-11-24 23:00", "2026-11-24 23:00"),
        # Clocks change in these nights.
        (USUAL, "2027-03-27 21:00", "2027-03-29 08:00"),
        (USUAL, "2026-10-24 21:00", "2026-10-26 08:00"),
    ],
)
def test_an_sms_that_can_wait_leaves_neither_at_night_nor_on_a_sunday_or_holiday(
    quiet: QuietHours, asked: str, expected: str
) -> None:
    moment = datetime.fromisoformat(asked).replace(tzinfo=PARIS)
    found = not_before(moment.astimezone(UTC), quiet, PARIS, christmas)
    assert found.astimezone(PARIS).strftime("%Y-%m-%d %H:%M") == expected


def test_hours_that_leave_no_moment_hold_nothing_back_for_ever() -> None:
    always = QuietHours(begins=time(0), ends=time(23, 59, 59, 999999), sundays=True, holidays=True)
    moment = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert not_before(moment, always, PARIS, lambda _day: True) == moment


async def test_the_hours_and_holidays_are_those_of_the_place(town: Town) -> None:
    island = await organisations.create_organisation(
        OrganisationDraft(name="Annexe", time_zone="Indian/Reunion", territory="RE"), SYSTEM
    )
    evening = datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert await sms_not_before(town.organisation, evening) == evening
    assert await sms_not_before(island, evening) == datetime(2026, 11, 25, 4, tzinfo=UTC)
    abolition = datetime(2027, 12, 20, 8, tzinfo=UTC)
    assert await sms_not_before(town.organisation, abolition) == abolition
    assert await sms_not_before(island, abolition) == datetime(2027, 12, 21, 4, tzinfo=UTC)
