"""A search for free time as programs ask for it: one transaction, written as it is found."""

from creneau.availability.schemas import SlotQuery
from creneau.availability.service import find_slots
from creneau.places import service as places

from creneau_web.api.schemas import Slots
from creneau_web.api.writing import slot_shown


async def slots(query: SlotQuery) -> Slots:
    """Find slots and show them with their places' offsets.

    Raises:
        NotFound: There is no such motive.
        RangeRefused: The range is inverted or too long.
    """
    found = await find_slots(query)
    zones = {place.id: place.time_zone for place in await places.places()}
    return Slots([slot_shown(slot, zones) for slot in found])
