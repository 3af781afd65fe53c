"""What agents print: a confirmation, the sheet of a day, a session's sheet to sign (C-41, C-60)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.appointments import service as appointments
from creneau.appointments.schemas import AgendaEntry, Booking
from creneau.appointments.sessions.schemas import Session
from creneau.i18n import Locale, local
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.phones import readable_phone
from creneau.places import service as places
from creneau.refusals import NotFound
from creneau_infra.clock import now
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec.structs import replace

from creneau_web.access import permission
from creneau_web.backoffice import agendas, day, reach
from creneau_web.documents import printing
from creneau_web.documents.confirmations import confirmation
from creneau_web.documents.service import link_to
from creneau_web.public.visible import is_coming

DAY: Final = "/agents/feuille-du-jour.pdf"
ONE: Final = "/agents/rendez-vous/{booking_id:uuid}"
# For who comes without a booking; a sheet without names is for writing all of them.
FREE_LINES, FREE_LINES_ALONE = 4, 10


@get(DAY, opt=permission(reach.READ))
async def day_sheet(jour: FromQuery[str] = "", agent: FromQuery[str] = "") -> Response[bytes]:
    """Print a day of an agenda that the agent may see, as the page of the day shows it."""
    shown = await reach.chosen_agent(await reach.visible_agents(), agent)
    wanted = day.day_asked(jour)
    if jour and jour != wanted.isoformat():
        # On paper, today's sheet under another day's address would deceive.
        raise NotFound
    starts_from, starts_before = agendas.bounds(wanted)
    entries = await appointments.agenda([shown.id], starts_from, starts_before)
    return await printing.answer(
        "day_sheet.html",
        f"agenda-{wanted.isoformat()}",
        agent=shown,
        day=wanted,
        printed_at=now().astimezone(agendas.zone()),
        rows=[_in_place(one) for one in entries if one.state not in agendas.FREED],
        freed=[_in_place(one) for one in entries if one.state in agendas.FREED],
    )


def _in_place(entry: AgendaEntry) -> AgendaEntry:
    zone = ZoneInfo(entry.time_zone)
    return replace(
        entry,
        starts_at=local(entry.starts_at, zone),
        ends_at=local(entry.ends_at, zone),
        phone=readable_phone(entry.phone) if entry.phone else "",
    )


@get(f"{ONE}/emargement.pdf", opt=permission(reach.READ))
async def attendance_sheet(booking_id: FromPath[UUID]) -> Response[bytes]:
    """Print the sheet that those who come to a group session sign; other bookings have none."""
    booking = await reach.booking_within(booking_id)
    if not booking.group_session:
        raise NotFound
    return await attendance(booking, await _seated(booking))


async def attendance(session: Booking | Session, seated: Sequence[AgendaEntry]) -> Response[bytes]:
    """Print the sheet to sign of a session, which one of its bookings may stand for."""
    place = await places.place(session.place_id)
    zone = ZoneInfo(session.time_zone)
    return await printing.answer(
        "attendance.html",
        f"emargement-{local(session.starts_at, zone).date().isoformat()}",
        booking=session,
        organisation=await organisations.organisation(place.organisation_id),
        motive=await motives.motive(session.motive_id),
        place=place,
        starts_at=local(session.starts_at, zone),
        ends_at=local(session.ends_at, zone),
        seated=seated,
        free_lines=FREE_LINES if seated else FREE_LINES_ALONE,
    )


async def _seated(booking: Booking) -> Sequence[AgendaEntry]:
    around = await appointments.agenda(
        booking.resource_ids, booking.starts_at, _just_after(booking.starts_at)
    )
    own = (one for one in around if one.appointment_id == booking.appointment_id)
    return [one for one in own if one.state not in agendas.FREED]


def _just_after(moment: datetime) -> datetime:
    return moment + timedelta(seconds=1)


@post(f"{ONE}/confirmation.pdf", opt=permission(reach.UPDATE), status_code=200)
async def confirmation_sheet(booking_id: FromPath[UUID]) -> Response[bytes] | Redirect:
    """Print a confirmation for the person, in their language: it makes a link that can cancel."""
    booking = await reach.booking_within(booking_id, reach.UPDATE)
    if not is_coming(booking, now()):
        return Redirect(f"/agents/rendez-vous/{booking_id}", status_code=303)
    # Given by hand, and without a link: no page shows what is confidential (S-08).
    link = "" if booking.confidential else await link_to(booking.id)
    return await confirmation(booking, link, locale=await _language(booking))


async def _language(booking: Booking) -> Locale | None:
    return (await people.person(booking.person_id)).locale if booking.person_id else None


ROUTES = (day_sheet, attendance_sheet, confirmation_sheet)
