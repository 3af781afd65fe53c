"""What can be booked, and where."""

from creneau.appointments.placing import OPEN_TO
from creneau.motives import service as motives
from creneau.places import service as places
from creneau.questions import service as questions
from litestar import get

from creneau_web.access import api
from creneau_web.api.inputs import ApiRequest, parameters
from creneau_web.api.schemas import Motives, Places, PlacesAsked
from creneau_web.api.writing import Answer, answer, motive_shown, place_shown


@get("/motives", name="api.list_motives", opt=api("motives:read"))
async def list_motives() -> Answer:
    """List the motives that programs may book, in their order (C-05)."""
    open_to_programs = [one for one in await motives.motives() if one.audience in OPEN_TO["api"]]
    asked = await questions.asked_by([motive.id for motive in open_to_programs])
    shown = [motive_shown(motive, asked.get(motive.id, ())) for motive in open_to_programs]
    return answer(Motives(shown))


@get("/places", name="api.list_places", opt=api("places:read"))
async def list_places(request: ApiRequest) -> Answer:
    """List the places in use, of one organisation or of all, by name (C-02)."""
    asked = parameters(request, PlacesAsked)
    found = await places.places(asked.organisation)
    return answer(Places([place_shown(place) for place in found]))
