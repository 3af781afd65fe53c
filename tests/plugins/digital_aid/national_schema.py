"""The published constraints of the national schema of digital mediation places, version 1.0.1.

They are written down as schema.data.gouv.fr publishes them for `LaMednum/standard-mediation-num`: the
fields in their order, which of them are needed, and the pattern of each that has one.
"""

import re
from collections.abc import Mapping
from datetime import date

FIELDS = (
    "id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse",
    "latitude", "longitude", "typologie", "telephone", "courriels", "site_web", "horaires",
    "presentation_resume", "presentation_detail", "source", "itinerance", "structure_parente",
    "date_maj", "services", "publics_specifiquement_adresses", "prise_en_charge_specifique",
    "frais_a_charge", "dispositif_programmes_nationaux", "formations_labels",
    "autres_formations_labels", "modalites_acces", "modalites_accompagnement", "fiche_acces_libre",
    "prise_rdv",
)  # fmt: skip
REQUIRED = ("id", "pivot", "nom", "commune", "code_postal", "adresse", "date_maj")


def among(*values: str) -> str:
    return rf"(?:(?:^|\|)({'|'.join(re.escape(value) for value in values)}))+$"


PATTERNS = {
    "pivot": r"^[a-zA-Z0-9]{9,14}$",
    "code_postal": r"^\d{5}$",
    "code_insee": r"^([013-9]\d|2[AB1-9])\d{3}$",
    "telephone": r"^(\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)(\d){6,9}$",
    "itinerance": among("Itinérant", "Fixe"),
    "services": among(
        "Aide aux démarches administratives",
        "Maîtrise des outils numériques du quotidien",
        "Insertion professionnelle via le numérique",
        "Utilisation sécurisée du numérique",
        "Parentalité et éducation avec le numérique",
        "Loisirs et créations numériques",
        "Compréhension du monde numérique",
        "Accès internet et matériel informatique",
        "Acquisition de matériel informatique à prix solidaire",
    ),
    "frais_a_charge": among("Gratuit", "Gratuit sous condition", "Payant"),
    "dispositif_programmes_nationaux": among(
        "Aidants Connect",
        "Bibliothèques numérique de référence",
        "Certification PIX",
        "Conseillers numériques",
        "Emmaüs Connect",
        "France Services",
        "Grande école du numérique",
        "La Croix Rouge",
        "Point d'accès numérique CAF",
        "Promeneurs du net",
        "Relais numérique (Emmaüs Connect)",
    ),
    "modalites_acces": among(
        "Se présenter",
        "Téléphoner",
        "Contacter par mail",
        "Prendre un RDV en ligne",
        "Ce lieu n'accueille pas de public",
        "Envoyer un mail avec une fiche de prescription",
    ),
    "modalites_accompagnement": among(
        "En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance"
    ),
}
LONGEST_SUMMARY = 280


def faults(row: Mapping[str, object]) -> list[str]:
    """Name each field of a row that the schema would refuse; empty fields are those left out."""
    given = {name: value for name, value in row.items() if value not in {"", None}}
    found = [f"{name}: is no field" for name in given if name not in FIELDS]
    found += [f"{name}: is needed" for name in REQUIRED if name not in given]
    found += [
        f"{name}: {given[name]!r} does not fit"
        for name, pattern in PATTERNS.items()
        if name in given and not re.search(pattern, str(given[name]))
    ]
    for name in ("latitude", "longitude"):
        if name in given:
            float(str(given[name]))
    if "date_maj" in given:
        date.fromisoformat(str(given["date_maj"]))
    if len(str(given.get("presentation_resume", ""))) > LONGEST_SUMMARY:
        found.append("presentation_resume: is too long")
    return found
