"""The territories and time zones that an organisation may be in, in the current language."""

from typing import Final

from creneau.i18n import gettext as _
from creneau.organisations.rules import TERRITORIES

# Those of the territories come first, then those of the neighbours.
ZONES: Final = (
    "Europe/Paris",
    "America/Cayenne",
    "America/Guadeloupe",
    "America/Marigot",
    "America/Martinique",
    "America/Miquelon",
    "America/St_Barthelemy",
    "Indian/Mayotte",
    "Indian/Reunion",
    "Pacific/Gambier",
    "Pacific/Marquesas",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
    "Europe/Brussels",
    "Europe/Luxembourg",
    "Europe/Monaco",
    "Europe/Zurich",
)


def territories() -> list[tuple[str, str]]:
    """List the calendars of public holidays with their names (C-07)."""
    names = {
        "FR": _("France métropolitaine"),
        "57": _("Alsace-Moselle"),
        "BL": _("Saint-Barthélemy"),
        "GF": _("Guyane"),
        "GP": _("Guadeloupe"),
        "MF": _("Saint-Martin"),
        "MQ": _("Martinique"),
        "NC": _("Nouvelle-Calédonie"),
        "PF": _("Polynésie française"),
        "PM": _("Saint-Pierre-et-Miquelon"),
        "RE": _("La Réunion"),
        "WF": _("Wallis-et-Futuna"),
        "YT": _("Mayotte"),
    }
    return [(code, names[code]) for code in TERRITORIES]


def zones(chosen: str) -> list[tuple[str, str]]:
    """List time zones by their city, with the one that is chosen whatever it is."""
    offered = ZONES if chosen in ZONES or not chosen else (*ZONES, chosen)
    return [(zone, zone.rpartition("/")[2].replace("_", " ")) for zone in offered]
