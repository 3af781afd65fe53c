"""The first steps of a new tenant: left and taken up again at will (T-02)."""

from typing import Final

from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau_tenants import service as tenants
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import first_forms, first_opening, first_team, reach
from creneau_web.admin.progress import HOME, progress
from creneau_web.rendering import page

PUBLICATION: Final = f"{HOME}/publication"


@get(HOME, opt=permission("tenant:update"))
async def overview() -> Template:
    """Show how far the tenant is, and what is missing before the public can book."""
    return page(
        "admin/first_steps.html",
        progress=await progress(),
        public_url=current_tenant.get().public_url,
    )


@get(PUBLICATION, opt=permission("tenant:update"))
async def publication_page() -> Template:
    """Say what publishing opens, and what the public would miss."""
    return page(
        "admin/first_publication.html",
        progress=await progress(),
        public_url=current_tenant.get().public_url,
    )


@post(PUBLICATION, opt=permission("tenant:update"))
async def publish() -> Redirect:
    """Open the tenant to the public."""
    await tenants.publish(current_tenant.get().id, reach.actor())
    flashes.add("success", _("Votre page est ouverte au public. Bravo !"))
    return Redirect(HOME, status_code=303)


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    overview,
    *first_forms.ROUTES,
    *first_team.ROUTES,
    *first_opening.ROUTES,
    publication_page,
    publish,
)
