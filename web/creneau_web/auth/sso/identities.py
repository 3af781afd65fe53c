"""An agent's own identities: linked and parted by nobody else (T-06)."""

from typing import Final
from uuid import UUID

from creneau.context import Actor
from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.errors import SignOnRefused
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import own_account
from creneau_web.admin import reach
from creneau_web.auth import sessions
from creneau_web.auth.sso.starting import AnyRequest, offered_provider, way_to
from creneau_web.auth.sso.telling import leaving, refused
from creneau_web.rendering import page

OWN: Final = "/agents/identites"


@get(OWN, opt=own_account())
async def own_page(request: AnyRequest) -> Template:
    """List where the agent signs on, and where they could."""
    agent_id = await _own_id(request)
    return page("auth/sso_identities.html", identities=await sign_on.own_identities(agent_id))


async def _own_id(request: AnyRequest) -> UUID:
    # Whoever looks at the pages as somebody else does not touch how that person signs in.
    session = await sessions.current(request)
    if session is None or session.agent_id is None or session.agent_id != reach.agent().id:
        raise NotFound
    return session.agent_id


@post(f"{OWN}/{{provider_id:uuid}}", opt=own_account(), status_code=200)
async def link(request: AnyRequest, provider_id: FromPath[UUID]) -> Template:
    """Lead to a provider, to link the identity there to one's own account."""
    agent_id = await _own_id(request)
    found = await offered_provider(provider_id, "agent")
    try:
        url = await way_to(request, found, "link", OWN, agent_id)
    except SignOnRefused as refusal:
        return refused(refusal, "link")
    return leaving(url, found.label)


@post(f"{OWN}/{{provider_id:uuid}}/retrait", opt=own_account(), status_code=303)
async def unlink(request: AnyRequest, provider_id: FromPath[UUID]) -> Redirect | Template:
    """Part one's account from an identity."""
    agent_id = await _own_id(request)
    found = await sign_on.provider(provider_id)
    try:
        await sign_on.unlink(agent_id, found, Actor("agent", agent_id))
    except SignOnRefused as refusal:
        return refused(refusal, "link")
    flashes.add(
        "success", _("Votre compte n’est plus relié à « %(provider)s ».", provider=found.label)
    )
    return Redirect(OWN, status_code=303)


ROUTES = (own_page, link, unlink)
