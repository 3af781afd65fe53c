"""The plugin's page in the back office."""

from typing import Annotated

from creneau.refusals import NotFound
from creneau_web.ui import page, permission, visit
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Template

from creneau_digital_aid.service import PrescribedPage, prescribed

HREF = "/agents/digital-aid/prescripteurs"

PageNumber = Annotated[int, QueryParameter(name="page", ge=1)]


@get(HREF, opt=permission("prescription:read"))
async def prescribers_page(number: PageNumber = 1) -> Template:
    """List the prescribed bookings on the agendas within the agent's reach (C-04)."""
    agent = visit().agent
    if agent is None:
        raise NotFound
    found = await prescribed(agent.id, number)
    return page(
        "digital_aid/prescribers.html",
        list=found,
        previous_href=_href(found, number - 1),
        next_href=_href(found, number + 1),
    )


def _href(found: PrescribedPage, number: int) -> str | None:
    return f"{HREF}?page={number}" if 1 <= number <= found.pages else None


ROUTES = (prescribers_page,)
