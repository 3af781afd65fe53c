"""Setting off for a provider, from the tenant's own address (T-06)."""

from typing import Any, Final
from uuid import UUID

from creneau.refusals import NotFound
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.errors import SignOnRefused
from creneau_tenants.sign_on.schemas import Audience, Provider, Purpose
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web.access import public, recognise
from creneau_web.auth import sessions
from creneau_web.auth.rules import local_path
from creneau_web.auth.sso.telling import refused
from creneau_web.throttling import limit
from creneau_web.visit import visit

AnyRequest = Request[Any, Any, Any]
AGENTS: Final = "/agents"
MINE: Final = "/mes-rendez-vous"


@get(f"{AGENTS}/connexion/{{provider_id:uuid}}", opt=public())
async def start_agent(request: AnyRequest, provider_id: FromPath[UUID]) -> Redirect | Template:
    """Lead an agent to a provider; one who is signed in goes on at once."""
    found = await offered_provider(provider_id, "agent")
    way = local_path(request.query_params.get("next", ""), AGENTS)
    await recognise(request)
    if visit().agent is not None:
        return Redirect(way, status_code=303)
    return await _set_off(request, found, "agent", way)


@get(f"{MINE}/connexion/{{provider_id:uuid}}", opt=public())
async def start_person(request: AnyRequest, provider_id: FromPath[UUID]) -> Redirect | Template:
    """Lead a person to a provider, in place of an e-mail code (C-42)."""
    found = await offered_provider(provider_id, "person")
    way = local_path(request.query_params.get("next", ""), MINE)
    session = await sessions.current(request)
    if session is not None and session.person_id is not None:
        return Redirect(way, status_code=303)
    return await _set_off(request, found, "person", way)


async def offered_provider(provider_id: UUID, audience: Audience) -> Provider:
    """Read a provider that is switched on for somebody.

    Raises:
        NotFound: There is none, or not for them.
    """
    found = await sign_on.provider(provider_id)
    serves = found.for_agents if audience == "agent" else found.for_public
    if not (found.enabled and serves):
        raise NotFound
    return found


async def _set_off(
    request: AnyRequest, found: Provider, purpose: Purpose, way: str
) -> Redirect | Template:
    await limit("sign_on")
    try:
        return Redirect(await way_to(request, found, purpose, way), status_code=303)
    except SignOnRefused as refusal:
        return refused(refusal, purpose)


async def way_to(
    request: AnyRequest,
    found: Provider,
    purpose: Purpose,
    way: str,
    agent_id: UUID | None = None,
) -> str:
    """Begin a flow in the visitor's session; gives the address at the provider.

    Raises:
        SignOnRefused: The provider is away, or is not what the settings say.
    """
    session = await sessions.ensure(request)
    start = sign_on.Start(
        purpose=purpose,
        session_id=session.id,
        host=visit().host,
        way=way,
        agent_id=agent_id,
    )
    return await sign_on.begin(found, start, visit().settings.secret_key)
