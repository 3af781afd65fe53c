"""Free time."""

from creneau.availability import service as availability
from creneau.availability.schemas import SlotQuery
from creneau.places import service as places
from litestar import get

from creneau_web.access import api
from creneau_web.api import service
from creneau_web.api.inputs import ApiRequest, edge, parameters
from creneau_web.api.schemas import NextAsked, NextShown, NextSlots, SlotsAsked
from creneau_web.api.writing import Answer, answer, slot_shown


@get("/slots", name="api.find_slots", opt=api("slots:read"))
async def find_slots(request: ApiRequest) -> Answer:
    """Find what can be booked for a motive between two moments (C-20)."""
    asked = parameters(request, SlotsAsked)
    query = SlotQuery(
        motive_id=asked.motive,
        starts_from=edge("from", asked.since),
        starts_before=edge("to", asked.until, is_end=True),
        place_ids=asked.place,
        resource_ids=asked.agent,
    )
    return answer(await service.slots(query))


@get("/slots/next", name="api.next_slots", opt=api("slots:read"))
async def next_slots(request: ApiRequest) -> Answer:
    """Find the first slot of each place in one request (C-21)."""
    asked = parameters(request, NextAsked)
    zones = {place.id: place.time_zone for place in await places.places()}
    wanted = [place for place in dict.fromkeys(asked.places or zones) if place in zones]
    found = await availability.next_available(asked.motive, wanted)
    return answer(
        NextSlots(
            [
                NextShown(place, slot_shown(found[place], zones) if place in found else None)
                for place in wanted
            ]
        )
    )
