"""The platform's own address: what it is, and in the demo the way to everything."""

from typing import Any

from creneau_infra.settings import Settings
from creneau_tenants.service import tenants
from litestar import get
from litestar.response import Template

from creneau_web.access import public
from creneau_web.branding import TenantView
from creneau_web.operator import mailbox
from creneau_web.rendering import page
from creneau_web.ui.samples import sample_context
from creneau_web.visit import visit

SHOWCASE = frozenset({"demo", "test"})
SAMPLE_TENANT = TenantView(
    name="Ville de Démonstration",
    slug="demonstration",
    locale="fr",
    phone="01 99 00 12 34",
    brand="#0B6E69",
    public_text="",
    legal_notice="",
    footer="",
)


@get("/", opt=public())
async def home() -> Template:
    """Say what this address is; the demo lists its tenants, a real platform names nobody."""
    shown = await tenants() if visit().settings.environment in SHOWCASE else []
    return page("operator/home.html", tenants=shown, mailbox_path=mailbox.PATH)


@get("/_ui", opt=public(), sync_to_thread=False)
def style_page() -> Template:
    """Show every component with realistic content."""
    context: dict[str, Any] = sample_context()
    if visit().directory is None:
        context["tenant"] = SAMPLE_TENANT
    return page("ui/style.html", **context)


def platform_routes(settings: Settings) -> list[Any]:
    """List the routes of the platform's own address."""
    return [home, *(mailbox.ROUTES if settings.environment in SHOWCASE else [])]


def style_routes(settings: Settings) -> list[Any]:
    """List the style page where it is shown; it works at any of our addresses."""
    return [style_page] if settings.environment in SHOWCASE else []
