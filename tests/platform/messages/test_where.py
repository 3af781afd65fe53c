"""Where an appointment is: at the place, by phone at a number, at an address (S-06)."""

from typing import Any

import pytest
from creneau.context import acting_for
from creneau.messages.calendar import event
from creneau.messages.filling import values_of
from creneau.messages.short import sms
from creneau.messages.texts import for_agent, for_person
from creneau.people.schemas import Contact
from icalendar import Calendar
from msgspec.structs import replace

from tests.platform.messages.cast import BOOKING, PLACE, TENANT, Subject, about

ALICE = Contact(phone="+33612345678", address="12 rue des Lilas\n35000 Saint-Aubin")
LINK = "https://ville.example.org/lien/secret"


def received(kind: str, contact: Contact = ALICE) -> Subject:
    return replace(about(motive={"location_type": kind}), contact=contact)


def place_in_calendar(**changes: Any) -> str:
    content = event(BOOKING, PLACE, TENANT, "PUBLISH", **changes)
    return str(Calendar.from_ical(content).walk("VEVENT")[0]["LOCATION"])


@pytest.mark.feature("S-06")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("on_site", "Où : Mairie principale, 1 place de la Mairie, 35000 Saint-Aubin"),
        ("phone", "Où : Nous vous appellerons au 06 12 34 56 78"),
        ("home", "Où : Nous venons chez vous : 12 rue des Lilas, 35000 Saint-Aubin"),
        ("video", "Où : En visioconférence"),
    ],
)
def test_a_letter_says_where_as_the_motive_means_it(kind: str, words: str) -> None:
    subject = received(kind)
    text = " ".join(for_person("confirmed", subject, subject.person_name, LINK).text().split())
    assert words in text


def test_a_letter_to_who_booked_for_them_does_not_say_you() -> None:
    subject = received("phone")
    text = for_person("confirmed", subject, "Paul Durand", LINK).text()
    assert "Par téléphone, au 06 12 34 56 78" in text
    assert "Nous vous appellerons" not in text


def test_an_agent_reads_which_number_to_call_and_which_address_to_go_to() -> None:
    assert "au 06 12 34 56 78" in for_agent("confirmed", received("phone"), "Bea", "usager").text()
    at_home = " ".join(for_agent("confirmed", received("home"), "Bea", "usager").text().split())
    assert "À domicile : 12 rue des Lilas, 35000 Saint-Aubin" in at_home


def test_a_text_message_says_which_number_is_called() -> None:
    assert "par téléphone au 06 12 34 56 78" in values_of(received("phone"), "Alice")["lieu"]
    assert "06 12 34 56 78" in sms("confirmed", received("phone"), "")


def test_a_calendar_event_says_where() -> None:
    assert place_in_calendar(location_type="phone", contact=ALICE) == (
        "Par téléphone, au 06 12 34 56 78"
    )
    assert place_in_calendar(location_type="home", contact=ALICE) == (
        "À domicile : 12 rue des Lilas, 35000 Saint-Aubin"
    )


def test_an_address_of_several_lines_makes_no_second_property() -> None:
    evil = Contact(address="12 rue\r\nATTENDEE:mailto:eve@example.org\r\n{{7*7}}")
    content = event(BOOKING, PLACE, TENANT, "PUBLISH", location_type="home", contact=evil)
    assert not [line for line in content.splitlines() if line.startswith(b"ATTENDEE")]


def test_what_was_booked_before_numbers_were_asked_for_says_only_how() -> None:
    subject = received("phone", Contact())
    text = for_person("confirmed", subject, subject.person_name, LINK).text()
    assert "Où : Par téléphone Avec" in " ".join(text.split())


def test_it_reads_in_english() -> None:
    with acting_for(TENANT, "en"):
        subject = received("phone")
        letter = for_person("confirmed", subject, subject.person_name, LINK)
    assert "We will call you on 06 12 34 56 78" in letter.text()
