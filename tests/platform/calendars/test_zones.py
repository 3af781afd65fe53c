"""Every calendar file changes its clocks when the law says, whoever reads it: a library, or arithmetic."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from creneau.calendars import writing
from creneau.calendars.schemas import Happening
from creneau.context import acting_for
from creneau.messages import calendar
from icalendar import Calendar
from msgspec.structs import replace

from tests.platform.messages.cast import BOOKING, PLACE, TENANT

AN_HOUR = timedelta(hours=1)
ZONES = ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "America/Miquelon")
SEASONS = tuple(datetime(2027, month, 15, 9, tzinfo=UTC) for month in (1, 4, 7, 10))
CHANGES = {
    "Europe/Paris": ((3, 28), (10, 31)),
    "America/Miquelon": ((3, 14), (11, 7)),
}
Writer = Callable[[str, datetime], bytes]


def mailed(zone: str, starts_at: datetime) -> bytes:
    booking = replace(BOOKING, starts_at=starts_at, ends_at=starts_at + AN_HOUR)
    return calendar.event(booking, replace(PLACE, time_zone=zone), TENANT, "PUBLISH")


def subscribed(zone: str, starts_at: datetime) -> bytes:
    one = Happening(
        id=BOOKING.id,
        resource_id=UUID(int=9),
        starts_at=starts_at,
        ends_at=starts_at + AN_HOUR,
        time_zone=zone,
        sequence=0,
        standing="taken",
        changed_at=starts_at,
        motive_name="Passeport",
        title="",
        location_type="on_site",
        place_name="Mairie",
        address="",
        access_information="",
        phone="",
        first_name="",
        last_name="",
        resource_labels=(),
        group_session=False,
        seats=1,
    )
    with acting_for(TENANT):
        return writing.single(one, TENANT, "motive", "https://ville.example.org/")


def moments(zone: str) -> list[datetime]:
    """Give a moment of each season, and the hours around every change of the clock."""
    hours = (
        datetime(2027, *day, tzinfo=UTC) + timedelta(minutes=30 * half)
        for day in CHANGES.get(zone, ())
        for half in range(-4, 56)
    )
    return [*SEASONS, *hours]


def changes_in(content: bytes) -> list[tuple[datetime, timedelta]]:
    """Read a file's only zone without any library: when each change comes (UTC), and to what offset."""
    text = content.decode().replace("\r\n ", "")
    inside = text.split("BEGIN:VTIMEZONE", 1)[1].split("END:VTIMEZONE", 1)[0]
    found: list[tuple[datetime, timedelta]] = []
    for part in inside.split("END:")[:-1]:
        said = dict(line.split(":", 1) for line in part.split("\r\n") if ":" in line)
        local = datetime.strptime(said["DTSTART"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        found.append((local - offset(said["TZOFFSETFROM"]), offset(said["TZOFFSETTO"])))
    return sorted(found)


def offset(text: str) -> timedelta:
    whole = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return -whole if text.startswith("-") else whole


def started(content: bytes, changes: list[tuple[datetime, timedelta]]) -> datetime:
    """Read when the file's only event starts, without any library (RFC 5545: by its first coming)."""
    event = content.decode().split("BEGIN:VEVENT", 1)[1]
    (line,) = (line for line in event.split("\r\n") if line.startswith("DTSTART"))
    text = line.rpartition(":")[2]
    local = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    if text.endswith("Z"):
        return local
    return next(at for _, to in changes if offset_at(changes, at := local - to) == to)


def offset_at(changes: list[tuple[datetime, timedelta]], moment: datetime) -> timedelta:
    return [to for at, to in changes if at <= moment][-1]


@pytest.mark.parametrize("write", [mailed, subscribed])
@pytest.mark.parametrize("zone", ZONES)
def test_a_file_has_the_laws_offset_at_every_hour_by_plain_arithmetic(
    write: Writer, zone: str
) -> None:
    changes = changes_in(write(zone, SEASONS[0]))
    for moment in moments(zone):
        assert offset_at(changes, moment) == moment.astimezone(ZoneInfo(zone)).utcoffset(), moment


@pytest.mark.parametrize("write", [mailed, subscribed])
@pytest.mark.parametrize("zone", ZONES)
def test_a_file_has_the_laws_offset_at_every_hour_by_a_library(write: Writer, zone: str) -> None:
    read = Calendar.from_ical(write(zone, SEASONS[0]))
    (described,) = read.timezones  # type: ignore[union-attr] - a calendar, not a list of them
    own = described.to_tz(lookup_tzid=False)
    for moment in moments(zone):
        law = moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert moment.astimezone(own).utcoffset() == law, moment


@pytest.mark.parametrize("write", [mailed, subscribed])
@pytest.mark.parametrize("zone", ZONES)
def test_an_event_is_read_at_its_instant_whenever_it_is(write: Writer, zone: str) -> None:
    changes = changes_in(write(zone, SEASONS[0]))
    for moment in moments(zone):
        content = write(zone, moment)
        assert started(content, changes) == moment, moment
        (event,) = Calendar.from_ical(content).events  # type: ignore[union-attr]
        assert event.start == moment, moment
