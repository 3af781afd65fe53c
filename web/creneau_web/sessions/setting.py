"""Creating, changing and cancelling a group session (S-13)."""

from collections.abc import Sequence
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.errors import SlotTaken
from creneau.appointments.schemas import SessionDraft
from creneau.appointments.sessions import service as sessions
from creneau.appointments.sessions.errors import SessionOver
from creneau.appointments.sessions.rules import version_of
from creneau.appointments.sessions.schemas import Session, SessionEdit
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.refusals import ChangedMeanwhile, InvalidInput
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import stale
from creneau_web.backoffice import reach
from creneau_web.forms import form
from creneau_web.planning import clocks
from creneau_web.planning.typed import Typed
from creneau_web.rendering import page
from creneau_web.sessions import forms
from creneau_web.sessions.lists import row
from creneau_web.sessions.within import HOME, session_within

ONE: Final = f"{HOME}/{{appointment_id:uuid}}"
AnyRequest = Request[Any, Any, Any]


@get(f"{HOME}/nouveau", opt=permission(reach.UPDATE))
async def new_page(motif: FromQuery[str] = "") -> Template:
    """Show the form of a new session."""
    found = await forms.choices()
    return await forms.form_page(found, forms.beginning(found, motif))


@post(f"{HOME}/nouveau", opt=permission(reach.UPDATE))
async def create(request: AnyRequest) -> Template | Redirect:
    """Create a session; whoever leads it must be free."""
    typed, found = await form(request), await forms.choices()
    values = forms.typed_values(typed)
    try:
        draft = forms.read(typed, found)
        created = await sessions.create(draft, reach.actor())
    except InvalidInput as wrong:
        return await forms.form_page(found, values, errors=wrong.fields, status=422)
    except SlotTaken as taken:
        sentence = _("Une des personnes qui animent n’est pas libre à cette heure.")
        errors = {"start": sentence}
        return await forms.form_page(found, values, errors=errors, status=taken.status)
    said = _("La séance est créée. Inscrivez les personnes qui viennent.")
    flashes.add("success", " ".join(filter(None, [said, _which_of_two(draft, found)])))
    return Redirect(f"{HOME}/{created}", status_code=303)


def _which_of_two(draft: SessionDraft, found: forms.Choices) -> str:
    place = next(one for one in found.places if one.id == draft.place_id)
    return clocks.which_of_two(draft.starts_at.astimezone(ZoneInfo(place.time_zone)))


@get(f"{ONE}/modification", opt=permission(reach.UPDATE))
async def edit_page(appointment_id: FromPath[UUID]) -> Template:
    """Show what can be changed of a session."""
    found = await session_within(appointment_id, reach.UPDATE)
    values = {"title": found.title, "capacity": str(found.capacity or "")}
    return _edit_page(found, values)


@post(f"{ONE}/modification", opt=permission(reach.UPDATE))
async def save(request: AnyRequest, appointment_id: FromPath[UUID]) -> Template | Redirect:
    """Save a session's title and seats."""
    found = await session_within(appointment_id, reach.UPDATE)
    typed = Typed(await form(request))
    values = {name: typed.form.text(name) for name in ("title", "capacity")}
    try:
        capacity = forms.seats(typed)
        typed.check.refuse_if_wrong()
        edit = SessionEdit(
            title=values["title"], capacity=capacity, version=typed.form.text("version")
        )
        await sessions.change(found.id, edit, reach.actor())
    except InvalidInput as wrong:
        opened = msgspec.structs.replace(found, version=typed.form.text("version"))
        return _edit_page(opened, values, errors=wrong.fields, status=422)
    except ChangedMeanwhile:
        now = await sessions.session(found.id)
        return _edit_page(now, values, status=409, conflict=True)
    except SessionOver as over:
        flashes.add("danger", str(over))
    else:
        flashes.add("success", _("La séance est enregistrée."))
    return Redirect(f"{HOME}/{found.id}", status_code=303)


def _edit_page(
    found: Session,
    values: dict[str, str],
    *,
    errors: Any = None,
    status: int = 200,
    conflict: bool = False,
) -> Template:
    return page(
        "sessions/edit.html",
        status=status,
        row=row(found),
        session=found,
        values=values,
        errors=errors or {},
        conflict=conflict,
    )


@get(f"{ONE}/annulation", opt=permission(reach.UPDATE))
async def call_off_page(appointment_id: FromPath[UUID]) -> Template:
    """Ask before a session is cancelled: who was to come, who is told."""
    return _call_off_form(await session_within(appointment_id, reach.UPDATE))


@post(f"{ONE}/annulation", opt=permission(reach.UPDATE), status_code=303)
async def call_off(request: AnyRequest, appointment_id: FromPath[UUID]) -> Template | Redirect:
    """Cancel a session with its bookings; what changed since the question is shown first."""
    found = await session_within(appointment_id, reach.UPDATE)
    typed = await form(request)
    try:
        number = await sessions.call_off(
            found.id, reach.actor(), seen=typed.text("version") or None
        )
    except ChangedMeanwhile as conflict:
        now = cast("Session", conflict.saved)
        return _call_off_form(now, stale.changes(typed, _facts(now)))
    except SessionOver as over:
        flashes.add("danger", str(over))
    else:
        flashes.add("success", _called_off(number))
    return Redirect(f"{HOME}/{found.id}", status_code=303)


def _call_off_form(found: Session, changes: Sequence[stale.Change] | None = None) -> Template:
    return page(
        "sessions/cancel.html",
        status=409 if changes is not None else 200,
        row=row(found),
        session=found,
        version=version_of(found),
        shown=stale.kept(_facts(found)),
        changes=changes,
    )


def _facts(found: Session) -> stale.Facts:
    return {
        _("Nom"): found.title or found.motive_name,
        _("Places"): str(found.capacity or ""),
        _("Personnes inscrites"): str(found.taken),
        _("Avec"): ", ".join(found.resource_labels),
    }


def _called_off(number: int) -> str:
    if not number:
        return _("La séance est annulée. Personne n’y était inscrit.")
    return ngettext(
        "La séance est annulée. Un message part à la personne inscrite.",
        "La séance est annulée. Un message part aux %(number)s personnes inscrites.",
        number,
    )


ROUTES = (new_page, create, edit_page, save, call_off_page, call_off)
