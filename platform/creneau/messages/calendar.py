"""Appointments as iCalendar events, for mails and for "Ajouter à mon agenda" (C-83)."""

import re
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from creneau_infra.clock import now
from icalendar import Calendar, Component, Event, vCalAddress

from creneau.appointments.schemas import Booking
from creneau.calendars.zones import zone_lines
from creneau.context import Tenant
from creneau.i18n import gettext as _
from creneau.motives.schemas import LocationType
from creneau.people.schemas import Contact
from creneau.phones import readable_phone
from creneau.places.schemas import Place

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]

UNKNOWN = Contact()
GIVEN_UP: Final = frozenset({"cancelled", "excused", "expired", "to_reschedule"})
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029]+")


def event(  # noqa: PLR0913 - the last ones are for whoever knows them
    booking: Booking,
    place: Place,
    tenant: Tenant,
    method: Method,
    *,
    location_type: LocationType = "on_site",
    contact: Contact = UNKNOWN,
    organizer: str = "",
    attendee: tuple[str, str] | None = None,
) -> bytes:
    """Write a booking as a calendar with one event, in the place's time zone (C-83).

    The UID stays the same for the life of the booking and SEQUENCE grows with each change, so that
    a calendar replaces what it has. `contact` is where the person is called or visited. `organizer` is the e-mail address of the organisation, `attendee`
    the name and address of who is invited, and nobody else: mail programs take a REQUEST or a CANCEL
    over when both are in it. The texts are in the current language and hold no link: a calendar is often shared.
    """
    entry = _entry(booking, ZoneInfo(place.time_zone), f"{booking.id}@{tenant.slug}")
    entry.add("summary", one_line(f"{booking.motive_name} - {tenant.name}"))
    entry.add("location", location(place, location_type, contact))
    facts = _facts(booking, place, location_type)
    if method == "REQUEST":
        facts.append(
            _("Répondre depuis votre agenda ne change rien : suivez ce que dit le message.")
        )
    entry.add("description", "\n".join(facts))
    is_over = method == "CANCEL" or booking.state in GIVEN_UP
    entry.add("status", "CANCELLED" if is_over else "CONFIRMED")
    if organizer:
        entry.add("organizer", _address(organizer, tenant.name))
    if attendee:
        entry.add("attendee", _invited(*attendee))
    return _calendar(entry, method, place.time_zone, booking.starts_at.year)


def _calendar(entry: Event, method: Method, zone: str, year: int) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Creneau//Rendez-vous//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    lines = zone_lines(zone, year - 1, year + 1)
    calendar.add_component(Component.from_ical("\r\n".join(lines)))
    calendar.add_component(entry)
    return calendar.to_ical()


def _entry(booking: Booking, zone: ZoneInfo, uid: str) -> Event:
    starts_at, ends_at = _written(booking, zone)
    entry = Event()
    entry.add("uid", uid)
    entry.add("sequence", _sequence(booking))
    entry.add("dtstamp", now())
    entry.add("dtstart", starts_at)
    entry.add("dtend", ends_at)
    return entry


def _sequence(booking: Booking) -> int:
    """Count the changes. A group session counts its own: whoever changes seats counts by the clock.

    Subscribed calendars count the same seconds, up to the latest change (`calendars.happenings`).
    """
    if not booking.group_session:
        return booking.sequence
    return int((now() - booking.created_at).total_seconds())


def _written(booking: Booking, zone: ZoneInfo) -> tuple[datetime, datetime]:
    times = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
    # The hour that comes twice in autumn reads as its first coming: its second is said in UTC.
    if any(time.fold for time in times):
        return booking.starts_at, booking.ends_at
    return times


def location(place: Place, location_type: LocationType, contact: Contact = UNKNOWN) -> str:
    """Say where the appointment is, on one line: by phone and at home, the person's own (S-06)."""
    if location_type == "phone":
        number = readable_phone(contact.phone)
        return _("Par téléphone, au %(number)s", number=number) if number else _("Par téléphone")
    if location_type == "home":
        home = ", ".join(contact.address.splitlines())
        return _("À domicile : %(address)s", address=one_line(home)) if home else _("À domicile")
    if location_type == "video":
        return _("En visioconférence")
    lines = (place.name, *place.address.splitlines())
    return ", ".join(fit for line in lines if (fit := one_line(line).rstrip(",")))


def _facts(booking: Booking, place: Place, location_type: LocationType) -> list[str]:
    on_site = location_type == "on_site"
    facts = [
        (_("Motif"), booking.motive_name),
        (_("Avec"), ", ".join(booking.resource_labels)),
        (_("Comment venir"), place.access_information if on_site else ""),
        (_("Téléphone"), place.phone),
    ]
    return [
        _("%(label)s : %(value)s", label=label, value=one_line(value))
        for label, value in facts
        if value
    ]


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{one_line(email)}")
    address.params["CN"] = one_line(name).replace('"', "'")
    return address


def _invited(name: str, email: str) -> vCalAddress:
    # They have booked: their calendar has nothing to ask them, and us nothing to answer.
    address = _address(email, name)
    address.params.update(
        {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    )
    return address


def one_line(text: str) -> str:
    """Bring a text onto one line, so that nothing in it can begin a header or a property."""
    return " ".join(CONTROLS.sub(" ", text).split())
