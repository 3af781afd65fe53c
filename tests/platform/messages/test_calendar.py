from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from creneau.context import acting_for
from creneau.messages import calendar as module
from creneau.messages.calendar import Method, event
from icalendar import Calendar, Event
from msgspec.structs import replace

from tests.platform.messages.cast import BOOKING, PLACE, TENANT


def read_back(content: bytes) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    (entry,) = calendar.events
    return calendar, entry


def written(method: Method = "PUBLISH", **changes: Any) -> tuple[Calendar, Event]:
    return read_back(event(replace(BOOKING, **changes), PLACE, TENANT, method))


def test_an_event_keeps_its_uid_and_counts_its_changes() -> None:
    _, first = written()
    _, moved = written(sequence=2, starts_at=BOOKING.starts_at + timedelta(days=1))
    assert first["UID"] == moved["UID"] == f"{BOOKING.id}@ville"
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 2)


def test_an_event_stands_in_the_time_zone_of_its_place() -> None:
    calendar, entry = written()
    assert entry["DTSTART"].params["TZID"] == "Europe/Paris"
    assert entry.start == BOOKING.starts_at
    assert entry.end == BOOKING.ends_at
    assert [zone.tz_name for zone in calendar.timezones] == ["Europe/Paris"]


@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ],
)
def test_an_event_on_a_day_when_clocks_change_keeps_its_instant_and_length(
    starts_at: datetime,
) -> None:
    _, entry = written(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    assert isinstance(entry.start, datetime)
    assert isinstance(entry.end, datetime)
    assert entry.start.astimezone(UTC) == starts_at
    assert entry.end.astimezone(UTC) - entry.start.astimezone(UTC) == timedelta(hours=1)


def test_a_cancellation_says_so() -> None:
    calendar, entry = written("CANCEL", sequence=1)
    assert calendar["METHOD"] == "CANCEL"
    assert entry["STATUS"] == "CANCELLED"


def test_an_event_says_where_with_whom_and_how_to_come_without_a_link() -> None:
    _, entry = written()
    assert entry["LOCATION"] == "Mairie principale, 1 place de la Mairie, 35000 Saint-Aubin"
    assert "Avec : Nadia Benali" in str(entry["DESCRIPTION"])
    assert "Entrée par la cour" in str(entry["DESCRIPTION"])
    assert b"http" not in event(BOOKING, PLACE, TENANT, "PUBLISH")


def test_a_telephone_appointment_is_at_no_place() -> None:
    content = event(BOOKING, PLACE, TENANT, "PUBLISH", location_type="phone")
    _, entry = read_back(content)
    assert entry["LOCATION"] == "Par téléphone"
    assert "Entrée par la cour" not in str(entry["DESCRIPTION"])


def test_line_ends_in_names_make_no_second_property() -> None:
    evil = "Carte\r\nATTENDEE:mailto:eve@example.org\rBEGIN:VALARM\nX-EVIL:1"
    booking = replace(BOOKING, motive_name=evil, resource_labels=(evil,))
    place = replace(PLACE, name=evil, access_information=evil, phone=evil)
    tenant = replace(TENANT, name=evil)
    content = event(booking, place, tenant, "PUBLISH", organizer=f"a@example.org{evil}")
    calendar, entry = read_back(content)
    assert [component.name for component in calendar.walk()].count("VALARM") == 0
    assert "ATTENDEE" not in entry
    assert not [line for line in content.splitlines() if line.startswith((b"X-EVIL", b"ATTENDEE"))]


def test_an_event_speaks_the_current_language() -> None:
    with acting_for(TENANT, "en"):
        _, entry = written()
    assert "With: Nadia Benali" in str(entry["DESCRIPTION"])


def test_an_invitation_names_who_invites_and_who_comes_and_asks_for_no_answer() -> None:
    content = event(
        BOOKING,
        PLACE,
        TENANT,
        "REQUEST",
        organizer="accueil@ville.example.org",
        attendee=("Alice Martin", "alice@example.org"),
    )
    calendar, entry = read_back(content)
    assert calendar["METHOD"] == "REQUEST"
    assert entry["ORGANIZER"] == "mailto:accueil@ville.example.org"
    invited = entry["ATTENDEE"]
    assert invited == "mailto:alice@example.org"
    assert invited.params["CN"] == "Alice Martin"
    assert invited.params["PARTSTAT"] == "ACCEPTED"
    assert invited.params["RSVP"] == "FALSE"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_what_a_person_is_called_begins_no_property(method: Method) -> None:
    name = 'Alice"\r\nATTENDEE:mailto:eve@example.org\r\n;CN=x:\nBEGIN:VALARM'
    content = event(
        BOOKING,
        PLACE,
        TENANT,
        method,
        organizer="accueil@ville.example.org\r\nX-EVIL:1",
        attendee=(name, "alice@example.org"),
    )
    calendar, entry = read_back(content)
    assert entry["ATTENDEE"] == "mailto:alice@example.org"
    assert "X-EVIL" not in entry
    assert [part.name for part in calendar.walk()].count("VALARM") == 0


def test_the_event_of_a_session_counts_on_when_its_person_changes_seats(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = BOOKING.created_at + timedelta(minutes=1)
    monkeypatch.setattr(module, "now", lambda: first)
    _, before = written(group_session=True, sequence=7)
    monkeypatch.setattr(module, "now", lambda: first + timedelta(days=1))
    _, after = written("CANCEL", group_session=True, sequence=0)
    assert after.sequence > before.sequence
