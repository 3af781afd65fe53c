"""The sheets and the prescribers of the demo; no such number, person or structure exists."""

from typing import Final

from creneau_digital_aid.places.schemas import SERVICES, SheetDraft
from creneau_digital_aid.schemas import Prescriber

SHEETS: Final = (
    SheetDraft(
        pivot="99900000000010",
        services=(*SERVICES[:4], SERVICES[7]),
        summary="Un accompagnement gratuit, à votre rythme, par un conseiller numérique.",
    ),
    SheetDraft(
        pivot="99900000000028",
        services=(SERVICES[0], SERVICES[1], SERVICES[3]),
        itinerant=True,
        summary="Un bus équipé d’ordinateurs et d’une connexion, au plus près des villages.",
    ),
)
"""In turn for the structures; the last one for all further ones."""


def _prescriber(name: str, structure: str, address: str, phone: str) -> Prescriber:
    return Prescriber(name=name, structure=structure, email=address, phone=phone)


PRESCRIBERS: Final = (
    _prescriber("Valérie Simonet", "CCAS de Clairval", "valerie.simonet@ccas.example", "+33199009012"),
    _prescriber("Thomas Berthier", "Mission locale", "t.berthier@mission.example", "+33199009013"),
    _prescriber("Nadia Ferhat", "France services des Coteaux", "nadia@franceservices.example", "+33199009014"),
    _prescriber("Valérie Simonet", "CCAS de Clairval", "valerie.simonet@ccas.example", "+33199009012"),
    _prescriber("Pascal Roux", "Secours populaire", "pascal.roux@secours.example", "+33199009015"),
    _prescriber("Élise Caron", "Maison de quartier", "elise.caron@quartier.example", "+33199009016"),
)  # fmt: skip
"""One of them books more than the others."""
