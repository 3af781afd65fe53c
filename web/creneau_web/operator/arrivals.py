"""Who has just created a space: may have the message sent again, or to a corrected address."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from creneau.context import Tenant
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput, NotFound
from creneau_infra.tokens import sign, unsign
from creneau_tenants.service import tenant_by_id
from creneau_tenants.signing_up import service
from litestar import Request, get, post
from litestar.response import Redirect, Template

from creneau_web import cookies, flashes
from creneau_web.access import public
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

SENT: Final = "/inscription/envoyee"
COOKIE: Final = "space"
PURPOSE: Final = "sign-up"
KEPT: Final = timedelta(days=1)


def remember(tenant: Tenant) -> None:
    """Let this browser, for a day, have the message of its new space sent again."""
    here = visit()
    sealed = sign(
        str(tenant.id), purpose=PURPOSE, secret_key=here.settings.secret_key, lasting=KEPT
    )
    cookies.put(here, COOKIE, sealed, seconds=int(KEPT.total_seconds()))


@get(SENT, opt=public())
async def sent_page() -> Template:
    """Say that a message is on its way, where to, and what to do if it does not come."""
    tenant, email = await _waiting()
    return _page(tenant, email)


@post(SENT, opt=public())
async def send_again(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Send the message again, to the same address or to a corrected one."""
    tenant, _email = await _waiting()
    email = (await form(request)).text("email")
    await limit("sign_up", email)
    try:
        await service.invite_again(tenant, email)
    except InvalidInput as refused:
        return _page(tenant, email, refused.fields.get("email", ""))
    flashes.add(
        "success", _("Le message est reparti. Les liens des messages précédents ne servent plus.")
    )
    return Redirect(SENT, status_code=303)


def _page(tenant: Tenant, email: str, error: str = "") -> Template:
    return page(
        "operator/signed_up.html",
        status=422 if error else 200,
        space=tenant,
        email=email,
        error=error,
        action=SENT,
        days=service.UNVERIFIED_FOR.days,
    )


async def _waiting() -> tuple[Tenant, str]:
    here = visit()
    try:
        kept = unsign(
            cookies.get(here, COOKIE), purpose=PURPOSE, secret_key=here.settings.secret_key
        )
    except ValueError as unknown:
        raise NotFound from unknown
    directory = await tenant_by_id(UUID(kept))
    email = await service.awaited_email(directory.tenant) if directory else None
    if directory is None or email is None:
        raise NotFound
    return directory.tenant, email


ROUTES: Final = (sent_page, send_again)
