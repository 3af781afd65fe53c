"""The booking on the tenant's own website: which sites may show it, and what to paste there (C-47)."""

from collections.abc import Mapping
from typing import Any, Final

from creneau.context import current_tenant
from creneau.embedding import service as embedding
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template
from markupsafe import escape

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.forms import form
from creneau_web.public.embedded import SCRIPT
from creneau_web.rendering import page

HOME: Final = "/administration/site-internet"
RIGHT: Final = "tenant:update"
AnyRequest = Request[Any, Any, Any]


@get(HOME, opt=permission(RIGHT))
async def embedding_page() -> Template:
    """Show the sites that are allowed, and what to paste into their pages."""
    return await _page()


@post(HOME, opt=permission(RIGHT), status_code=200)
async def allow(request: AnyRequest) -> Template | Redirect:
    """Let a site show the booking."""
    reach.require_everywhere(RIGHT)
    typed = (await form(request)).text("origin")
    try:
        origin = await embedding.allow(typed, reach.actor())
    except InvalidInput as refused:
        return await _page(typed=typed, wrong=refused.fields)
    flashes.add("success", _("%(site)s peut intégrer la prise de rendez-vous.", site=origin))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/retrait", opt=permission(RIGHT), status_code=303)
async def withdraw(request: AnyRequest) -> Redirect:
    """No longer let a site show the booking."""
    reach.require_everywhere(RIGHT)
    origin = (await form(request)).text("origin")
    await embedding.withdraw(origin, reach.actor())
    flashes.add("success", _("%(site)s ne montre plus vos horaires : son lien reste.", site=origin))
    return Redirect(HOME, status_code=303)


async def _page(typed: str = "", wrong: Mapping[str, str] | None = None) -> Template:
    return page(
        "admin/embedding.html",
        status=422 if wrong else 200,
        origins=await embedding.origins(),
        typed=typed,
        wrong=wrong or {},
        **snippets(),
    )


def snippets() -> Mapping[str, str]:
    """Write what is pasted: a link as a button, and the link that becomes the free times."""
    tenant = current_tenant.get()
    text, url = escape(_("Prendre rendez-vous")), escape(tenant.public_url)
    return {
        "button_html": f'<a href="{url}/">{text}</a>',
        "widget_html": (
            f'<a href="{url}/" data-creneau>{text}</a>\n<script src="{url}{SCRIPT}" defer></script>'
        ),
    }


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (embedding_page, allow, withdraw)
