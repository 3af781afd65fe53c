"""A booking as its own pages show it to the person: when, where, with whom, what can be changed."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.rules import OPEN, may_cancel, may_move
from creneau.appointments.schemas import Booking
from creneau.i18n import gettext as _
from creneau.i18n import local, moment
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau_infra import clock

from creneau_web.public.offers import zone_note


class Change(msgspec.Struct, frozen=True):
    """Whether something can still be changed online, and the sentence that says until when."""

    possible: bool
    sentence: str


async def visible_booking(booking: Booking) -> dict[str, Any]:
    """Read what a booking's page shows; times are in the place's time zone (C-15)."""
    motive = await motives.motive(booking.motive_id)
    place = await places.place(booking.place_id)
    return {
        "booking": booking,
        "motive": motive,
        "place": place,
        "organisation": await organisations.organisation(place.organisation_id),
        "starts_at": local(booking.starts_at, ZoneInfo(booking.time_zone)),
        "ends_at": local(booking.ends_at, ZoneInfo(booking.time_zone)),
        "zone_note": zone_note(place),
        "coming": is_coming(booking, clock.now()),
        "cancellable": cancellable(booking, motive, clock.now()),
        "movable": movable(booking, motive, clock.now()),
    }


def is_coming(booking: Booking, now: datetime) -> bool:
    """Tell whether an appointment still stands and has not begun."""
    return booking.state in OPEN and booking.starts_at > now


def cancellable(booking: Booking, motive: Motive, now: datetime) -> Change:
    """Say whether the person may cancel now, and until when (C-05)."""
    if not is_coming(booking, now):
        return Change(False, "")
    if motive.cancel_notice_minutes is None:
        return Change(False, _("Ce rendez-vous ne s’annule pas en ligne : contactez l’accueil."))
    until = _limit(booking, motive.cancel_notice_minutes)
    if may_cancel(booking, motive, now):
        return Change(True, _("Vous pouvez l’annuler en ligne jusqu’au %(until)s.", until=until))
    return Change(
        False,
        _("Il ne s’annule plus en ligne depuis le %(until)s : contactez l’accueil.", until=until),
    )


def movable(booking: Booking, motive: Motive, now: datetime) -> Change:
    """Say whether the person may move it now, and until when (C-05)."""
    if not is_coming(booking, now):
        return Change(False, "")
    if motive.move_notice_minutes is None:
        return Change(False, _("Ce rendez-vous ne se déplace pas en ligne : contactez l’accueil."))
    until = _limit(booking, motive.move_notice_minutes)
    if may_move(booking, motive, now):
        return Change(True, _("Vous pouvez le déplacer en ligne jusqu’au %(until)s.", until=until))
    return Change(
        False,
        _("Il ne se déplace plus en ligne depuis le %(until)s : contactez l’accueil.", until=until),
    )


def _limit(booking: Booking, notice_minutes: int) -> str:
    until = booking.starts_at - timedelta(minutes=notice_minutes)
    return moment(local(until, ZoneInfo(booking.time_zone)))
