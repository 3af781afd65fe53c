"""The facts that social services may work with, and what may be written there (S-09)."""

import re
from collections.abc import Mapping
from typing import Final

from creneau.contributions import Field
from creneau.i18n import gettext as _
from creneau.people.sections import FACTS

CORE: Final[Mapping[str, str]] = {
    "birth_date": "Date de naissance",
    "birth_name": "Nom de naissance",
    "address": "Adresse",
}
"""The facts that the core keeps: the territory says whether they are shown."""

FIELDS: Final = (
    Field(
        name="social_family",
        label="Situation familiale",
        kind="select",
        options=(
            ("single", "Vit sans conjoint"),
            ("couple", "En couple, sans mariage ni PACS"),
            ("civil_union", "PACS"),
            ("married", "Mariage"),
            ("separated", "Séparation"),
            ("divorced", "Divorce"),
            ("widowed", "Veuvage"),
        ),
    ),
    Field(
        name="social_children",
        label="Nombre d’enfants",
        hint="À charge ou non, en chiffres.",
        maximum_length=2,
    ),
    Field(
        name="social_housing",
        label="Logement",
        kind="select",
        options=(
            ("social_tenant", "Locataire du parc social"),
            ("private_tenant", "Locataire du parc privé"),
            ("owner", "Propriétaire"),
            ("hosted", "Hébergement chez un tiers"),
            ("shelter", "Foyer ou hébergement d’urgence"),
            ("none", "Sans domicile"),
            ("other", "Autre"),
        ),
    ),
    Field(
        name="social_fund",
        label="Caisse d’affiliation",
        kind="select",
        options=(
            ("caf", "CAF"),
            ("msa", "MSA"),
            ("other", "Autre caisse"),
            ("none", "Aucune"),
        ),
    ),
    Field(
        name="social_case",
        label="Numéro de dossier",
        hint="Celui de votre logiciel métier : lettres, chiffres, tirets et barres.",
        maximum_length=40,
    ),
)
BY_NAME: Final = {field.name: field for field in FIELDS}
LABELS: Final = {**CORE, **{field.name: field.label for field in FIELDS}}
USUAL: Final = frozenset(FACTS)
"""What a territory begins with: what its agents have known all along, and nothing besides."""

MOST_CHILDREN: Final = 30
CASE: Final = re.compile(r"\w[\w /.-]*")


def wrong(values: Mapping[str, str]) -> dict[str, str]:
    """Give the sentence for each value that cannot be kept; empty ones can."""
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    found: dict[str, str] = {}
    for name, value in given.items():
        field = BY_NAME[name]
        if field.options and value not in dict(field.options):
            found[name] = _("Choisissez dans la liste.")
    children = given.get("social_children", "")
    if children and not (
        children.isascii() and children.isdigit() and int(children) <= MOST_CHILDREN
    ):
        found["social_children"] = _("Écrivez un nombre entre 0 et %(most)s.", most=MOST_CHILDREN)
    case = given.get("social_case", "")
    if case and not (CASE.fullmatch(case) and len(case) <= BY_NAME["social_case"].maximum_length):
        found["social_case"] = _(
            "Écrivez un numéro de 40 caractères au plus : lettres, chiffres, tirets, barres."
        )
    return found


def clean(values: Mapping[str, str]) -> dict[str, str]:
    """Give checked values as they are kept: without blanks around, numbers without noughts before."""
    found = {name: value.strip() for name, value in values.items()}
    if found.get("social_children"):
        found["social_children"] = str(int(found["social_children"]))
    return found


def in_words(name: str, value: str) -> str:
    """Write a value as it is read, in the current language."""
    return _(dict(BY_NAME[name].options)[value]) if BY_NAME[name].options else value
