"""The last step of every way of signing in, whichever proved who the agent is (T-06, T-07)."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.agents.second_factor import service as factors
from creneau.agents.second_factor.duty import is_required
from creneau.roles.service import rights_of
from creneau_infra.clock import now
from litestar import Request
from litestar.response import Redirect

from creneau_web.auth import sessions
from creneau_web.auth.landing import landing
from creneau_web.auth.rules import local_path
from creneau_web.auth.schemas import Method, Opening

HOME: Final = "/agents"
CODE: Final = "/agents/connexion/code"
SET_UP: Final = "/agents/connexion/telephone"
WAITS: Final = timedelta(minutes=15)
"""How long a code may take after the password."""

MOST_TRIES: Final = 5
"""After this many wrong codes, the password is asked for again."""

AWAITING: Final = "awaiting"


class Awaiting(msgspec.Struct, frozen=True, kw_only=True):
    """Who has given the password and has still to give a code; `until` is UTC."""

    agent_id: UUID
    way: str
    until: datetime
    tries: int = 0


async def complete(
    request: Request[Any, Any, Any], agent_id: UUID, way: str, *, method: Method
) -> Redirect:
    """Sign an agent in under a new session id, and lead on to `way` (a path of this site).

    Args:
        request: the request whose session ends here.
        agent_id: who was proven to be there; the caller has made sure of the tenant.
        way: where to go on to; what leads elsewhere is dropped.
        method: what proved it: after `password` a second factor may be due, after `sign_on` not.
    """
    on = local_path(way, HOME)
    if on == HOME:
        on = await landing(agent_id, HOME)
    if method == "password":
        if (await factors.state_of(agent_id)).set_up_at is not None:
            return await _await(request, agent_id, on, CODE)
        if is_required(await rights_of(agent_id)):
            return await _await(request, agent_id, on, SET_UP)
    await sessions.sign_in_agent(request, agent_id, method)
    return Redirect(on, status_code=303)


async def _await(request: Request[Any, Any, Any], agent_id: UUID, way: str, step: str) -> Redirect:
    waits = Awaiting(agent_id=agent_id, way=way, until=now() + WAITS)
    await sessions.begin(request, Opening(data={AWAITING: msgspec.to_builtins(waits)}))
    return Redirect(step, status_code=303)


async def awaited(request: Request[Any, Any, Any]) -> Awaiting | None:
    """Tell who has given the password and has still to give a code, in this session."""
    session = await sessions.current(request)
    kept = session.data.get(AWAITING) if session else None
    if kept is None:
        return None
    waits = msgspec.convert(kept, Awaiting, strict=False)
    return waits if waits.until > now() and waits.tries < MOST_TRIES else None


async def count_wrong(request: Request[Any, Any, Any], waits: Awaiting) -> None:
    """Count a wrong code; after the fifth, the password is asked for again."""
    counted = msgspec.structs.replace(waits, tries=waits.tries + 1)
    await sessions.update_data(request, {AWAITING: msgspec.to_builtins(counted)})
