"""The page of one appointment: its facts, its status, its history, and cancelling it (C-64 … C-66)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.appointments import service as appointments
from creneau.appointments.errors import NotActive, SlotTaken
from creneau.appointments.notes import service as notes
from creneau.appointments.rules import OPEN
from creneau.appointments.schemas import AgendaEntry, Booking, State
from creneau.history import service as history
from creneau.history.queries import Entry
from creneau.i18n import gettext as _
from creneau.messages.receipts import service as receipts
from creneau.motives import service as motives
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.phones import readable_phone
from creneau.places import service as places
from creneau.questions import service as questions
from creneau.questions.rules import in_words
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau_infra.clock import now
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec.structs import replace

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach, seen
from creneau_web.backoffice.history import sentences, state_label
from creneau_web.backoffice.messages import Line, about_booking, failure_of, lines
from creneau_web.forms import Form, form
from creneau_web.fragments.service import fragments_of
from creneau_web.persons import facts
from creneau_web.public.visible import is_coming
from creneau_web.rendering import page

UNDONE_WITHIN: Final = timedelta(minutes=15)
STATUS_CHANGES: Final = frozenset(
    {"booking.state_set", "booking.cancelled", "booking.to_reschedule", "booking.moved"}
)
SETTABLE: Final[tuple[State, ...]] = ("planned", "waiting", "seen", "excused", "no_show")


def href_of(booking_id: UUID) -> str:
    """Give the address of a booking's page."""
    return f"/agents/rendez-vous/{booking_id}"


@get("/agents/rendez-vous/{booking_id:uuid}", opt=permission(reach.READ))
async def appointment_page(booking_id: FromPath[UUID]) -> Template:
    """Show all facts of an appointment, and what the agent may do with it."""
    booking = await reach.booking_within(booking_id)
    changeable = await reach.may(booking, reach.UPDATE)
    entries = await history.of_booking(booking.id, booking.appointment_id)
    return page(
        "backoffice/appointment.html",
        **await facts_of(booking),
        **await people_of(booking),
        messages=await _messages(booking, changeable=changeable),
        changeable=changeable,
        editable=changeable and booking.state != "cancelled",
        cancellable=booking.state in OPEN,
        reschedulable=booking.state in {"planned", "waiting"},
        undo=_undo(entries, booking) if changeable else "",
        set_by=_set_by(entries),
        seen=seen.fields,
        seated=await _seated(booking),
        standing_of=agendas.standing,
        printable=is_coming(booking, now()),
        movable=changeable and booking.state in OPEN and not booking.group_session,
        notes=await notes.notes_of(booking.appointment_id),
        statuses=SETTABLE,
        answers=[(one.label, in_words(one)) for one in await questions.answers_of(booking.id)],
        fragments=await fragments_of("backoffice.appointment", booking.id),
        history=sentences(entries, booking.motive_name, ZoneInfo(booking.time_zone)),
    )


@post("/agents/rendez-vous/{booking_id:uuid}/statut", opt=permission(reach.UPDATE))
async def set_status(request: Request[Any, Any, Any], booking_id: FromPath[UUID]) -> Redirect:
    """Set the status, and say what it was and what it is (C-65)."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    typed = await form(request)
    wanted = typed.text("status")
    if wanted not in SETTABLE:
        raise InvalidInput({"status": _("Choisissez un statut de la liste.")})
    try:
        shown = seen.version(typed)
        changed = await appointments.set_state(booking.id, wanted, reach.actor(), seen=shown)
    except ChangedMeanwhile:
        now_there = await reach.booking_within(booking_id, reach.UPDATE)
        flashes.add("warning", _not_asked_of(typed, now_there, wanted))
    except (NotActive, SlotTaken):
        flashes.add("danger", _not_set(booking, wanted))
    else:
        flashes.add("success", _said(booking, changed))
    return Redirect(f"{href_of(_shown_on(typed.text('page')) or booking.id)}", status_code=303)


def _shown_on(text: str) -> UUID | None:
    """Read whose page lists the participants among whom one got a status."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _undo(entries: Sequence[Entry], booking: Booking) -> str:
    """Name the status that stood before, if the agent who asks has just changed it."""
    last = next((one for one in reversed(entries) if one.action in STATUS_CHANGES), None)
    if last is None or last.action != "booking.state_set" or now() - last.at > UNDONE_WITHIN:
        return ""
    before, after = last.details["from"], last.details["to"]
    own = last.actor_id == reach.signed_in_agent().id
    return before if own and after == booking.state and before in SETTABLE else ""


def _set_by(entries: Sequence[Entry]) -> str:
    """Name who set the appointment; empty where nobody known did."""
    first = next((one for one in entries if one.action == "booking.confirmed"), None)
    return first.actor_label or "" if first else ""


async def _seated(booking: Booking) -> Sequence[AgendaEntry]:
    """List who else comes to a group session, those who will not come last."""
    if not booking.group_session:
        return ()
    found = await appointments.seated(booking.appointment_id)
    return sorted(found, key=lambda one: one.state in agendas.FREED)


async def facts_of(booking: Booking) -> dict[str, Any]:
    """Read what the pages of an appointment show of it."""
    zone = ZoneInfo(booking.time_zone)
    return {
        "booking": booking,
        "contact": await people.contact_of(booking.person_id),
        "motive": await motives.motive(booking.motive_id),
        "place": await places.place(booking.place_id),
        "starts_at": booking.starts_at.astimezone(zone),
        "ends_at": booking.ends_at.astimezone(zone),
        "minutes": int((booking.ends_at - booking.starts_at).total_seconds() // 60),
        "booked_at": (booking.confirmed_at or booking.created_at).astimezone(zone),
        "standing": agendas.standing(booking),
        "day_href": agendas.href(
            "/agents", await reach.agenda_with(booking), booking.starts_at.astimezone(zone).date()
        ),
    }


async def _messages(booking: Booking, *, changeable: bool) -> list[Line]:
    found = await receipts.of_booking(booking.id)
    editable = frozenset({booking.id} if changeable else ())
    about = about_booking(booking)
    return await lines(found, {booking.id: about}, editable, href_of(booking.id))


async def people_of(booking: Booking) -> dict[str, Any]:
    """Read who comes, who answers for them, whom they answer for, and who follows them."""
    person = await _person(booking.person_id)
    responsible = await _person(person and person.responsible_id)
    written_to = responsible or person
    relatives = await people.relatives(person.id) if person else []
    seen, _hidden = await facts.read([*([person] if person else ()), *relatives])
    return {
        "person": seen[0] if person else None,
        "responsible": responsible,
        "relatives": seen[1:],
        "referents": await people.referents_of(person.id) if person else [],
        "failure": await failure_of(written_to) if written_to else "",
    }


async def _person(person_id: UUID | None) -> Person | None:
    if person_id is None:
        return None
    found = await people.person(person_id)
    return replace(found, phone=readable_phone(found.phone)) if found.phone else found


def _not_set(booking: Booking, wanted: str) -> str:
    if booking.state in agendas.FREED:
        return _("Cet horaire a été donné à quelqu’un d’autre : le statut n’a pas changé.")
    return _(
        "Le statut « %(status)s » n’est plus possible pour ce rendez-vous.",
        status=state_label(wanted),
    )


def _not_asked_of(typed: Form, booking: Booking, wanted: str) -> str:
    chosen = _("Vous aviez choisi « %(status)s ».", status=state_label(wanted))
    return f"{seen.said(typed, booking)} {chosen}"


def _said(before: Booking, after: Booking) -> str:
    if before.state == after.state:
        return _("Le statut était déjà « %(status)s ».", status=state_label(after.state))
    sentence = _(
        "Statut enregistré : « %(after)s ». Avant : « %(before)s ».",
        after=state_label(after.state),
        before=state_label(before.state),
    )
    if after.state == "excused":
        return sentence + " " + _("L’horaire est de nouveau libre.")
    return sentence
