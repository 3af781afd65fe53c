"""Joining by a provider: the invitation is the link between the agent and the identity (T-06)."""

from uuid import UUID

from creneau.refusals import Refusal
from creneau_tenants.sign_on.errors import SignOnRefused
from litestar import post
from litestar.params import FromPath
from litestar.response import Template

from creneau_web.access import public
from creneau_web.auth.passwords import INVITATION, invited, link_refused
from creneau_web.auth.sso.starting import AGENTS, AnyRequest, offered_provider, way_to
from creneau_web.auth.sso.telling import leaving, refused
from creneau_web.throttling import limit


@post(f"{INVITATION}/connexion/{{provider_id:uuid}}", opt=public(), status_code=200)
async def join(
    request: AnyRequest, invitation_token: FromPath[str], provider_id: FromPath[UUID]
) -> Template:
    """Lead an invited agent to a provider, in place of choosing a password."""
    await limit("agent_link")
    found = await offered_provider(provider_id, "agent")
    try:
        agent = await invited(request, invitation_token)
    except Refusal as refusal:
        return await link_refused(refusal)
    try:
        url = await way_to(request, found, "invitation", AGENTS, agent.id)
    except SignOnRefused as refusal:
        return refused(refusal, "invitation")
    return leaving(url, found.label)


ROUTES = (join,)
