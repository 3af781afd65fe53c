"""The last step of every way of signing in, whichever proved who the agent is (T-06, T-07)."""

from typing import Any, Literal
from uuid import UUID

from litestar import Request
from litestar.response import Redirect

from creneau_web.auth import sessions
from creneau_web.auth.rules import local_path

HOME = "/agents"
Method = Literal["password", "second_factor", "sign_on"]


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
    del method
    await sessions.sign_in_agent(request, agent_id)
    return Redirect(local_path(way, HOME), status_code=303)
