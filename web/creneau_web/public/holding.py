"""Choosing a slot holds it while the visitor identifies (C-23)."""

from uuid import UUID

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.errors import HoldExpired, SlotNotOffered, SlotTaken
from creneau.appointments.schemas import Booking, HoldRequest
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive
from creneau.offering.schemas import Receiver
from creneau.places.schemas import Place
from creneau.refusals import NotFound, Refusal
from litestar import post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.forms import form
from creneau_web.public import offers
from creneau_web.public.admission import still_waiting
from creneau_web.public.calendars import nearest_views
from creneau_web.public.choosing import slots_href, slots_page
from creneau_web.public.invited import open_motive
from creneau_web.public.journeys import AnyRequest, Draft, Journey
from creneau_web.public.limits import Offered, not_offered_page, offered_to
from creneau_web.public.receivers import wished
from creneau_web.public.refusals import NotOffered
from creneau_web.public.slot_values import SlotChoice
from creneau_web.public.weeks import Week
from creneau_web.throttling import limit


class Where(msgspec.Struct, frozen=True):
    """What was chosen before the slot."""

    motive: Motive
    place: Place
    receiver: Receiver | None = None
    offered: Offered = Offered()

    @property
    def agent_id(self) -> UUID | None:
        """With whom, where that was asked for."""
        return self.receiver.id if self.receiver else None

    @property
    def invitation_id(self) -> UUID | None:
        """With which invitation, where with one."""
        return self.offered.asking.invitation_id


@post("/rdv/{motive_id:uuid}/{place_id:uuid}/reservation", opt=public())
async def hold_slot(
    request: AnyRequest,
    motive_id: FromPath[UUID],
    place_id: FromPath[UUID],
    avec: FromQuery[str] = "",
) -> Template | Redirect:
    """Hold the chosen slot and go on to the identification; an earlier hold is given back."""
    receiver = await wished(avec)
    try:
        motive, invited = await open_motive(request, motive_id)
        place = await offers.place_of(motive, place_id)
        if await still_waiting(request, motive) is not None:
            way = slots_href(motive.id, place.id, receiver.id if receiver else None)
            return Redirect(way, status_code=303)
        offered = await offered_to(request, motive, invited)
    except NotOffered as nothing:
        return await not_offered_page(nothing.motive, nothing.sentence, way=nothing.way)
    where = Where(motive, place, receiver, offered)
    choice = SlotChoice.parse((await form(request)).text("slot"))
    if choice is None:
        return await slots_page(
            request,
            motive,
            place,
            offered,
            receiver=receiver,
            status=422,
            refusal=_("Choisissez un horaire."),
        )
    try:
        booking_id = await _held_already(request, where, choice) or await _hold(
            request, where, choice
        )
    except Refusal as refusal:
        return await _refused(request, where, choice, refusal)
    return Redirect(f"/reservation/{booking_id}/suite", status_code=303)


async def _held_already(request: AnyRequest, where: Where, choice: SlotChoice) -> UUID | None:
    """Find this visitor's own hold of exactly this slot: going back and forth keeps it."""
    journey = await Journey.current(request)
    if journey is None:
        return None
    for booking_id, draft in journey.held_for(where.motive.id).items():
        if _same(draft, where, choice) and await still_held(journey, booking_id):
            return booking_id
    return None


def _same(draft: Draft, where: Where, choice: SlotChoice) -> bool:
    drafted = (draft.place_id, draft.agent_id, draft.starts_at, draft.session_id)
    chosen = (where.place.id, where.agent_id, choice.starts_at, choice.appointment_id)
    return (*drafted, draft.invitation_id) == (*chosen, where.invitation_id)


async def still_held(journey: Journey, booking_id: UUID) -> bool:
    """Tell whether a hold of this visitor still runs."""
    try:
        booking = await appointments.held(booking_id, journey.owner)
    except (HoldExpired, NotFound):
        return False
    return booking.state == "held"


async def _hold(request: AnyRequest, where: Where, choice: SlotChoice) -> UUID:
    journey = await Journey.begin(request)
    await limit("hold", str(journey.session.id))
    earlier = journey.held_for(where.motive.id)
    booking = await _claim(journey, where, choice)
    await _release(journey, earlier)
    await journey.keep_draft(booking.id, _draft(booking, where, choice, earlier))
    return booking.id


async def _claim(journey: Journey, where: Where, choice: SlotChoice) -> Booking:
    wish = HoldRequest(
        motive_id=where.motive.id,
        place_id=where.place.id,
        starts_at=choice.starts_at,
        # A session takes whoever holds it; its seats are all alike.
        resource_id=None if choice.appointment_id else where.agent_id,
        appointment_id=choice.appointment_id,
        owner=journey.owner,
        asking=where.offered.asking,
    )
    try:
        return await appointments.hold(wish, journey.actor)
    except (SlotTaken, SlotNotOffered):
        # The time may overlap with what this visitor holds: given back, it may be free.
        earlier = journey.held_for(where.motive.id)
        if not earlier:
            raise
        await _release(journey, earlier)
        return await appointments.hold(wish, journey.actor)


async def _release(journey: Journey, drafts: dict[UUID, Draft]) -> None:
    for booking_id in drafts:
        if await still_held(journey, booking_id):
            await appointments.release(booking_id, journey.owner)


def _draft(booking: Booking, where: Where, choice: SlotChoice, earlier: dict[UUID, Draft]) -> Draft:
    """Start a draft with what was answered for the slot chosen before, if any (C-41)."""
    fresh = Draft(
        motive_id=booking.motive_id,
        place_id=booking.place_id,
        appointment_id=booking.appointment_id,
        starts_at=booking.starts_at,
        session_id=choice.appointment_id,
        agent_id=where.agent_id,
        invitation_id=where.invitation_id,
        person_id=where.offered.asking.person_id if where.invitation_id else None,
    )
    answered = next(reversed(earlier.values()), None)
    # What was answered for oneself is no answer of whom an invitation is for, nor the other way round.
    if answered is None or answered.invitation_id != where.invitation_id:
        return fresh
    return msgspec.structs.replace(
        fresh,
        person_id=answered.person_id,
        identity=answered.identity,
        proven_by=answered.proven_by,
        values=answered.values,
        answered=answered.answered,
        accepted=answered.accepted,
    )


async def _refused(
    request: AnyRequest, where: Where, choice: SlotChoice, refusal: Refusal
) -> Template:
    """Stay on the slots of that week, say why, and offer the three nearest (C-22)."""
    return await slots_page(
        request,
        where.motive,
        where.place,
        where.offered,
        receiver=where.receiver,
        week=Week.of(choice.starts_at, offers.zone_of(where.place)).code,
        status=refusal.status,
        refusal=str(refusal),
        nearest=nearest_views(refusal, where.place, where.agent_id),
    )
