"""The platform's own address: what it is, and in the demo the way to everything."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from creneau_infra import clock
from creneau_infra.settings import Settings
from creneau_tenants.service import tenants
from creneau_tenants.signing_up.rules import TERMS
from litestar import get
from litestar.response import Template

from creneau_web.access import public
from creneau_web.branding import TenantView
from creneau_web.operator import arrivals, mailbox, sign_up
from creneau_web.rendering import page
from creneau_web.ui.samples import sample_context
from creneau_web.visit import visit

SHOWCASE = frozenset({"demo", "test"})
SATURDAY: Final = 5
TIMES: Final = (((9, 0), (10, 30)), ((9, 30), (11, 0), (14, 0)), ((13, 30), (15, 0)))
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
    """Say what Créneau is; the demo lists its tenants, a real platform names nobody."""
    shown = await tenants() if visit().settings.environment in SHOWCASE else []
    days = _coming_days(clock.now())
    return page(
        "operator/home.html",
        tenants=[space for space in shown if space.state == "active"],
        mailbox_path=mailbox.PATH,
        start_href=sign_up.START,
        verticals=sign_up.verticals(),
        mock=days,
        picked=days[1][1][1],
    )


def _coming_days(now: datetime) -> list[tuple[datetime, list[datetime]]]:
    """Draw the working days to come, with times that a page might offer."""
    week = [now + timedelta(days=ahead) for ahead in range(1, 8)]
    days = [day for day in week if day.weekday() < SATURDAY][:3]
    return [
        (day, [day.replace(hour=hour, minute=minute) for hour, minute in times])
        for day, times in zip(days, TIMES, strict=True)
    ]


@get("/conditions", opt=public(), sync_to_thread=False)
def terms_page() -> Template:
    """Say on what terms a space is given."""
    return page("operator/terms.html", version=date.fromisoformat(TERMS))


@get("/accessibilite", opt=public(), sync_to_thread=False)
def accessibility_page() -> Template:
    """Say how accessible the platform's own pages are."""
    return page("operator/accessibility.html")


@get("/_ui", opt=public(), sync_to_thread=False)
def style_page() -> Template:
    """Show every component with realistic content."""
    context: dict[str, Any] = sample_context()
    if visit().directory is None:
        context["tenant"] = SAMPLE_TENANT
    return page("ui/style.html", **context)


def platform_routes(settings: Settings) -> list[Any]:
    """List the routes of the platform's own address."""
    pages = [home, terms_page, accessibility_page, *sign_up.ROUTES, *arrivals.ROUTES]
    return [*pages, *(mailbox.ROUTES if settings.environment in SHOWCASE else [])]


def style_routes(settings: Settings) -> list[Any]:
    """List the style page where it is shown; it works at any of our addresses."""
    return [style_page] if settings.environment in SHOWCASE else []
