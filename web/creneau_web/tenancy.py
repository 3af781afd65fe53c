"""Whose address was asked for, and in which language to answer.

The host chooses the tenant before any route is looked for, so that even a 404 is the tenant's own.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import parse_qsl, quote, urlencode

from creneau.context import acting_for
from creneau.i18n import LOCALES, Locale, current_locale
from creneau.refusals import Refusal
from creneau_infra.settings import Settings
from creneau_tenants.service import tenant_by_host

from creneau_web import cookies
from creneau_web.visit import Visit

HOST = re.compile(r"(?P<name>[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)(:(?P<port>\d{1,5}))?", re.ASCII)
LANGUAGE_COOKIE = "lang"


class HostRefused(Refusal):
    """A host that is not ours: a forged header or a name that merely points here."""

    code = "host_refused"
    status = 400
    sentence = (
        "Cette adresse n’est pas servie ici. Vérifiez l’adresse saisie dans votre navigateur."
    )


class TenantUnknown(Refusal):
    """A name below our own domain that nobody has."""

    code = "tenant_unknown"
    status = 404
    sentence = (
        "Aucun espace n’existe à cette adresse. Vérifiez l’adresse saisie dans votre navigateur."
    )


def host_name(host: str) -> str:
    """Give a `Host` header's name without the port, in lower case.

    Raises:
        HostRefused: The header cannot be a host.
    """
    found = HOST.fullmatch(host.lower())
    if found is None:
        raise HostRefused
    return found["name"]


async def find_tenant(visit: Visit) -> None:
    """Look up whose address was asked for; the platform's own leaves `directory` empty.

    Raises:
        HostRefused: The host is not ours.
        TenantUnknown: The host is below our domain, and no tenant has it.
    """
    name = host_name(visit.host)
    if name == visit.settings.base_domain:
        return
    visit.directory = await tenant_by_host(name)
    if visit.directory is None:
        raise TenantUnknown if _is_below(name, visit.settings) else HostRefused


def _is_below(name: str, settings: Settings) -> bool:
    return name.endswith(f".{settings.base_domain}")


def choose_locale(visit: Visit, accept_language: str) -> None:
    """Settle the language: asked for by link, chosen before, the browser's, the tenant's."""
    asked = dict(parse_qsl(visit.query)).get("lang", "") if "lang=" in visit.query else ""
    known = _known(asked)
    if known:
        cookies.put(visit, LANGUAGE_COOKIE, known, seconds=365 * cookies.DAY)
    chosen = (
        known or _known(cookies.get(visit, LANGUAGE_COOKIE)) or preferred_locale(accept_language)
    )
    visit.locale = chosen or (visit.directory.tenant.locale if visit.directory else "fr")


def _known(text: str) -> Locale | None:
    return next((locale for locale in LOCALES if locale == text), None)


def preferred_locale(accept_language: str) -> Locale | None:
    """Give the language of ours that a browser prefers; None if it takes neither."""
    ranked: list[tuple[float, Locale]] = []
    for part in accept_language.split(","):
        name, _, quality = part.partition(";q=")
        locale = _known(name.strip().lower().partition("-")[0])
        if locale:
            ranked.append((_quality(quality), locale))
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def switch_locale_href(visit: Visit) -> str:
    """Give the address of this page in the other language."""
    other = next(locale for locale in LOCALES if locale != visit.locale)
    kept = [pair for pair in parse_qsl(visit.query) if pair[0] != "lang"]
    # Two slashes at the beginning would name another site.
    path = quote(f"/{visit.path.lstrip('/')}")
    return f"{path}?{urlencode([*kept, ('lang', other)])}"


@contextmanager
def acting(visit: Visit) -> Generator[None]:
    """Work for the visit's tenant, in its language."""
    if visit.directory is not None:
        with acting_for(visit.directory.tenant, visit.locale):
            yield
        return
    token = current_locale.set(visit.locale)
    try:
        yield
    finally:
        current_locale.reset(token)
