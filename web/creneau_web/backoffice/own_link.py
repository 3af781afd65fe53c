"""The address to share of the agent who is signed in: to copy, to scan, to print (C-46, D-06)."""

from typing import Final

from creneau.offering import service as offering
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.response import Template

from creneau_web.access import signed_in
from creneau_web.admin import reach
from creneau_web.admin.sharing import drawn, poster_of_agent, printed, sharing_of_agent
from creneau_web.rendering import page

HOME: Final = "/agents/mon-lien"


@get(HOME, opt=signed_in())
async def own_link() -> Template:
    """Show the address at which everyone books with the agent, or what is missing for it."""
    own = reach.agent().id
    return page(
        "backoffice/own_link.html",
        sharing=await sharing_of_agent(own, HOME),
        open_now=bool(await offering.offers(own)),
    )


@get(f"{HOME}/affiche.pdf", opt=signed_in())
async def own_poster(langue: FromQuery[str] = "") -> Response[bytes]:
    """Print one's own poster."""
    return await printed(await poster_of_agent(reach.agent().id), langue)


@get(f"{HOME}/code.svg", opt=signed_in())
async def own_code() -> Response[bytes]:
    """Draw one's own code."""
    return drawn(await poster_of_agent(reach.agent().id))


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (own_link, own_poster, own_code)
