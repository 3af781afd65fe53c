"""The link of a message: tied to one appointment, and good for seeing, cancelling and moving it."""

from creneau.appointments import service as appointments
from creneau.context import VISITOR
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.public import managing
from creneau_web.public.files import calendar_file
from creneau_web.public.journeys import AnyRequest
from creneau_web.public.managing import Managed
from creneau_web.throttling import limit


async def managed(token: str) -> Managed:
    """Read the booking of a link.

    Raises:
        NotFound: Nobody was sent this link.
        LinkExpired: The appointment was long ago.
        TooManyRequests: Somebody tries links.
    """
    await limit("link")
    booking = await appointments.by_link(token)
    return Managed(booking, f"/lien/{token}", VISITOR, signed_in=False)


@get("/lien/{token:str}", opt=public())
async def linked(token: FromPath[str]) -> Template:
    """Show the appointment of a link; opening it changes nothing (C-45)."""
    return await managing.overview(await managed(token))


@get("/lien/{token:str}/annulation", opt=public())
async def ask_to_cancel(token: FromPath[str]) -> Template | Redirect:
    """Ask whether to cancel."""
    return await managing.ask_to_cancel(await managed(token))


@post("/lien/{token:str}/annulation", opt=public())
async def cancel(token: FromPath[str]) -> Template | Redirect:
    """Cancel."""
    return await managing.cancel(await managed(token))


@get("/lien/{token:str}/deplacement", opt=public())
async def choose_time(token: FromPath[str], semaine: FromQuery[str] = "") -> Template | Redirect:
    """Show the times that it can move to."""
    return await managing.choose_time(await managed(token), week=semaine)


@post("/lien/{token:str}/deplacement", opt=public())
async def time_chosen(request: AnyRequest, token: FromPath[str]) -> Template | Redirect:
    """Take the chosen time to the page that asks for confirmation."""
    return await managing.time_chosen(request, await managed(token))


@get("/lien/{token:str}/deplacement/confirmation", opt=public())
async def ask_to_move(token: FromPath[str], slot: FromQuery[str] = "") -> Template | Redirect:
    """Ask whether to move."""
    return await managing.ask_to_move(await managed(token), slot)


@post("/lien/{token:str}/deplacement/confirmation", opt=public())
async def move(request: AnyRequest, token: FromPath[str]) -> Template | Redirect:
    """Move."""
    return await managing.move(request, await managed(token))


@get("/lien/{token:str}/rendez-vous.ics", opt=public())
async def file(token: FromPath[str]) -> Response[bytes]:
    """Give the appointment for one's own calendar."""
    return await calendar_file((await managed(token)).booking)
