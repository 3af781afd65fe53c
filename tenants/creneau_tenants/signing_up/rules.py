"""What may be typed to sign up, and which addresses a name suggests (T-01)."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Final, get_args

import msgspec
from creneau.contributions import OrganisationKind
from creneau.i18n import gettext as _
from creneau.organisations.rules import TERRITORIES
from creneau.refusals import InvalidInput
from creneau.validation import Checked

from creneau_tenants.rules import RESERVED, SLUG, checked_tenant
from creneau_tenants.schemas import TenantDraft
from creneau_tenants.signing_up.schemas import SignUp

KINDS: Final[tuple[OrganisationKind, ...]] = get_args(OrganisationKind)
TERMS: Final = "2026-11-20"
"""The version of the terms that whoever signs up accepts."""

LONGEST: Final = 40
MOST_PROPOSALS: Final = 3
# What the names of many organisations begin with, and what joins their words.
GENERAL: Final = frozenset(
    {
        "mairie", "ville", "commune", "departement", "conseil", "departemental", "universite",
        "communaute", "communes", "agglomeration", "metropole", "association", "centre",
    }
)  # fmt: skip
JOINING: Final = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux"})
ADDED: Final[Mapping[str, str]] = {
    "town": "mairie",
    "departement": "departement",
    "university": "universite",
    "digital_aid": "numerique",
    "other": "rdv",
}
LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})
PARIS: Final = "Europe/Paris"
ZONES: Final[Mapping[str, str]] = {
    "GP": "America/Guadeloupe",
    "MQ": "America/Martinique",
    "GF": "America/Cayenne",
    "BL": "America/St_Barthelemy",
    "MF": "America/Marigot",
    "PM": "America/Miquelon",
    "RE": "Indian/Reunion",
    "YT": "Indian/Mayotte",
    "WF": "Pacific/Wallis",
    "PF": "Pacific/Tahiti",
    "NC": "Pacific/Noumea",
}


def zone_of(territory: str) -> str:
    """Give the time zone of a territory of public holidays (C-07)."""
    return ZONES.get(territory, PARIS)


def checked_sign_up(typed: SignUp, installed: Collection[str]) -> SignUp:
    """Clean what was typed to sign up.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        typed,
        first_name=check.line(
            "first_name", typed.first_name, needed=_("Écrivez votre prénom."), longest=100
        ),
        last_name=check.line(
            "last_name", typed.last_name, needed=_("Écrivez votre nom."), longest=100
        ),
        email=check.email("email", typed.email, needed=_("Écrivez votre adresse e-mail.")),
    )
    check.choice("kind", typed.kind, KINDS)
    check.choice("territory", typed.territory, TERRITORIES)
    if not typed.terms_accepted:
        check.refuse("terms_accepted", _("Lisez et acceptez les conditions d’utilisation."))
    tenant = _checked_tenant(check, draft_of(typed), installed)
    check.refuse_if_wrong()
    return msgspec.structs.replace(clean, name=tenant.name, slug=tenant.slug)


def _checked_tenant(check: Checked, draft: TenantDraft, installed: Collection[str]) -> TenantDraft:
    try:
        return checked_tenant(draft, installed)
    except InvalidInput as refused:
        for field, sentence in refused.fields.items():
            check.refuse(field, sentence)
    return draft


def draft_of(wanted: SignUp) -> TenantDraft:
    """Give the space that is asked for, closed to the public until it is published (T-02)."""
    return TenantDraft(
        slug=wanted.slug,
        name=wanted.name,
        locale=wanted.locale,
        time_zone=zone_of(wanted.territory),
        plugins=wanted.plugins,
        state="onboarding",
    )


def suggestions(name: str, kind: str = "other") -> Iterator[str]:
    """Give addresses that a name suggests, the nicest first, without end."""
    words = _words(name)
    telling = _telling(words)
    added = ADDED.get(kind, "rdv")
    bases = [telling, words, [added, *telling], [*telling, added], ["rdv", *telling]]
    seen: set[str] = set()
    for base in bases:
        if (slug := _slug(base)) and slug not in seen:
            seen.add(slug)
            yield slug
    stem = _slug(telling, LONGEST - 5) or _slug(words, LONGEST - 5) or added
    yield from (f"{stem}-{number}" for number in range(2, 10_000))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.lower().translate(LIGATURES))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"[a-z0-9]+", letters)


def _telling(words: list[str]) -> list[str]:
    """Leave out how a name begins where something more telling follows."""
    rest = words
    while rest and rest[0] in GENERAL | JOINING:
        rest = rest[1:]
    return rest or words


def _slug(words: list[str], longest: int = LONGEST) -> str:
    kept = list(words)
    while kept and len("-".join(kept)) > longest:
        kept.pop()
    slug = "-".join(kept) or "-".join(words)[:longest].rstrip("-")
    return slug if SLUG.fullmatch(slug) and slug not in RESERVED else ""
