"""My appointments: upcoming and past, one's own and relatives' (C-44)."""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.i18n import local
from creneau.people import service as people
from creneau.refusals import NotFound
from creneau_infra import clock
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.public import managing
from creneau_web.public.beneficiaries import full_name
from creneau_web.public.files import calendar_file
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.managing import Managed
from creneau_web.public.signing_in import MINE, signed_in_person
from creneau_web.public.visible import is_ahead
from creneau_web.public.waiting_views import lines_of
from creneau_web.rendering import page

ONE = f"{MINE}/{{booking_id:uuid}}"


class Line(msgspec.Struct, frozen=True):
    """A booking in the list; `who` names the relative that it is for."""

    booking: Booking
    who: str

    @property
    def starts_at(self) -> object:
        """When it starts, in the place's time zone."""
        return local(self.booking.starts_at, ZoneInfo(self.booking.time_zone))


@get(MINE, opt=public())
async def mine(request: AnyRequest) -> Template:
    """List the appointments to come, the next one first, then the past ones, the last one first."""
    _journey, person = await signed_in_person(request)
    names = {one.id: full_name(one) for one in await people.relatives(person.id)}
    lines = [
        Line(booking, names.get(booking.person_id, "") if booking.person_id else "")
        for booking in await appointments.of_person(person.id)
    ]
    ahead = [line for line in lines if is_ahead(line.booking, clock.now())]
    return page(
        "public/mine.html",
        person=person,
        waits=await lines_of(person.id),
        upcoming=[*reversed(ahead)],
        past=[line for line in lines if line not in ahead],
    )


async def managed(request: AnyRequest, booking_id: UUID) -> Managed:
    """Read a booking of the person signed in, or of a relative.

    Raises:
        Elsewhere: Nobody is signed in.
        NotFound: It is somebody else's.
    """
    journey, person = await signed_in_person(request)
    for booking in await appointments.of_person(person.id):
        if booking.id == booking_id:
            return Managed(booking, f"{MINE}/{booking_id}", journey.actor, signed_in=True)
    raise NotFound


@get(ONE, opt=public())
async def one(request: AnyRequest, booking_id: FromPath[UUID]) -> Template:
    """Show one appointment."""
    return await managing.overview(await managed(request, booking_id))


@get(f"{ONE}/annulation", opt=public())
async def ask_to_cancel(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Ask whether to cancel."""
    return await managing.ask_to_cancel(await managed(request, booking_id))


@post(f"{ONE}/annulation", opt=public())
async def cancel(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Cancel."""
    return await managing.cancel(await managed(request, booking_id))


@get(f"{ONE}/deplacement", opt=public())
async def choose_time(
    request: AnyRequest, booking_id: FromPath[UUID], semaine: FromQuery[str] = ""
) -> Template | Redirect:
    """Show the times that it can move to."""
    return await managing.choose_time(await managed(request, booking_id), week=semaine)


@post(f"{ONE}/deplacement", opt=public())
async def time_chosen(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Take the chosen time to the page that asks for confirmation."""
    return await managing.time_chosen(request, await managed(request, booking_id))


@get(f"{ONE}/deplacement/confirmation", opt=public())
async def ask_to_move(
    request: AnyRequest, booking_id: FromPath[UUID], slot: FromQuery[str] = ""
) -> Template | Redirect:
    """Ask whether to move."""
    return await managing.ask_to_move(await managed(request, booking_id), slot)


@post(f"{ONE}/deplacement/confirmation", opt=public())
async def move(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Move."""
    return await managing.move(request, await managed(request, booking_id))


@get(f"{ONE}/rendez-vous.ics", opt=public())
async def file(request: AnyRequest, booking_id: FromPath[UUID]) -> Response[bytes]:
    """Give the appointment for one's own calendar."""
    return await calendar_file((await managed(request, booking_id)).booking)
