"""Free time."""

from functools import partial
from typing import Final

from creneau.admission import service as admission
from creneau.availability import service as availability
from creneau.availability.schemas import SlotQuery
from creneau.places import service as places
from creneau_infra.clock import now
from litestar import get

from creneau_web.access import admit_token, api, api_inside, secret_of, token_first
from creneau_web.api import rush, service
from creneau_web.api.inputs import ApiRequest, edge, parameters
from creneau_web.api.schemas import NextAsked, NextShown, NextSlots, SlotsAsked
from creneau_web.api.writing import Answer, answer, slot_shown

SCOPE: Final = "slots:read"


@get("/slots", name="api.find_slots", opt=api_inside(SCOPE))
async def find_slots(request: ApiRequest) -> Answer:
    """Find what can be booked for a motive between two moments (C-20)."""
    asker = service.Asker(secret_of(request), partial(admit_token, scope=SCOPE))
    async with token_first(request, SCOPE):
        query = _query(request)
    # What nobody else asks needs no versions: they would be a round trip for nothing. They are read
    # before anything is looked up: what changes meanwhile must be noticed afterwards.
    again = service.asked_lately(query)
    version = await rush.version_now() if again else None
    found = await service.slots(query, asker, by_many=again)
    rush.remember(request.scope, query, version)
    return answer(found)


def _query(request: ApiRequest) -> SlotQuery:
    asked = parameters(request, SlotsAsked)
    return SlotQuery(
        motive_id=asked.motive,
        starts_from=edge("from", asked.since),
        starts_before=edge("to", asked.until, is_end=True),
        place_ids=asked.place,
        resource_ids=asked.agent,
        service_ids=asked.service,
    )


@get("/slots/next", name="api.next_slots", opt=api(SCOPE))
async def next_slots(request: ApiRequest) -> Answer:
    """Find the first slot of each place in one request (C-21)."""
    asked = parameters(request, NextAsked)
    zones = {place.id: place.time_zone for place in await places.places()}
    wanted = [place for place in dict.fromkeys(asked.places or zones) if place in zones]
    line = await admission.line_of(asked.motive)
    opened = line is None or line.opens_at <= now()
    found = await availability.next_available(asked.motive, wanted if opened else [])
    return answer(
        NextSlots(
            [
                NextShown(place, slot_shown(found[place], zones) if place in found else None)
                for place in wanted
            ]
        )
    )
