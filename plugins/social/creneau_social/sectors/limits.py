"""Sectorised motives: whose time is offered for an address (S-12)."""

from collections.abc import Mapping
from typing import Final

from creneau.availability.schemas import Asking
from creneau.contributions import Field, Limited, MotiveFields, SlotLimit
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive, MotiveDraft

from creneau_social.sectors import service
from creneau_social.sectors.errors import AddressFirst
from creneau_social.sectors.schemas import Address

SECTORISED: Final = "social.sectorised"
TOWN: Final = "social_town"
TOWN_NAME: Final = "social_town_name"
STREET: Final = "social_street"
SECTOR_FIELD: Final = Field(
    name="social_sectorised",
    label="Selon l’adresse de la personne",
    kind="checkbox",
    hint="En ligne, la personne indique d’abord sa commune, et sa rue où il le faut : elle voit les"
    " horaires de l’équipe ou des agents de son secteur.",
)


def is_sectorised(motive: Motive) -> bool:
    """Tell whether a motive depends on where somebody lives."""
    return bool(motive.extra.get(SECTORISED))


class SectorFields(MotiveFields, frozen=True, kw_only=True):
    """Whether a motive depends on where somebody lives, in its form."""

    def check(self, values: Mapping[str, str], draft: MotiveDraft) -> Mapping[str, str]:
        """Find nothing wrong: it is a box."""
        del values, draft
        return {}


class BySector(SlotLimit, frozen=True):
    """A sectorised motive offers the time of those who look after the address."""

    def concerns(self, motive: Motive) -> bool:
        """Tell whether the motive is sectorised."""
        return is_sectorised(motive)

    async def limited(self, tx: Transaction, motive: Motive, asking: Asking) -> Limited:
        """Name who looks after the address that was given.

        Raises:
            AddressFirst: Nobody has said where they live.
            OutOfSectors: Nobody looks after the address.
            OtherSector: Another organisation does.
        """
        if asking.moving:
            return Limited(resource_ids=await service.colleagues_of(tx, motive, asking.moving))
        code = asking.answers.get(TOWN)
        if not code:
            raise AddressFirst(way=service.way_to_ask(motive.id))
        address = Address(
            town_code=code,
            town_name=asking.answers.get(TOWN_NAME, ""),
            street=asking.answers.get(STREET, ""),
        )
        return Limited(
            resource_ids=await service.responsible_for(tx, motive, address),
            note=_("Horaires pour l’adresse : %(address)s.", address=address.words),
            note_href=service.way_to_ask(motive.id),
        )
