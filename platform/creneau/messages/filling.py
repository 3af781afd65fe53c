"""What the placeholders of a message stand for, in the current language (C-80)."""

from collections.abc import Mapping

from creneau.i18n import day, short_day, time
from creneau.i18n import gettext as _
from creneau.messages.calendar import location, one_line
from creneau.messages.subject import Subject
from creneau.motives.schemas import Motive
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
        **where(subject.motive, subject.place),
    }


def where(motive: Motive, place: Place) -> Mapping[str, str]:
    """Give the values that say where: the place, or that there is none."""
    on_site = motive.location_type == "on_site"
    return {
        "lieu": place.name if on_site else _somewhere_else(motive),
        "adresse": one_line(place.address) if on_site else location(place, motive.location_type),
    }


def _somewhere_else(motive: Motive) -> str:
    return {
        "phone": _("par téléphone"),
        "video": _("en visioconférence"),
        "home": _("à domicile"),
    }[motive.location_type]
