"""What the verticals, sessions and lists keep of a house: the ids by which routes call it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from creneau.appointments.schemas import SessionDraft
from creneau.appointments.service import create_session
from creneau.context import Actor
from creneau.lists import service as lists
from creneau.lists.schemas import SearchDraft
from creneau.testing.factories import Town
from creneau_social.naming import service as naming
from creneau_social.naming.schemas import RequestDraft
from creneau_social.sectors import service as sectors
from creneau_social.sectors.schemas import ZoneDraft

from tests.days import began

UNKNOWN = (
    "name_id",
    "request_id",
    "search_id",
    "sector_id",
    "zone_id",
    "duty_id",
    "appointment_id",
)


def far() -> datetime:
    """Tell a moment at which nothing else is planned."""
    return began() + timedelta(days=300)


async def ids_of_verticals(canary: str, town: Town) -> Mapping[str, str]:
    """Make a group session, names of motives and a sector, with `canary` in each."""
    actor = Actor("agent", town.alice_id)
    await naming.add_name(town.service_id, canary, actor)
    missing = RequestDraft(
        organisation_id=town.organisation_id,
        service_id=town.service_id,
        name=f"Demande {canary}",
        reason=canary,
    )
    asked = await naming.ask(missing, actor)
    search = SearchDraft(path="/rendez-vous", query="", name=canary)
    return {
        "name_id": str((await naming.names())[0].id),
        "request_id": str(asked),
        "search_id": str(await lists.save(town.alice_id, search)),
        "appointment_id": str(await _session(canary, town, actor)),
        **await _sector(canary, town, actor),
    }


async def _session(canary: str, town: Town, actor: Actor) -> UUID:
    draft = SessionDraft(
        motive_id=town.motive_id,
        place_id=town.place_id,
        resource_ids=[town.alice_id],
        starts_at=far(),
        ends_at=far() + timedelta(hours=1),
        title=canary,
        capacity=5,
    )
    return await create_session(draft, actor)


async def _sector(canary: str, town: Town, actor: Actor) -> Mapping[str, str]:
    made = await sectors.add_sector(canary, actor)
    zone = ZoneDraft(town_code="51454", town_name="Reims", street=f"rue {canary}")
    await sectors.add_zone(made, zone, actor)
    await sectors.give(made, organisation_id=None, agent_id=town.alice_id, actor=actor)
    whole = await sectors.whole(made)
    return {
        "sector_id": str(made),
        "zone_id": str(whole.zones[0].id),
        "duty_id": str(whole.duties[0].id),
    }
