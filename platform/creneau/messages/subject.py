"""The booking that a message is about, with all that its words need."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from creneau.appointments.schemas import Booking
from creneau.context import Tenant
from creneau.motives.schemas import Motive
from creneau.places.schemas import Place


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The booking that a letter is about; `person_name` is who is received."""

    booking: Booking
    motive: Motive
    place: Place
    person_name: str
    tenant: Tenant

    @property
    def starts_at(self) -> datetime:
        """The beginning, in the place's time zone."""
        return self.booking.starts_at.astimezone(ZoneInfo(self.booking.time_zone))
