"""The booking that a message is about, with all that its words need."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from creneau.appointments.schemas import Booking
from creneau.context import Tenant
from creneau.i18n import current_locale
from creneau.messages.wording.rules import chosen
from creneau.messages.wording.schemas import MessageName, OwnWording, Wording, WordingKey
from creneau.motives.schemas import Motive
from creneau.organisations.schemas import Organisation
from creneau.people.schemas import Contact
from creneau.places.schemas import Place


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The booking that a letter is about; `person_name` is who is received.

    `contact` is where they are called or visited. `organisation` is the place's; `wordings` are the texts that the tenant has written itself, for
    every motive and for this one, in every language.
    """

    booking: Booking
    motive: Motive
    place: Place
    person_name: str
    tenant: Tenant
    contact: Contact = Contact()
    organisation: Organisation | None = None
    wordings: Sequence[OwnWording] = ()

    @property
    def starts_at(self) -> datetime:
        """The beginning, in the place's time zone."""
        return self.booking.starts_at.astimezone(ZoneInfo(self.booking.time_zone))

    @property
    def phone(self) -> str:
        """The number to call: the place's, or else the organisation's."""
        return self.place.phone or (self.organisation.phone if self.organisation else "")

    def wording(self, message: MessageName, house: Wording) -> Wording:
        """Give the texts that count for the motive in the current language."""
        key = WordingKey(message=message, locale=current_locale.get(), motive_id=self.motive.id)
        return chosen(self.wordings, key, house)
