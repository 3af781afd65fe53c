"""With whom: an agent's own page, and the path that begins there and stays with them (C-46)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from creneau.availability import service as availability
from creneau.availability.schemas import SOMEBODY, Asking, Slot, SlotQuery
from creneau.availability.service import LONGEST_SEARCH
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.offering import service as offering
from creneau.offering.schemas import Receiver
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau.places.schemas import Place
from creneau.refusals import NotFound
from creneau_infra import clock
from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from creneau_web.access import public
from creneau_web.rendering import page

SOON: Final = timedelta(days=14)


@get("/avec/{agent_id:uuid}", opt=public())
async def receiver_page(agent_id: FromPath[UUID]) -> Template:
    """Show one agent: what can be booked with them, or whom to call."""
    found = await offering.receiver(agent_id)
    offered = {offer.motive_id for offer in await offering.offers(found.id)}
    return page(
        "public/receiver.html",
        receiver=found,
        motives=[one for one in await motives.public_motives() if one.id in offered],
        organisations=await _organisations(found),
    )


async def _organisations(found: Receiver) -> Sequence[Organisation]:
    every = await organisations.organisations()
    return [one for one in every if one.id in found.organisation_ids and not one.archived_at]


async def wished(avec: str) -> Receiver | None:
    """Read with whom an address asks to be; None where it does not say.

    Raises:
        NotFound: It names nobody who receives the public here.
    """
    if not avec:
        return None
    try:
        agent_id = UUID(avec)
    except ValueError:
        raise NotFound from None
    return await offering.receiver(agent_id)


async def places_with(motive: Motive, agent_id: UUID) -> list[Place]:
    """List the places where an agent receives for a motive at some time still to come."""
    offered = {
        offer.place_id for offer in await offering.offers(agent_id) if offer.motive_id == motive.id
    }
    return [place for place in await motives.places_of_motive(motive.id) if place.id in offered]


async def first_with(
    motive: Motive,
    place_id: UUID,
    agent_id: UUID,
    starts_from: datetime | None = None,
    asking: Asking = SOMEBODY,
) -> Slot | None:
    """Find an agent's first free time for a motive at a place, up to the motive's longest notice."""
    start = max(clock.now(), starts_from or clock.now())
    latest = clock.now() + timedelta(minutes=motive.maximum_notice_minutes)
    length = SOON
    while start < latest:
        end = min(start + length, latest + timedelta(seconds=1))
        query = SlotQuery(
            motive_id=motive.id,
            starts_from=start,
            starts_before=end,
            place_ids=(place_id,),
            resource_ids=(agent_id,),
            asking=asking,
        )
        found = await availability.find_slots(query)
        if found:
            return found[0]
        start, length = end, LONGEST_SEARCH
    return None
