"""Motive, then place, then slot (C-20, C-21, C-41): nothing here is typed, nothing is kept."""

from uuid import UUID

from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.offering.schemas import Receiver
from creneau.organisations import service as organisations
from creneau.places.schemas import Place
from creneau.waiting import service as waiting
from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.public import offers, receivers
from creneau_web.public.admission import line_page
from creneau_web.public.calendars import Calendar, calendar_of
from creneau_web.public.invited import open_motive
from creneau_web.public.journeys import AnyRequest, Journey
from creneau_web.public.limits import Offered, not_offered_page, offered_to
from creneau_web.public.refusals import NotOffered
from creneau_web.public.weeks import SlotView
from creneau_web.rendering import page


@get("/rdv/{motive_id:uuid}", opt=public())
async def choose_place(
    request: AnyRequest, motive_id: FromPath[UUID], avec: FromQuery[str] = ""
) -> Template | Redirect:
    """Ask for the place; one alone is taken at once (C-41). `avec` names with whom (C-46)."""
    receiver = await receivers.wished(avec)
    try:
        motive, invited = await open_motive(request, motive_id)
        line = await line_page(request, motive)
        if line is not None:
            return line
        offered = await offered_to(request, motive, invited)
    except NotOffered as nothing:
        return await not_offered_page(nothing.motive, nothing.sentence, way=nothing.way)
    with_whom = receiver.id if receiver else None
    found = await _place_offers(motive, offered, with_whom)
    if len(found) == 1:
        return Redirect(slots_href(motive.id, found[0].place.id, with_whom))
    return page(
        "public/place.html",
        motive=motive,
        offers=found,
        note=offered.note,
        receiver=receiver,
        note_href=offered.note_href,
        invited=offered.invited,
        may_wait=offered.invited is None and await waiting.open_for(motive.id),
        organisation=await organisations.organisation(motive.organisation_id),
    )


@get("/rdv/{motive_id:uuid}/{place_id:uuid}", opt=public())
async def choose_slot(  # noqa: PLR0913, PLR0917 - what an address may say
    request: AnyRequest,
    motive_id: FromPath[UUID],
    place_id: FromPath[UUID],
    semaine: FromQuery[str] = "",
    avec: FromQuery[str] = "",
    choix: FromQuery[str] = "",
) -> Template:
    """Show a week of free times; what this visitor already holds still counts as free.

    `choix` is a time that was chosen on the tenant's own website: it is held once that is confirmed.
    """
    receiver = await receivers.wished(avec)
    try:
        motive, invited = await open_motive(request, motive_id)
        place = await offers.place_of(motive, place_id)
        line = await line_page(request, motive)
        if line is not None:
            return line
        offered = await offered_to(request, motive, invited)
    except NotOffered as nothing:
        return await not_offered_page(nothing.motive, nothing.sentence, way=nothing.way)
    return await slots_page(
        request, motive, place, offered, receiver=receiver, week=semaine, chosen=choix
    )


async def _place_offers(
    motive: Motive, offered: Offered, with_whom: UUID | None
) -> list[offers.PlaceOffer]:
    if with_whom is None:
        return await offers.place_offers(motive, offered.asking)
    found = await receivers.places_with(motive, with_whom)
    slots = {
        place.id: await receivers.first_with(motive, place.id, with_whom, asking=offered.asking)
        for place in found
    }
    return offers.offers_at(found, {key: slot for key, slot in slots.items() if slot})


async def slots_page(  # noqa: PLR0913 - a page and what a refusal puts on top of it
    request: AnyRequest,
    motive: Motive,
    place: Place,
    offered: Offered,
    *,
    receiver: Receiver | None = None,
    week: str = "",
    chosen: str = "",
    status: int = 200,
    refusal: str = "",
    nearest: list[SlotView] | None = None,
) -> Template:
    """Draw the page of slots, with a refusal and the nearest free times on top where there are."""
    calendar = await calendar_of(
        motive,
        place,
        week,
        ignoring=await _held(request, motive),
        asking=offered.asking,
        agent_id=receiver.id if receiver else None,
    )
    choice = _chosen(calendar, chosen)
    return page(
        "public/slots.html",
        status=status,
        motive=motive,
        place=place,
        organisation=await organisations.organisation(motive.organisation_id),
        several_places=len(await motives.places_of_motive(motive.id)) > 1,
        calendar=calendar,
        chosen=choice,
        note=offered.note,
        note_href=offered.note_href,
        invited=offered.invited,
        here=slots_href(motive.id, place.id),
        receiver=receiver,
        zone_note=offers.zone_note(place),
        may_wait=offered.invited is None and await waiting.open_for(motive.id),
        refusal=refusal or (_gone() if chosen and choice is None else ""),
        nearest=nearest or [],
    )


def _chosen(calendar: Calendar, value: str) -> SlotView | None:
    shown = (slot for day in calendar.days for slot in day.slots)
    return next((slot for slot in shown if slot.value == value), None)


def _gone() -> str:
    return _("Cet horaire n’est plus libre. Choisissez-en un autre.")


async def _held(request: AnyRequest, motive: Motive) -> UUID | None:
    journey = await Journey.current(request)
    held = journey.held_for(motive.id) if journey else {}
    own = [draft.appointment_id for draft in held.values() if draft.session_id is None]
    return own[-1] if own else None


def slots_href(motive_id: UUID, place_id: UUID, agent_id: UUID | None = None) -> str:
    """Give the address to share of a motive's slots at a place, with one agent or any (C-46)."""
    return f"/rdv/{motive_id}/{place_id}{with_whom_query(agent_id)}"


def with_whom_query(agent_id: UUID | None) -> str:
    """Write with whom, as the end of an address."""
    return f"?avec={agent_id}" if agent_id else ""
