"""What a calendar elsewhere says, read as busy times: repeated, moved, whole days, other zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from creneau.calendars.apart import read_apart
from creneau.calendars.expanding import Found, Question, found_in

PARIS = ZoneInfo("Europe/Paris")
ASKED = Question(
    starts_at=datetime(2027, 3, 1, tzinfo=PARIS),
    ends_at=datetime(2027, 5, 1, tzinfo=PARIS),
    zone="Europe/Paris",
    own_uids="@ville",
    email="bea@exemple.fr",
)
OUTLOOK = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def _named(event: str, at: int) -> str:
    return event if "UID:" in event else f"UID:{at}@x\n{event}"


def calendar(*events: str, before: str = "") -> bytes:
    inside = "".join(
        f"BEGIN:VEVENT\nDTSTAMP:20270101T000000Z\n{_named(event, at)}\nEND:VEVENT\n"
        for at, event in enumerate(events)
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\n{before}{inside}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def local(*times: str) -> list[tuple[datetime, datetime]]:
    """Read "2027-03-02 9:00-10:00" as Paris writes it."""
    found: list[tuple[datetime, datetime]] = []
    for text in times:
        day, _, hours = text.partition(" ")
        start, _, end = hours.partition("-")
        found.append(
            (
                datetime.strptime(f"{day} {start}", "%Y-%m-%d %H:%M").replace(tzinfo=PARIS),
                datetime.strptime(f"{day} {end}", "%Y-%m-%d %H:%M").replace(tzinfo=PARIS),
            )
        )
    return found


def times_of(*events: str, before: str = "") -> list[tuple[datetime, datetime]]:
    found = found_in(calendar(*events, before=before), ASKED)
    assert found.failure == ""
    return [(start.astimezone(PARIS), end.astimezone(PARIS)) for start, end in found.times]


@pytest.mark.parametrize(
    ("event", "times"),
    [
        ("DTSTART:20270302T080000Z\nDTEND:20270302T090000Z", ["2027-03-02 9:00-10:00"]),
        ("DTSTART:20270302T090000\nDURATION:PT30M", ["2027-03-02 9:00-9:30"]),
        (
            "DTSTART;TZID=America/New_York:20270302T090000\nDTEND;TZID=America/New_York:20270302T100000",
            ["2027-03-02 15:00-16:00"],
        ),
        ("DTSTART:20270302T080000Z\nDTEND:20270302T080000Z", []),
        ("DTSTART:20270302T080000Z\nDTEND:20270302T090000Z\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20270302T080000Z\nDTEND:20270302T090000Z\nSTATUS:CANCELLED", []),
        ("DTSTART:20270302T080000Z\nDTEND:20270302T090000Z\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("DTSTART:20270302T080000Z\nDTEND:20270302T090000Z\nUID:01234567-0000@ville", []),
        (
            "DTSTART:20270302T080000Z\nDTEND:20270302T090000Z\nATTENDEE;PARTSTAT=DECLINED:mailto:bea@exemple.fr",
            [],
        ),
        (
            "DTSTART:20270302T080000Z\nDTEND:20270302T090000Z\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@exemple.fr",
            ["2027-03-02 9:00-10:00"],
        ),
        ("DTSTART:20200302T080000Z\nDTEND:20200302T090000Z", []),
        ("DTSTART:20300302T080000Z\nDTEND:20300302T090000Z", []),
    ],
)
def test_an_event_is_busy_or_is_not(event: str, times: list[str]) -> None:
    assert times_of(event) == local(*times)


def test_a_whole_day_is_one_of_the_agents_own_zone_though_it_has_23_hours() -> None:
    ((start, end),) = times_of("DTSTART;VALUE=DATE:20270328\nDTEND;VALUE=DATE:20270329")
    assert (start, end) == (
        datetime(2027, 3, 28, tzinfo=PARIS),
        datetime(2027, 3, 29, tzinfo=PARIS),
    )
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)


def test_a_weekly_meeting_keeps_its_local_time_over_the_change_of_clocks() -> None:
    found = times_of(
        "DTSTART;TZID=Europe/Paris:20270322T090000\nDTEND;TZID=Europe/Paris:20270322T100000\n"
        "RRULE:FREQ=WEEKLY;COUNT=2"
    )
    assert found == local("2027-03-22 9:00-10:00", "2027-03-29 9:00-10:00")
    assert found[1][0].astimezone(UTC) - found[0][0].astimezone(UTC) == timedelta(days=7, hours=-1)


def test_a_zone_that_a_program_describes_itself_is_followed() -> None:
    found = times_of(
        "DTSTART;TZID=Customized Time Zone:20270322T090000\n"
        "DTEND;TZID=Customized Time Zone:20270322T100000\nRRULE:FREQ=WEEKLY;COUNT=2",
        before=OUTLOOK,
    )
    assert found == local("2027-03-22 9:00-10:00", "2027-03-29 9:00-10:00")


def test_exceptions_of_a_series_are_followed() -> None:
    series = (
        "UID:s@x\nDTSTART;TZID=Europe/Paris:20270301T090000\nDTEND;TZID=Europe/Paris:20270301T100000\n"
        "RRULE:FREQ=DAILY;COUNT=4\nEXDATE;TZID=Europe/Paris:20270302T090000"
    )
    moved = (
        "UID:s@x\nRECURRENCE-ID;TZID=Europe/Paris:20270303T090000\n"
        "DTSTART;TZID=Europe/Paris:20270303T140000\nDTEND;TZID=Europe/Paris:20270303T150000"
    )
    cancelled = (
        "UID:s@x\nRECURRENCE-ID;TZID=Europe/Paris:20270304T090000\nSTATUS:CANCELLED\n"
        "DTSTART;TZID=Europe/Paris:20270304T090000\nDTEND;TZID=Europe/Paris:20270304T100000"
    )
    found = times_of(series, moved, cancelled)
    assert found == local("2027-03-01 9:00-10:00", "2027-03-03 14:00-15:00")


def test_meetings_at_one_time_are_one_absence() -> None:
    found = times_of(
        "DTSTART:20270302T080000Z\nDTEND:20270302T090000Z",
        "DTSTART:20270302T083000Z\nDTEND:20270302T084500Z",
        "DTSTART:20270302T090000Z\nDTEND:20270302T093000Z",
    )
    assert found == local("2027-03-02 9:00-10:30")


def test_what_lasts_over_the_bounds_is_cut_there() -> None:
    ((start, end),) = times_of("DTSTART;VALUE=DATE:20200101\nDTEND;VALUE=DATE:20400101")
    assert (start, end) == (ASKED.starts_at, ASKED.ends_at)


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", "not_a_calendar"),
        (b"<html>Sign in</html>", "not_a_calendar"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "not_a_calendar"),
        (calendar("DTSTART:20270302T080000Z\nRRULE:FREQ=MINUTELY"), "too_often"),
        (calendar("DTSTART:20270302T080000Z\nRRULE:FREQ=SECONDLY"), "too_often"),
        (calendar("DTSTART:never\nDTEND:20270302T090000Z"), "bad_event"),
        (calendar("SUMMARY:no time at all"), "bad_event"),
        (calendar("DTSTART:20270302T080000Z\nRRULE:FREQ=NEVER"), "bad_event"),
    ],
)
def test_what_cannot_be_read_has_a_name(content: bytes, failure: str) -> None:
    assert found_in(content, ASKED) == Found(failure=failure)


async def test_a_calendar_is_read_in_a_process_of_its_own() -> None:
    found = await read_apart(calendar("DTSTART:20270302T080000Z\nDTEND:20270302T090000Z"), ASKED)
    (times,) = found.times
    assert times == local("2027-03-02 9:00-10:00")[0]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:00010101T000000Z\nDTEND:00010101T000001Z\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:20270302T080000Z\nDTEND:20270302T090000Z\nRRULE:FREQ=HOURLY;INTERVAL=0",
    ],
)
async def test_a_rule_that_never_ends_ends_its_own_process_alone(
    event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creneau.calendars.apart.SECONDS", 2.0)
    assert await read_apart(calendar(event), ASKED) == Found(failure="unreadable")
