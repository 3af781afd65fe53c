"""How a motive's settings are called, and what their values are in words."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.plugins import active

from creneau_web.admin.motive_reminders import reminders_in_words
from creneau_web.admin.spans import in_words

LENGTHS: Final = (
    "duration_minutes",
    "step_minutes",
    "buffer_before_minutes",
    "buffer_after_minutes",
    "minimum_notice_minutes",
    "maximum_notice_minutes",
    "cancel_notice_minutes",
    "move_notice_minutes",
)


def labels() -> dict[str, str]:
    """Name each setting, for what changed and for the list's head."""
    return {
        "service_id": _("Service"),
        "name": _("Nom"),
        "description": _("Description"),
        "category": _("Catégorie"),
        "colour": _("Couleur"),
        "position": _("Place dans la liste"),
        "location_type": _("Type de rendez-vous"),
        "secretariat": _("Secrétariat"),
        "duration_minutes": _("Durée"),
        "step_minutes": _("Écart entre les horaires"),
        "buffer_before_minutes": _("Temps libre avant"),
        "buffer_after_minutes": _("Temps libre après"),
        "audience": _("Qui peut réserver"),
        "minimum_notice_minutes": _("Délai minimum"),
        "maximum_notice_minutes": _("Délai maximum"),
        "capacity": _("Nombre de personnes"),
        "requires": _("Ressources nécessaires"),
        "maximum_active_per_person": _("Limite de rendez-vous à venir"),
        "maximum_per_person_per_day": _("Limite par jour"),
        "maximum_per_person_per_week": _("Limite par semaine"),
        "instructions_before": _("Consignes à accepter"),
        "instructions_after": _("Indications après"),
        "cancellation_warning": _("Avertissement avant d’annuler"),
        "cancel_notice_minutes": _("Annulation"),
        "move_notice_minutes": _("Déplacement"),
        "notify_persons": _("Messages aux usagers"),
        "person_channels": _("Par quels moyens"),
        "notify_agents": _("Messages aux agents"),
        "reminders": _("Rappels"),
        "confidential": _("Motif confidentiel"),
        "extra": _("Réglages des modules"),
    }


def locations() -> dict[str, str]:
    """Name each type of location."""
    return {
        "on_site": _("Sur place"),
        "phone": _("Par téléphone"),
        "home": _("À domicile"),
        "video": _("En visioconférence"),
    }


def channels() -> dict[str, str]:
    """Name the ways by which persons are written to."""
    return {
        "one": _("Par e-mail, ou par SMS à qui n’a pas d’e-mail"),
        "email": _("Par e-mail seulement"),
        "sms": _("Par SMS, ou par e-mail à qui n’a pas de mobile"),
        "both": _("Par e-mail et par SMS"),
    }


def audiences() -> dict[str, str]:
    """Name who may book, from the fewest to everybody."""
    return {
        "agents": _("Les agents seulement"),
        "prescribers": _("Les agents et les prescripteurs"),
        "invited": _("Les agents et les personnes invitées"),
        "everyone": _("Tout le monde, en ligne"),
    }


def worded(motive: Motive | MotiveDraft, services: Mapping[UUID, str]) -> SimpleNamespace:
    """Give a motive with each value in words, to be compared in a conflict."""
    values = {name: _word(name, getattr(motive, name)) for name in labels() if name != "extra"}
    values["service_id"] = services.get(motive.service_id, "")
    return SimpleNamespace(**values)


def _word(name: str, value: Any) -> Any:
    if name in LENGTHS:
        return _("non") if value is None else in_words(value)
    match name:
        case "location_type":
            return locations().get(value, value)
        case "person_channels":
            return channels().get(value, value)
        case "audience":
            return audiences().get(value, value)
        case _:
            return WORDED[name](value) if name in WORDED else value


def _requires_in_words(requires: Mapping[str, int]) -> str:
    return ", ".join(f"{number} × {resource_label(code)}" for code, number in requires.items())


def resource_label(code: str) -> str:
    """Name a kind of resource in the current language; the code where nobody declares it."""
    found = (kind.label for kind in active().resource_kinds() if kind.code == code)
    return gettext(next(found, code))


def seats_in_words(capacity: int | None) -> str:
    """Say how many persons come at once."""
    if capacity is None:
        return _("Sans limite")
    return _("Une seule personne") if capacity == 1 else _("%(number)s places", number=capacity)


WORDED: Final[Mapping[str, Callable[[Any], str]]] = {
    "capacity": seats_in_words,
    "requires": _requires_in_words,
    "reminders": reminders_in_words,
}
