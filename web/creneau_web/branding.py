"""How a tenant looks to its visitors: its colours as a style sheet, and what templates know of it."""

import hashlib

import msgspec
from creneau.i18n import Locale
from creneau.refusals import NotFound
from creneau_tenants.schemas import Branding, Conformity, Directory
from litestar import Response, get

from creneau_web.access import public
from creneau_web.visit import visit

PATH = "/branding.css"
MINUTES = 10


class TenantView(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant as every template finds it."""

    name: str
    slug: str
    locale: Locale
    phone: str
    brand: str
    public_text: str
    legal_notice: str
    footer: str
    accessibility: Conformity = "not_conform"
    logo_href: str | None = None


def logo_path(digest: str) -> str | None:
    """Give the address of a logo by its digest; None where there is none."""
    return f"/branding/logo/{digest}.png" if digest else None


def view_of(directory: Directory) -> TenantView:
    """Give what templates know of a tenant."""
    tenant, look = directory.tenant, directory.branding
    return TenantView(
        name=tenant.name,
        slug=tenant.slug,
        locale=tenant.locale,
        phone=look.phone,
        brand=look.brand,
        public_text=look.public_text,
        legal_notice=look.legal_notice,
        footer=look.footer,
        accessibility=directory.accessibility,
        logo_href=logo_path(look.logo),
    )


def branding_href(directory: Directory) -> str:
    """Give the address of the tenant's colours, which changes with them."""
    digest = hashlib.sha256(style_sheet(directory.branding).encode()).hexdigest()
    return f"{PATH}?v={digest[:12]}"


def style_sheet(look: Branding) -> str:
    """Write the tenant's colours over the design's own."""
    return f":root{{--brand:{look.brand};--brand-ink:{look.brand_ink}}}\n"


@get(PATH, media_type="text/css", opt=public(), sync_to_thread=False)
def branding_css() -> Response[str]:
    """The tenant's colours as CSS variables."""
    directory = visit().directory
    if directory is None:
        raise NotFound
    headers = {"cache-control": f"public, max-age={MINUTES * 60}"}
    return Response(style_sheet(directory.branding), headers=headers)
