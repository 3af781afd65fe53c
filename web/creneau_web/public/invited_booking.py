"""The appointment that was booked with an invitation, for whoever holds its link or its letter (S-11)."""

from creneau.appointments import service as appointments
from creneau.context import VISITOR
from creneau.refusals import NotFound
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.public import managing
from creneau_web.public.files import calendar_file
from creneau_web.public.invitations import by_token
from creneau_web.public.invited import HOME
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.managing import Managed

BOOKED = HOME + "/{invited_token:str}/rendez-vous"


async def managed(token: str) -> Managed:
    """Read what was booked with an invitation.

    Raises:
        NotFound: Nobody was given this link, or nothing was booked with it.
        TooManyRequests: Somebody tries links.
    """
    found = await by_token(token)
    if found.booking_id is None:
        raise NotFound
    booking = await appointments.get(found.booking_id)
    if booking.confidential:
        raise NotFound  # whoever finds the letter reads nothing of it (S-08)
    base = f"{HOME}/{token}"
    return Managed(
        booking, f"{base}/rendez-vous", VISITOR, signed_in=False, discreet=True, again=base
    )


@get(BOOKED, opt=public())
async def booked(invited_token: FromPath[str]) -> Template:
    """Show the appointment; opening it changes nothing (C-45)."""
    return await managing.overview(await managed(invited_token))


@get(f"{BOOKED}/annulation", opt=public())
async def ask_to_cancel(invited_token: FromPath[str]) -> Template | Redirect:
    """Ask whether to cancel."""
    return await managing.ask_to_cancel(await managed(invited_token))


@post(f"{BOOKED}/annulation", opt=public())
async def cancel(invited_token: FromPath[str]) -> Template | Redirect:
    """Cancel; the invitation is good again until its last day."""
    return await managing.cancel(await managed(invited_token))


@get(f"{BOOKED}/deplacement", opt=public())
async def choose_time(
    invited_token: FromPath[str], semaine: FromQuery[str] = ""
) -> Template | Redirect:
    """Show the times that it can move to."""
    return await managing.choose_time(await managed(invited_token), week=semaine)


@post(f"{BOOKED}/deplacement", opt=public())
async def time_chosen(request: AnyRequest, invited_token: FromPath[str]) -> Template | Redirect:
    """Take the chosen time to the page that asks for confirmation."""
    return await managing.time_chosen(request, await managed(invited_token))


@get(f"{BOOKED}/deplacement/confirmation", opt=public())
async def ask_to_move(
    invited_token: FromPath[str], slot: FromQuery[str] = ""
) -> Template | Redirect:
    """Ask whether to move."""
    return await managing.ask_to_move(await managed(invited_token), slot)


@post(f"{BOOKED}/deplacement/confirmation", opt=public())
async def move(request: AnyRequest, invited_token: FromPath[str]) -> Template | Redirect:
    """Move."""
    return await managing.move(request, await managed(invited_token))


@get(f"{BOOKED}/rendez-vous.ics", opt=public())
async def file(invited_token: FromPath[str]) -> Response[bytes]:
    """Give the appointment for one's own calendar."""
    return await calendar_file((await managed(invited_token)).booking, discreet=True)


ROUTES = (
    booked,
    ask_to_cancel,
    cancel,
    choose_time,
    time_chosen,
    ask_to_move,
    move,
    file,
)
