"""Seeing, cancelling and moving one appointment; a page that is opened changes nothing (C-45)."""

from typing import Any

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, MoveRequest
from creneau.availability.errors import NothingOffered
from creneau.availability.schemas import Asking
from creneau.context import Actor
from creneau.i18n import gettext as _
from creneau.i18n import local
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.places import service as places
from creneau.refusals import Refusal
from creneau.waiting import service as waiting
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.forms import form
from creneau_web.fragments.service import fragments_of
from creneau_web.public.beneficiaries import full_name
from creneau_web.public.calendars import calendar_of, nearest_views
from creneau_web.public.invited import short_name
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.limits import not_offered_page
from creneau_web.public.offers import zone_of
from creneau_web.public.slot_values import SlotChoice
from creneau_web.public.visible import visible_booking
from creneau_web.rendering import page


class Managed(msgspec.Struct, frozen=True):
    """A booking that somebody may manage: by its link, or signed in.

    `base` is the address of its page, which those of cancelling and moving begin with. `discreet`:
    little is shown of the person (S-11). `again` leads to where another can be booked.
    """

    booking: Booking
    base: str
    actor: Actor
    signed_in: bool
    discreet: bool = False
    again: str = ""


async def overview(managed: Managed) -> Template:
    """Show the appointment and what can be done with it."""
    person_id = managed.booking.person_id
    person = await people.person(person_id) if person_id else None
    return page(
        "public/managed.html",
        **await _context(managed),
        who=_name(managed, person) if person else "",
        fragments=await fragments_of("public.manage", managed.booking.id),
        may_wait=await waiting.open_for(managed.booking.motive_id),
    )


def _name(managed: Managed, person: Person) -> str:
    return short_name(person) if managed.discreet else full_name(person)


async def _context(managed: Managed) -> dict[str, Any]:
    seen = await visible_booking(managed.booking, discreet=managed.discreet)
    motive = seen["motive"]
    again = managed.again or (f"/rdv/{motive.id}" if motive.audience == "everyone" else "")
    return {**seen, "base": managed.base, "signed_in": managed.signed_in, "again": again}


async def ask_to_cancel(managed: Managed, refusal: Refusal | None = None) -> Template | Redirect:
    """Ask whether to cancel, with the motive's warning."""
    context = await _context(managed)
    if refusal is None and not context["cancellable"]:
        return Redirect(managed.base)
    return page(
        "public/cancel.html",
        status=refusal.status if refusal else 200,
        **context,
        refusal=str(refusal) if refusal else "",
    )


async def cancel(managed: Managed) -> Template | Redirect:
    """Cancel; sent twice, it stays cancelled."""
    if managed.booking.state in {"excused", "cancelled"}:
        return Redirect(managed.base, status_code=303)
    try:
        await appointments.cancel(managed.booking.id, managed.actor)
    except Refusal as refusal:
        return await ask_to_cancel(managed, refusal)
    flashes.add("success", _("Votre rendez-vous est annulé."))
    return Redirect(managed.base, status_code=303)


async def choose_time(
    managed: Managed,
    *,
    week: str = "",
    status: int = 200,
    refusal: str = "",
    nearest: list[Any] | None = None,
) -> Template | Redirect:
    """Show the free times that the appointment can move to."""
    context = await _context(managed)
    if not context["movable"]:
        return Redirect(managed.base)
    ignoring = None if managed.booking.group_session else managed.booking.appointment_id
    motive, place = context["motive"], context["place"]
    asking = Asking(person_id=managed.booking.person_id, moving=managed.booking.resource_ids)
    try:
        calendar = await calendar_of(
            motive,
            place,
            week,
            ignoring=ignoring,
            leaving=managed.booking.starts_at,
            asking=asking,
        )
    except NothingOffered as nothing:
        return await not_offered_page(motive, str(nothing))
    return page(
        "public/move.html",
        status=status,
        **context,
        calendar=calendar,
        here=f"{managed.base}/deplacement",
        refusal=refusal,
        nearest=nearest or [],
    )


async def time_chosen(request: AnyRequest, managed: Managed) -> Template | Redirect:
    """Go from the chosen time to the page that asks for confirmation; nothing changes yet."""
    choice = SlotChoice.parse((await form(request)).text("slot"))
    if choice is None:
        return await choose_time(managed, status=422, refusal=_("Choisissez un horaire."))
    return Redirect(f"{managed.base}/deplacement/confirmation?slot={choice.value}", status_code=303)


async def ask_to_move(managed: Managed, value: str) -> Template | Redirect:
    """Show the old time and the new one, and ask for confirmation."""
    choice = SlotChoice.parse(value)
    context = await _context(managed)
    if choice is None or not context["movable"]:
        return Redirect(f"{managed.base}/deplacement")
    new = local(choice.starts_at, zone_of(context["place"]))
    return page("public/move_confirmation.html", **context, choice=choice, new_starts_at=new)


async def move(request: AnyRequest, managed: Managed) -> Template | Redirect:
    """Move the appointment; a time that is gone leads back to the nearest ones."""
    choice = SlotChoice.parse((await form(request)).text("slot"))
    if choice is None:
        return Redirect(f"{managed.base}/deplacement", status_code=303)
    wish = MoveRequest(
        starts_at=choice.starts_at,
        place_id=managed.booking.place_id,
        appointment_id=choice.appointment_id,
    )
    try:
        await appointments.move(managed.booking.id, wish, managed.actor)
    except Refusal as refusal:
        return await _not_moved(managed, refusal)
    flashes.add("success", _("Votre rendez-vous est déplacé."))
    return Redirect(managed.base, status_code=303)


async def _not_moved(managed: Managed, refusal: Refusal) -> Template | Redirect:
    place = await places.place(managed.booking.place_id)
    return await choose_time(
        managed,
        status=refusal.status,
        refusal=str(refusal),
        nearest=nearest_views(refusal, place),
    )
