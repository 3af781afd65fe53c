"""Calling an appointment off: cancelling it, having it set anew, deleting it (C-64, C-65).

Each is asked first, with who is written to; what the agent chooses is what happens.
"""

from collections.abc import Sequence
from typing import Any, Final, get_args
from uuid import UUID

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.notes import service as notes
from creneau.appointments.rules import OPEN
from creneau.appointments.schemas import Booking, State
from creneau.i18n import gettext as _
from creneau.messages.receipts.words import channel_label
from creneau.messages.schemas import Occasion
from creneau.messages.service import subject_of, tellings
from creneau.refusals import ChangedMeanwhile
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import stale
from creneau_web.backoffice import agendas, reach, seen
from creneau_web.backoffice.appointment import facts_of, href_of, people_of
from creneau_web.forms import Form, form
from creneau_web.rendering import page

ONE: Final = "/agents/rendez-vous/{booking_id:uuid}"
AnyRequest = Request[Any, Any, Any]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Who is written to: the person and their like, if the agent wants it; colleagues always."""

    persons: list[str]
    agents: list[str]


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """A way to end an appointment: its page, what it tells, and from which states it leads."""

    template: str
    occasion: Occasion
    states: frozenset[State]


CANCEL: Final = Ending(template="backoffice/cancel.html", occasion="cancelled", states=OPEN)
RESCHEDULE: Final = Ending(
    template="backoffice/reschedule.html",
    occasion="to_reschedule",
    states=frozenset({"planned", "waiting"}),
)
DELETE: Final = Ending(
    template="backoffice/delete.html", occasion="cancelled", states=frozenset(get_args(State))
)


@get(f"{ONE}/annulation", opt=permission(reach.UPDATE))
async def cancel_page(booking_id: FromPath[UUID]) -> Template | Redirect:
    """Ask before cancelling: what disappears, and who is told (C-64)."""
    return await _ask(CANCEL, booking_id)


@post(f"{ONE}/annulation", opt=permission(reach.UPDATE))
async def cancel(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Cancel for the service: the time is free at once, the messages leave (C-26)."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    typed = await form(request)
    notify, shown = _wants_telling(typed), seen.version(typed)
    told = await _told(booking, "cancelled")
    try:
        await appointments.cancel(booking.id, reach.actor(), quiet=not notify, seen=shown)
    except ChangedMeanwhile:
        return await _changed(CANCEL, booking_id, typed)
    said = _("Le rendez-vous est annulé et l’horaire est de nouveau libre.")
    flashes.add("success", f"{said} {_said(told, notify=notify)}")
    return Redirect(href_of(booking.id), status_code=303)


@get(f"{ONE}/replanification", opt=permission(reach.UPDATE))
async def reschedule_page(booking_id: FromPath[UUID]) -> Template | Redirect:
    """Ask before an appointment is to be set anew: its time is freed (C-65)."""
    return await _ask(RESCHEDULE, booking_id)


@post(f"{ONE}/replanification", opt=permission(reach.UPDATE))
async def reschedule(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Free the time, and write to the person where the agent wants it."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    typed = await form(request)
    notify, shown = _wants_telling(typed), seen.version(typed)
    told = await _told(booking, "to_reschedule")
    try:
        await appointments.reschedule(booking.id, reach.actor(), notify=notify, seen=shown)
    except ChangedMeanwhile:
        return await _changed(RESCHEDULE, booking_id, typed)
    said = _("Le rendez-vous est à replanifier et l’horaire est de nouveau libre.")
    flashes.add("success", f"{said} {_said(told, notify=notify)}")
    return Redirect(href_of(booking.id), status_code=303)


@get(f"{ONE}/suppression", opt=permission(reach.UPDATE))
async def delete_page(booking_id: FromPath[UUID]) -> Template | Redirect:
    """Ask before deleting: nobody is written to unless the agent asks for it (C-64)."""
    return await _ask(DELETE, booking_id)


@post(f"{ONE}/suppression", opt=permission(reach.UPDATE))
async def delete(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Take an appointment off the agenda, the lists and the counts."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    typed = await form(request)
    way = (await facts_of(booking))["day_href"]
    notify, shown = typed.text("notify") == "yes" and booking.state in OPEN, seen.version(typed)
    told = await _told(booking, "cancelled")
    try:
        await appointments.delete(booking.id, reach.actor(), notify=notify, seen=shown)
    except ChangedMeanwhile:
        return await _changed(DELETE, booking_id, typed)
    said = _("Le rendez-vous est supprimé.")
    flashes.add("success", f"{said} {_said(told, notify=notify)}")
    return Redirect(way, status_code=303)


def _wants_telling(typed: Form) -> bool:
    return typed.text("notify") != "no"


async def _ask(ending: Ending, booking_id: UUID) -> Template | Redirect:
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    if booking.state not in ending.states:
        return Redirect(href_of(booking.id), status_code=303)
    return await _asked(ending, booking, await notes.notes_of(booking.appointment_id))


async def _changed(ending: Ending, booking_id: UUID, typed: Form) -> Template | Redirect:
    """Ask anew with what somebody else changed, or say it where nothing is left to be ended."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    kept = await notes.notes_of(booking.appointment_id)
    if booking.state not in ending.states:
        flashes.add("warning", seen.said(typed, booking, kept))
        return Redirect(href_of(booking.id), status_code=303)
    changes = stale.changes(typed, seen.facts(booking, kept))
    return await _asked(ending, booking, kept, changes, typed.text("notify"))


async def _asked(
    ending: Ending,
    booking: Booking,
    kept: str,
    changes: Sequence[stale.Change] | None = None,
    telling: str = "",
) -> Template:
    open_still = booking.state in OPEN
    told = await _told(booking, ending.occasion) if open_still else Told(persons=[], agents=[])
    return page(
        ending.template,
        status=200 if changes is None else 409,
        changes=changes,
        telling=telling,
        seen=seen.fields(booking, kept),
        **await facts_of(booking),
        **await people_of(booking),
        told=told.persons,
        told_agents=told.agents,
        open_still=open_still,
        takes_time=booking.state not in agendas.FREED,
    )


async def _told(booking: Booking, occasion: Occasion) -> Told:
    subject = await subject_of(booking.id)
    if subject is None:
        return Told(persons=[], agents=[])
    found = await tellings(subject, occasion, reach.signed_in_agent().id)
    named = [
        (
            one.reader.agent_id is not None,
            _("%(name)s %(way)s", name=one.reader.name, way=channel_label(one.channel)),
        )
        for one in found
        if one.address
    ]
    return Told(
        persons=[name for is_agent, name in named if not is_agent],
        agents=[name for is_agent, name in named if is_agent],
    )


def _said(told: Told, *, notify: bool) -> str:
    names = [*(told.persons if notify else ()), *told.agents]
    if not names:
        return _("Personne n’a été prévenu.")
    return _("Un message part à : %(names)s.", names=", ".join(names))


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    cancel_page,
    cancel,
    reschedule_page,
    reschedule,
    delete_page,
    delete,
)
