"""What the verticals keep of a house, and what is kept of lists: the ids by which routes call it."""

from collections.abc import Mapping

from creneau.context import Actor
from creneau.lists import service as lists
from creneau.lists.schemas import SearchDraft
from creneau.testing.factories import Town
from creneau_social.naming import service as naming
from creneau_social.naming.schemas import RequestDraft

UNKNOWN = ("name_id", "request_id", "search_id")


async def ids_of_verticals(canary: str, town: Town) -> Mapping[str, str]:
    """Put a name into the referential of motive names, ask for another, and keep a search."""
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
    }
