"""The rights over persons' files: those of the organisations that know the person (C-04)."""

from collections.abc import Mapping
from typing import Final

from creneau.contributions import BuiltInRole, NavItem, Permission, Scope

OF_THE_ORGANISATION: Final[Mapping[BuiltInRole, Scope]] = {
    "administrator": "organisation",
    "secretary": "organisation",
    "agent": "organisation",
}

NAV_ITEM: Final = NavItem(
    label="Usagers",
    href="/personnes",
    icon="people",
    permission="person:read",
    order=40,
    word="persons",
)

PERMISSIONS: Final = (
    Permission(code="person:read", label="Voir les fiches des usagers", grants=OF_THE_ORGANISATION),
    Permission(
        code="person:update",
        label="Créer, modifier et fusionner les fiches des usagers",
        grants=OF_THE_ORGANISATION,
    ),
    Permission(
        code="person:erase",
        label="Effacer les fiches des usagers",
        grants={"administrator": "organisation"},
    ),
)
