"""A network of digital advisers: structures with places, and who receives there."""

from datetime import time
from typing import Any
from uuid import UUID

import msgspec
from creneau.context import SYSTEM
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau_digital_aid.places import service as sheets
from creneau_digital_aid.places.schemas import SheetDraft

from tests.platform.cast import PASSWORD, new_agent, new_motive
from tests.platform.planning import soon

SIRET = "43493312300029"


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """One structure in Reims with its service, its place and its motive; Julie is its adviser."""

    organisation: UUID
    service: UUID
    place: UUID
    motive: UUID
    julie: UUID
    alice: UUID


async def new_network(**of_motive: Any) -> Network:
    """Set a network up whose motive is open to everyone, and whom nobody can book yet."""
    organisation = await organisations.create_organisation(
        OrganisationDraft(
            name="Espace numérique",
            phone="03 26 01 02 03",
            email="contact@numerique.example",
            website="https://numerique.example",
            opening_hours="Lundi au vendredi : 9 h – 12 h et 14 h – 17 h 30\nSamedi : 9 h – 12 h",
        ),
        SYSTEM,
    )
    service = await organisations.create_service("Conseillers", False, SYSTEM)
    return Network(
        organisation=organisation,
        service=service,
        place=await new_place(organisation, "Médiathèque"),
        motive=await new_motive(organisation, service, name="Ma messagerie", **of_motive),
        julie=await new_agent("Julie", organisation, service, "agent", password=PASSWORD),
        alice=await new_agent("Alice", organisation, service, "administrator", password=PASSWORD),
    )


async def new_place(organisation: UUID, name: str, **changes: Any) -> UUID:
    values: dict[str, Any] = {
        "organisation_id": organisation,
        "name": name,
        "address": "2 rue de l’Étape\n51100 Reims",
        "access_information": "Au premier étage",
        "latitude": 49.2577,
        "longitude": 4.0319,
        **changes,
    }
    return await places.create_place(PlaceDraft(**values), SYSTEM)


async def open_up(network: Network, **changes: Any) -> UUID:
    """Open Julie's agenda for the motive, one morning in three days."""
    values: dict[str, Any] = {
        "resource_id": network.julie,
        "place_id": network.place,
        "motive_ids": [network.motive],
        "first_day": soon(),
        "start_time": time(9),
        "end_time": time(12),
        **changes,
    }
    return await planning.create_opening(OpeningDraft(**values), SYSTEM)


async def fill_in(network: Network, **changes: Any) -> None:
    """Fill in the structure's sheet for the national map."""
    values: dict[str, Any] = {
        "pivot": SIRET,
        "services": ("Maîtrise des outils numériques du quotidien", "Aide aux démarches administratives"),
        "summary": "Un conseiller vous aide, gratuitement.",
        **changes,
    }  # fmt: skip
    now = await sheets.sheet(network.organisation)
    await sheets.save_sheet(network.organisation, SheetDraft(**values), SYSTEM, seen=now.version)
