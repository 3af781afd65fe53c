"""A booking as its own pages show it to the person: when, where, with whom, what can be changed."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from creneau.appointments.rules import OPEN, may_cancel, may_move
from creneau.appointments.schemas import Booking
from creneau.i18n import gettext as _
from creneau.i18n import local, moment
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.schemas import Contact
from creneau.places import service as places
from creneau_infra import clock

from creneau_web.public.offers import zone_note


async def visible_booking(booking: Booking, *, discreet: bool = False) -> dict[str, Any]:
    """Read what a booking's page shows; times are in the place's time zone (C-15).

    `discreet`: nothing is shown of where the person is called or visited (S-11).
    """
    motive = await motives.motive(booking.motive_id)
    place = await places.place(booking.place_id)
    return {
        "booking": booking,
        "motive": motive,
        "place": place,
        "contact": Contact() if discreet else await people.contact_of(booking.person_id),
        "organisation": await organisations.organisation(place.organisation_id),
        "starts_at": local(booking.starts_at, ZoneInfo(booking.time_zone)),
        "ends_at": local(booking.ends_at, ZoneInfo(booking.time_zone)),
        "zone_note": zone_note(place),
        "coming": is_coming(booking, clock.now()),
        "cancellable": may_cancel(booking, motive, clock.now()),
        "movable": may_move(booking, motive, clock.now()),
        "changes": changes(booking, motive, clock.now()),
    }


def is_coming(booking: Booking, now: datetime) -> bool:
    """Tell whether an appointment still stands and has not begun."""
    return booking.state in OPEN and booking.starts_at > now


def is_ahead(booking: Booking, now: datetime) -> bool:
    """Tell whether an appointment is to come, or waits for another time."""
    return is_coming(booking, now) or booking.state == "to_reschedule"


def changes(booking: Booking, motive: Motive, now: datetime) -> list[str]:
    """Say what the person can still change online, and until when (C-05)."""
    if not is_coming(booking, now):
        return []
    same = motive.cancel_notice_minutes == motive.move_notice_minutes
    if same and may_cancel(booking, motive, now):
        until = _until(booking, motive.cancel_notice_minutes or 0)
        return [_("Vous pouvez le déplacer ou l’annuler en ligne %(until)s.", until=until)]
    if same:
        return [_("Il ne se déplace et ne s’annule plus en ligne : contactez l’accueil.")]
    return [_moving(booking, motive, now), _cancelling(booking, motive, now)]


def _moving(booking: Booking, motive: Motive, now: datetime) -> str:
    if not may_move(booking, motive, now):
        return _("Il ne se déplace pas ou plus en ligne : contactez l’accueil.")
    until = _until(booking, motive.move_notice_minutes or 0)
    return _("Vous pouvez le déplacer en ligne %(until)s.", until=until)


def _cancelling(booking: Booking, motive: Motive, now: datetime) -> str:
    if not may_cancel(booking, motive, now):
        return _("Il ne s’annule pas ou plus en ligne : contactez l’accueil.")
    until = _until(booking, motive.cancel_notice_minutes or 0)
    return _("Vous pouvez l’annuler en ligne %(until)s.", until=until)


def _until(booking: Booking, notice_minutes: int) -> str:
    if not notice_minutes:
        return _("jusqu’à l’heure du rendez-vous")
    until = booking.starts_at - timedelta(minutes=notice_minutes)
    return _("jusqu’au %(moment)s", moment=moment(local(until, ZoneInfo(booking.time_zone))))
