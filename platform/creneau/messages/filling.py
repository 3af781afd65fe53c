"""What the placeholders of a message stand for, in the current language (C-80)."""

from collections.abc import Mapping

from creneau.i18n import day, short_day, time
from creneau.i18n import gettext as _
from creneau.messages.calendar import UNKNOWN, location, one_line
from creneau.messages.subject import Subject
from creneau.motives.schemas import Motive
from creneau.people.schemas import Contact
from creneau.phones import readable_phone
from creneau.places.schemas import Place


def values_of(subject: Subject, reader: str, link: str = "") -> Mapping[str, str]:
    """Give the value of each placeholder; `reader` is the reader's name."""
    organisation = subject.organisation
    return {
        "destinataire": reader,
        "personne": subject.person_name,
        "date": day(subject.starts_at),
        "date_courte": short_day(subject.starts_at),
        "heure": time(subject.starts_at),
        "motif": subject.booking.motive_name,
        "agent": ", ".join(subject.booking.resource_labels),
        "organisation": organisation.name if organisation else subject.tenant.name,
        "espace": subject.tenant.name,
        "telephone": subject.phone,
        "lien": link,
        **where(subject.motive, subject.place, subject.contact),
    }


def where(motive: Motive, place: Place, contact: Contact = UNKNOWN) -> Mapping[str, str]:
    """Give the values that say where: the place, or by which number or at which address (S-06)."""
    if motive.location_type == "on_site":
        return {"lieu": place.name, "adresse": one_line(place.address)}
    return {
        "lieu": _somewhere_else(motive, contact),
        "adresse": location(place, motive.location_type, contact),
    }


def _somewhere_else(motive: Motive, contact: Contact) -> str:
    number = readable_phone(contact.phone)
    called = _("par téléphone au %(number)s", number=number) if number else _("par téléphone")
    return {
        "phone": called,
        "video": _("en visioconférence"),
        "home": _("à domicile"),
    }[motive.location_type]
