"""Changing an appointment besides its time: its motive, and what agents note about it (C-64)."""

from typing import Any, Final
from uuid import UUID

from creneau.appointments import service as appointments
from creneau.appointments.errors import Overlaps, SlotTaken
from creneau.appointments.notes import service as notes
from creneau.appointments.rules import LONGEST_NOTES, edited_version
from creneau.appointments.schemas import Booking, EditRequest
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.refusals import ChangedMeanwhile, InvalidInput
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import saving
from creneau_web.backoffice import reach
from creneau_web.backoffice.appointment import facts_of, href_of, people_of
from creneau_web.forms import form
from creneau_web.rendering import page

PAGE: Final = "/agents/rendez-vous/{booking_id:uuid}/modification"
Options = list[tuple[str, str]]


@get(PAGE, opt=permission(reach.UPDATE))
async def edit_page(booking_id: FromPath[UUID]) -> Template:
    """Show the form."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    return await _page(booking, await _saved(booking))


@post(PAGE, opt=permission(reach.UPDATE))
async def edit(request: Request[Any, Any, Any], booking_id: FromPath[UUID]) -> Template | Redirect:
    """Save it, or say beside what was typed why it cannot be."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    typed = await form(request)
    values = {"motive": typed.text("motive"), "notes": typed.text("notes")}
    # What else was saved meanwhile was not looked at yet: the form goes on from what it showed.
    opened = typed.text("version")
    options, before = await _motives(booking), await _saved(booking)
    try:
        chosen = _chosen(options, values["motive"])
        wish = EditRequest(motive_id=chosen, notes=values["notes"], seen=opened)
        await appointments.edit(booking.id, wish, reach.actor())
    except InvalidInput as wrong:
        return await _page(booking, values, errors=wrong.fields, seen=opened, status=422)
    except ChangedMeanwhile:
        fresh = await reach.booking_within(booking_id, reach.UPDATE)
        differences = saving.differences(
            _in_words(values, options), _in_words(await _saved(fresh), options), _labels()
        )
        return await _page(fresh, values, conflict=differences, status=409)
    except (Overlaps, SlotTaken) as refused:
        return await _page(
            booking, values, errors={"motive": str(refused)}, seen=opened, status=409
        )
    flashes.add("success", _said(before, values))
    return Redirect(href_of(booking.id), status_code=303)


def _chosen(options: Options, wanted: str) -> UUID:
    if wanted not in {value for value, _label in options}:
        raise InvalidInput({"motive": _("Choisissez un motif de la liste.")})
    return UUID(wanted)


async def _saved(booking: Booking) -> dict[str, str]:
    kept = await notes.notes_of(booking.appointment_id)
    return {"motive": str(booking.motive_id), "notes": kept}


async def _motives(booking: Booking) -> Options:
    """List what it may be for: motives of its organisation; a session keeps its own."""
    own = await motives.motive(booking.motive_id)
    if booking.group_session:
        return [(str(own.id), own.name)]
    others = [
        one
        for one in await motives.motives()
        if one.organisation_id == own.organisation_id and one.capacity == 1 and one.id != own.id
    ]
    return [(str(own.id), own.name), *[(str(one.id), one.name) for one in others]]


def _labels() -> dict[str, str]:
    return {"motive": _("Motif"), "notes": _("Notes")}


def _in_words(values: dict[str, str], options: Options) -> dict[str, str]:
    return {**values, "motive": dict(options).get(values["motive"], "")}


def _said(before: dict[str, str], after: dict[str, str]) -> str:
    said = saving.said_what_changed(before, after, _labels())
    if before["motive"] != after["motive"]:
        return said + " " + _("Personne n’est prévenu de ce changement.")
    return said


async def _page(
    booking: Booking, values: dict[str, str], *, seen: str = "", **more: Any
) -> Template:
    kept = await notes.notes_of(booking.appointment_id)
    context: dict[str, Any] = {"errors": {}, "conflict": None, **more}
    return page(
        "backoffice/edit.html",
        **await facts_of(booking),
        **await people_of(booking),
        values=values,
        options=await _motives(booking),
        longest=LONGEST_NOTES,
        version=seen or edited_version(booking, kept),
        **context,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (edit_page, edit)
