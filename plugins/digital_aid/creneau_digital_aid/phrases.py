"""How the core's sentences are said of structures and learners, in both languages (D-10)."""

from collections.abc import Mapping
from typing import Final

from creneau.i18n import Locale

PHRASES: Final[Mapping[Locale, Mapping[str, str]]] = {
    "fr": {
        "l’organisation": "la structure",
        "d’organisation": "de structure",
        "d’organisations": "de structures",
        "son organisation": "sa structure",
        "mon organisation": "ma structure",
        "organisation": "structure",
        "organisations": "structures",
        "usager": "apprenant",
        "usagers": "apprenants",
        "Agent": "Conseiller numérique",
        "Agents": "Conseillers numériques",
        "Par agent": "Par conseiller numérique",
    },
    "en": {
        "an organisation": "a support centre",
        "organisation": "support centre",
        "organisations": "support centres",
        "your users": "your learners",
        "service user": "learner",
        "service users": "learners",
        "Agent": "Digital adviser",
        "Agents": "Digital advisers",
    },
}
"""Secretaries and administrators are agents too: sentences about the team keep that word."""
