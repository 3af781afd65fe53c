"""The stream that an open agenda listens to."""

from typing import Any, Final
from uuid import UUID

from creneau.agents import service as known
from creneau.context import current_tenant
from creneau.refusals import NotFound
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_tenants.service import tenant_by_host
from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Stream

from creneau_web import cookies
from creneau_web.access import permission
from creneau_web.auth import service as auth
from creneau_web.auth import sessions
from creneau_web.backoffice import reach
from creneau_web.backoffice.agenda.asked import agents_of
from creneau_web.live.hub import HUB, Watcher
from creneau_web.live.stream import told
from creneau_web.tenancy import host_name
from creneau_web.visit import Visit, visit

LIVE: Final = "/agenda/direct"
EVENTS: Final = "text/event-stream"


@get(LIVE, opt=permission(reach.READ))
async def live(request: Request[Any, Any, Any], agents: FromQuery[str] = "") -> Stream:
    """Tell an open screen when something changes on agendas within reach.

    Raises:
        NotFound: No agenda is named, or whoever asks takes no stream.
        TooManyStreams: There are too many already.
    """
    shown = await agents_of(await reach.visible_agents(), agents.split(","))
    if not shown or EVENTS not in request.headers.get("accept", ""):
        raise NotFound
    watched = [agent.id for agent in shown]
    here = visit()
    watcher = Watcher(current_tenant.get(), reach.signed_in_agent().id, watched)
    HUB.join(watcher)
    return Stream(
        told(HUB, watcher, lambda: over(here, watched)),
        media_type=EVENTS,
        headers={"x-accel-buffering": "no"},
    )


async def over(here: Visit, watched: list[UUID]) -> str:
    """Say why a screen may not be told any more: `signed_out`, `suspended`; empty while it may.

    A database that does not answer ends nothing.
    """
    try:
        found = await tenant_by_host(host_name(here.host))
        if found is None or found.state == "suspended":
            return "suspended"
        session = await auth.look_at(cookies.get(here, sessions.COOKIE))
        if session is None or session.agent_id is None:
            return "signed_out"
        return await _may(session.agent_id, watched)
    except DatabaseUnavailableError:
        return ""


async def _may(agent_id: UUID, watched: list[UUID]) -> str:
    agent = await known.agent(agent_id)
    if agent.state != "active":
        return "signed_out"
    visible = {one.id for one in await reach.visible_agents()}
    return "" if visible.issuperset(watched) else "signed_out"


ROUTES: Final = (live,)
