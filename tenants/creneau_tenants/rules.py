"""What a tenant's address, look and plugins may be (T-01, T-03, T-04)."""

import re
from collections.abc import Collection, Iterable
from typing import Final

import msgspec
from creneau.i18n import LOCALES
from creneau.i18n import gettext as _
from creneau.validation import Checked

from creneau_tenants.colours import ENOUGH, contrast, readable_ink, readable_on_paper
from creneau_tenants.schemas import Branding, TenantDraft

SLUG: Final = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
RESERVED: Final = frozenset(
    {
        "abuse", "account", "accueil", "admin", "administrateur", "administration", "administrator",
        "agents", "aide", "api", "app", "assets", "auth", "autoconfig", "autodiscover", "blog",
        "callback", "cdn", "compte", "connect", "connexion", "contact", "creneau", "dashboard",
        "demo", "dev", "dns", "docs", "documentation", "email", "example", "exemple", "files", "ftp",
        "git", "health", "help", "hostmaster", "idp", "imap", "info", "inscription", "internal",
        "interne", "localhost", "login", "logout", "mail", "mailer", "metrics", "mx", "news",
        "noreply", "no-reply", "ns1", "ns2", "ns3", "oauth", "oidc", "operateur", "operator",
        "platform", "plateforme", "pop", "postmaster", "preprod", "production", "register", "root",
        "saml", "secure", "security", "securite", "server", "signup", "smtp", "sso", "staging",
        "static", "statut", "status", "support", "test", "tests", "webmail", "webmaster", "www",
        "www2",
    }
)  # fmt: skip
TEXTS: Final = (("public_text", 2000), ("legal_notice", 20_000), ("footer", 1000))


def checked_tenant(draft: TenantDraft, installed: Collection[str]) -> TenantDraft:
    """Clean a tenant's draft (T-01).

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        draft,
        slug=draft.slug.strip().lower(),
        name=check.line("name", draft.name, needed=_("Donnez un nom à l’espace."), longest=120),
        time_zone=check.time_zone("time_zone", draft.time_zone),
        branding=check_branding(check, draft.branding),
    )
    check_slug(check, clean.slug)
    check.choice("locale", draft.locale, LOCALES)
    check_plugins(check, draft.plugins, installed)
    check.refuse_if_wrong()
    return clean


def check_slug(check: Checked, slug: str) -> None:
    """Refuse a short name that is none, or that the platform keeps for itself (T-01)."""
    if not SLUG.fullmatch(slug):
        check.refuse(
            "slug",
            _("Choisissez de 3 à 40 lettres, chiffres ou tirets, en commençant par une lettre."),
        )
    elif slug in RESERVED or slug.startswith("xn-"):
        check.refuse("slug", _("Cette adresse est réservée. Choisissez-en une autre."))


def check_plugins(check: Checked, plugins: Iterable[str], installed: Collection[str]) -> None:
    """Refuse the names of verticals that are not installed (T-03)."""
    missing = sorted(set(plugins) - set(installed))
    if missing:
        check.refuse(
            "plugins", _("Ce module n’est pas installé : %(names)s.", names=", ".join(missing))
        )


def checked_branding(branding: Branding) -> Branding:
    """Clean a tenant's look; the ink on the colour is chosen where the one given is not readable.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used; a colour that does not
            stand out from the page comes with the nearest one that does (T-04).
    """
    check = Checked()
    clean = check_branding(check, branding)
    check.refuse_if_wrong()
    return clean


def check_branding(check: Checked, branding: Branding) -> Branding:
    """Clean a look, with a sentence in `check` for each field that cannot be used."""
    brand = check.colour("brand", branding.brand)
    ink = check.colour("brand_ink", branding.brand_ink)
    if not check.wrong.keys() & {"brand", "brand_ink"}:
        ink = _check_contrast(check, brand, ink)
    texts = {
        field: check.paragraphs(field, getattr(branding, field), longest=longest)
        for field, longest in TEXTS
    }
    return Branding(
        brand=brand,
        brand_ink=ink,
        sender_name=check.line("sender_name", branding.sender_name, longest=80),
        phone=check.line("phone", branding.phone, longest=40),
        logo=branding.logo,
        **texts,
    )


def _check_contrast(check: Checked, brand: str, ink: str) -> str:
    readable = readable_on_paper(brand)
    if readable != brand:
        check.refuse(
            "brand",
            _(
                "Cette couleur ne se lit pas bien sur la page. Essayez %(colour)s, qui en est proche.",
                colour=readable,
            ),
        )
    return ink if contrast(brand, ink) >= ENOUGH else readable_ink(brand)
