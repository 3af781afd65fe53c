"""The sectors and the requests of the demo; its towns are invented, and so are their codes."""

from typing import Final

import msgspec

from creneau_social.sectors.schemas import Side, ZoneDraft


class SectorPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A sector; `territory` is the number of the organisation that looks after it, if none of its agents do.

    `agents` are the numbers of those who receive.
    """

    name: str
    zones: tuple[ZoneDraft, ...]
    territory: int = 0
    agents: tuple[int, ...] = ()


def _town(code: str, name: str) -> ZoneDraft:
    return ZoneDraft(town_code=code, town_name=name)


def _street(street: str, first: int | None = None, side: Side = "both") -> ZoneDraft:
    return ZoneDraft(
        town_code="03990", town_name="Clairval", street=street, first_number=first, side=side
    )


SECTORS: Final = (
    SectorPlan(name="Clairval centre", zones=(_town("03990", "Clairval"),)),
    SectorPlan(
        name="Clairval gare et quais",
        zones=(
            _street("avenue de la Gare"),
            _street("quai des Tanneurs"),
            _street("rue de la République", first=51, side="odd"),
        ),
        agents=(0,),
    ),
    SectorPlan(name="Les Coteaux", zones=(_town("03992", "Les Coteaux"),)),
    SectorPlan(
        name="Bourg-Neuf et Saint-Aubin",
        zones=(_town("03995", "Bourg-Neuf"), _town("03996", "Saint-Aubin-sur-Aure")),
        territory=1,
    ),
)
SECTORISED: Final = frozenset({"Logement : dossier ou impayé de loyer"})
"""The motives, on both territories, that depend on where somebody lives."""

ACCEPTED: Final = "Accompagnement à la parentalité"
REFUSED: Final = "RDV divers"
WAITING: Final = "Accès aux soins"
