"""The one host that all providers send visitors back to, and call: the platform's own (T-06)."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from creneau.context import acting_for
from creneau.refusals import NotFound, Refusal
from creneau_tenants.service import tenant_by_slug
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.errors import SignOnRefused
from creneau_tenants.sign_on.schemas import ProviderAnswer
from creneau_tenants.sign_on.service.flows import CALLBACK, SIGNED_OUT
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web.access import from_provider, public
from creneau_web.auth.sso.telling import refused
from creneau_web.forms import form
from creneau_web.throttling import limit
from creneau_web.visit import visit

AnyRequest = Request[Any, Any, Any]
LONGEST = 4000


@get(f"{CALLBACK}/{{slug:str}}", opt=public())
async def came_back(request: AnyRequest, slug: FromPath[str]) -> Redirect | Template:
    """Hand a visitor who comes back over to the address where they began."""
    await limit("sign_on")
    asked = request.query_params
    answer = ProviderAnswer(
        code=asked.get("code", "")[:LONGEST],
        error=asked.get("error", "")[:LONGEST],
        issuer=asked.get("iss", "")[:LONGEST],
    )
    secret_key = visit().settings.secret_key
    try:
        back = await sign_on.come_back(slug, asked.get("state", ""), answer, secret_key)
    except SignOnRefused as refusal:
        return refused(refusal, "sign_out")
    handed = urlencode({"remise": back.hand_over})
    return Redirect(_at(back.host, f"/connexion/suite?{handed}"), status_code=303)


def _at(host: str, path: str) -> str:
    return f"{visit().settings.public_scheme}://{host}{path}"


@get(SIGNED_OUT, opt=public())
async def signed_out(request: AnyRequest) -> Redirect:
    """Lead a visitor whom a provider has signed out to the address where they were."""
    await limit("sign_on")
    state = request.query_params.get("state", "")
    back = await sign_on.signed_out(state, visit().settings.secret_key)
    return Redirect(_at(*back) if back else "/", status_code=303)


@post(
    "/connexion/deconnexion/{slug:str}/{provider_id:uuid}",
    opt=from_provider(),
    status_code=200,
)
async def provider_signs_out(
    request: AnyRequest, slug: FromPath[str], provider_id: FromPath[UUID]
) -> Response[Any]:
    """End the sessions that a provider's signed token names (back-channel sign-out)."""
    await limit("back_channel")
    token = (await form(request)).text("logout_token")
    try:
        await _sign_out(slug, provider_id, token)
    except Refusal:
        # The same for a wrong token and for a provider or tenant that nobody has.
        return Response({"error": "invalid_request"}, status_code=400)
    return Response(b"", media_type="text/plain")


async def _sign_out(slug: str, provider_id: UUID, token: str) -> None:
    directory = await tenant_by_slug(slug)
    if directory.state == "suspended":
        raise NotFound
    with acting_for(directory.tenant):
        await sign_on.sign_out_by_provider(provider_id, token)


ROUTES = (came_back, signed_out, provider_signs_out)
