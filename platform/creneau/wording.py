"""The core's texts in the words of a tenant's only vertical (D-10).

What a plugin gives are pieces of text and what stands in their place. One that begins with a capital
is a whole text; any other is looked for as whole words, wherever it stands, and at the beginning of a
sentence too. Placeholders stay as they are, and nothing that somebody typed is there yet.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from creneau.context import current_tenant
from creneau.i18n import Locale, current_locale
from creneau.plugins import installed

KEPT: Final = 20_000


def own_words(text: str) -> str:
    """Say a text of the core, in the current language, as the current tenant's vertical does."""
    tenant = current_tenant.get(None)
    # Where several are on, a word of one is not the tenant's own.
    if tenant is None or len(tenant.plugins) != 1:
        return text
    return _said(*tenant.plugins, current_locale.get(), text)


@lru_cache(maxsize=KEPT)
def _said(plugin: str, locale: Locale, text: str) -> str:
    phrases = installed().phrases().get(plugin, {}).get(locale, {})
    return said(text, phrases)


def said(text: str, phrases: Mapping[str, str]) -> str:
    """Put phrases in the place of those that they are for, the longest first."""
    if whole := phrases.get(text):
        return whole
    wanted = {one: other for one, other in phrases.items() if one[:1].islower()}
    if not wanted:
        return text
    wanted |= {_capital(one): _capital(other) for one, other in wanted.items()}
    longest = sorted(wanted, key=len, reverse=True)
    pattern = rf"(?<![\w(])(?:{'|'.join(map(re.escape, longest))})(?![\w)])"
    return re.sub(pattern, lambda found: wanted[found[0]], text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
