"""Motive, then place, then slot (C-20, C-21, C-41): nothing here is typed, nothing is kept."""

from uuid import UUID

from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.places.schemas import Place
from creneau.waiting import service as waiting
from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.public import offers
from creneau_web.public.admission import line_page
from creneau_web.public.calendars import calendar_of
from creneau_web.public.journeys import AnyRequest, Journey
from creneau_web.public.limits import Offered, not_offered_page, offered_to
from creneau_web.public.refusals import NotOffered
from creneau_web.public.weeks import SlotView
from creneau_web.rendering import page


@get("/rdv/{motive_id:uuid}", opt=public())
async def choose_place(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Ask for the place; one alone is taken at once (C-41)."""
    motive = await offers.open_motive(motive_id)
    line = await line_page(request, motive)
    if line is not None:
        return line
    try:
        offered = await offered_to(request, motive)
    except NotOffered as nothing:
        return await not_offered_page(motive, nothing.sentence, other=nothing.other)
    found = await offers.place_offers(motive, offered.asking)
    if len(found) == 1:
        return Redirect(slots_href(motive.id, found[0].place.id))
    return page(
        "public/place.html",
        motive=motive,
        offers=found,
        note=offered.note,
        may_wait=await waiting.open_for(motive.id),
        organisation=await organisations.organisation(motive.organisation_id),
    )


@get("/rdv/{motive_id:uuid}/{place_id:uuid}", opt=public())
async def choose_slot(
    request: AnyRequest,
    motive_id: FromPath[UUID],
    place_id: FromPath[UUID],
    semaine: FromQuery[str] = "",
) -> Template:
    """Show a week of free times; what this visitor already holds still counts as free."""
    motive = await offers.open_motive(motive_id)
    place = await offers.place_of(motive, place_id)
    line = await line_page(request, motive)
    if line is not None:
        return line
    try:
        offered = await offered_to(request, motive)
    except NotOffered as nothing:
        return await not_offered_page(motive, nothing.sentence, other=nothing.other)
    return await slots_page(request, motive, place, offered, week=semaine)


async def slots_page(  # noqa: PLR0913 - a page and what a refusal puts on top of it
    request: AnyRequest,
    motive: Motive,
    place: Place,
    offered: Offered,
    *,
    week: str = "",
    status: int = 200,
    refusal: str = "",
    nearest: list[SlotView] | None = None,
) -> Template:
    """Draw the page of slots, with a refusal and the nearest free times on top where there are."""
    return page(
        "public/slots.html",
        status=status,
        motive=motive,
        place=place,
        organisation=await organisations.organisation(motive.organisation_id),
        several_places=len(await motives.places_of_motive(motive.id)) > 1,
        calendar=await calendar_of(
            motive,
            place,
            week,
            ignoring=await _held(request, motive),
            asking=offered.asking,
        ),
        note=offered.note,
        here=slots_href(motive.id, place.id),
        zone_note=offers.zone_note(place),
        may_wait=await waiting.open_for(motive.id),
        refusal=refusal,
        nearest=nearest or [],
    )


async def _held(request: AnyRequest, motive: Motive) -> UUID | None:
    journey = await Journey.current(request)
    held = journey.held_for(motive.id) if journey else {}
    own = [draft.appointment_id for draft in held.values() if draft.session_id is None]
    return own[-1] if own else None


def slots_href(motive_id: UUID, place_id: UUID) -> str:
    """Give the address to share of a motive's slots at a place (C-46)."""
    return f"/rdv/{motive_id}/{place_id}"
