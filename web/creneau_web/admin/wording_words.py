"""How messages, their texts and whose they are is said."""

from collections.abc import Mapping

from creneau.i18n import Locale
from creneau.i18n import gettext as _
from creneau.messages.wording.schemas import MessageName


def messages() -> Mapping[MessageName, str]:
    """Name each message."""
    return {
        "confirmed": _("Confirmation d’un rendez-vous"),
        "moved": _("Rendez-vous déplacé"),
        "reminder": _("Rappel avant le rendez-vous"),
        "excused": _("Annulation par la personne"),
        "cancelled": _("Annulation par vous"),
        "to_reschedule": _("Rendez-vous à replanifier"),
        "offered": _("Créneau proposé à qui attend"),
    }


def languages() -> Mapping[Locale, str]:
    """Name each language."""
    return {"fr": _("Français"), "en": _("Anglais")}


def labels() -> Mapping[str, str]:
    """Name each text."""
    return {
        "subject": _("Objet du mail"),
        "introduction": _("Début du mail"),
        "ending": _("Fin du mail"),
        "sms": _("SMS"),
    }
