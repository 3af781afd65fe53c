"""Signing out at the provider too, when a session that came from it ends (T-06)."""

from creneau.i18n import gettext as _
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.profiles import PROFILES
from litestar.response import Template

from creneau_web import flashes
from creneau_web.auth import sessions
from creneau_web.auth.sso.starting import AnyRequest
from creneau_web.auth.sso.telling import leaving
from creneau_web.visit import visit


async def sign_out_page(request: AnyRequest, way: str) -> Template | None:
    """Give the page that leads on to the provider's own sign-out; None: there is nothing to do.

    Asked before the session ends; the provider sends the visitor back to `way`.
    """
    session = await sessions.current(request)
    came_from = await sign_on.origin(session.id) if session else None
    if session is None or came_from is None:
        return None
    start = sign_on.Start(purpose="sign_out", session_id=session.id, host=visit().host, way=way)
    url = await sign_on.sign_out_way(came_from, start, visit().settings.secret_key)
    found = await sign_on.provider(came_from.provider_id)
    if not url:
        if PROFILES[found.profile].sign_out_needed:
            flashes.add("warning", _still_there(found.label))
        return None
    return leaving(url, found.label)


def _still_there(label: str) -> str:
    return _(
        "« %(provider)s » ne répond pas : vous y restez connecté. Fermez votre navigateur si"
        " d’autres que vous l’utilisent.",
        provider=label,
    )
