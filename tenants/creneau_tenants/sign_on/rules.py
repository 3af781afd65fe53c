"""What a provider's settings may be, and what we take from an identity (T-06)."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from creneau.i18n import gettext as _
from creneau.validation import Checked, is_email, one_line

from creneau_tenants.sign_on.profiles import ALGORITHMS, PROFILES, Profile
from creneau_tenants.sign_on.schemas import FIELDS, Identity, Provider, ProviderSettings

WORD: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
CLAIM: Final = re.compile(r"[^\s.]+(\.[^\s.]+)*")
SHARED_DIRECTORIES: Final = frozenset({"common", "organizations", "consumers"})
LONGEST: Final = 500
LONGEST_NAME: Final = 100
# Whoever changes one of these has another connection than the one that was tested.
OF_THE_CONNECTION: Final = (
    *("profile", "issuer", "client_id", "client_sent", "scopes", "claim_map", "algorithms"),
    *("pkce", "acr_values", "userinfo"),
)


def checked_settings(settings: ProviderSettings) -> ProviderSettings:
    """Clean what was typed of a provider, and put what its profile does not let one choose.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    profile = PROFILES[settings.profile]
    clean = msgspec.structs.replace(
        settings,
        label=check.line(
            "label", settings.label, needed=_("Écrivez le nom du bouton."), longest=60
        ),
        issuer=_issuer(check, settings, profile),
        client_id=_word(check, "client_id", settings.client_id, _("Écrivez l’identifiant client.")),
        scopes=_scopes(check, settings.scopes),
        acr_values=_words(check, "acr_values", settings.acr_values),
        claim_map=_claim_map(check, settings.claim_map, profile),
        admitted_claim=one_line(settings.admitted_claim),
        admitted_values=tuple(filter(None, map(one_line, settings.admitted_values))),
        pkce=profile.pkce if profile.pkce_fixed else settings.pkce,
        userinfo=profile.userinfo if profile.userinfo_fixed else settings.userinfo,
    )
    _check_choices(check, clean, profile)
    _check_creation(check, clean, profile)
    check.refuse_if_wrong()
    return clean


def _issuer(check: Checked, settings: ProviderSettings, profile: Profile) -> str:
    text = one_line(settings.issuer)
    if text.endswith("/.well-known/openid-configuration"):
        text = text.removesuffix("/.well-known/openid-configuration")
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"https", "http"} and parts.hostname and not parts.username
    except ValueError:
        good = False
        parts = urlsplit("")
    if not good or parts.query or parts.fragment or len(text) > LONGEST:
        check.refuse("issuer", _("Écrivez l’adresse de l’émetteur, qui commence par https://."))
    elif profile.directory_in_issuer and SHARED_DIRECTORIES & set(parts.path.split("/")):
        check.refuse(
            "issuer",
            _(
                "Nommez votre propre annuaire dans l’adresse : « common » laisserait entrer tous les autres."
            ),
        )
    return text


def _word(check: Checked, field: str, value: str, needed: str) -> str:
    text = one_line(value)
    if not text:
        check.refuse(field, needed)
    elif len(text) > LONGEST or not WORD.fullmatch(text):
        check.refuse(field, _("N’utilisez ni espace ni accent ici."))
    return text


def _words(check: Checked, field: str, values: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(word for value in values for word in value.split()))
    if any(len(word) > LONGEST or not WORD.fullmatch(word) for word in kept):
        check.refuse(field, _("N’utilisez ni espace ni accent ici."))
    return kept


def _scopes(check: Checked, values: tuple[str, ...]) -> tuple[str, ...]:
    kept = _words(check, "scopes", values)
    if "openid" not in kept:
        check.refuse("scopes", _("La portée openid est nécessaire."))
    return kept


def _claim_map(check: Checked, given: Mapping[str, str], profile: Profile) -> dict[str, str]:
    kept = {name: one_line(given.get(name, "")) or profile.claim_map[name] for name in FIELDS}
    for name, path in kept.items():
        if len(path) > LONGEST_NAME or not CLAIM.fullmatch(path):
            check.refuse(f"claim_{name}", _("Écrivez le nom d’une donnée, comme given_name."))
    return kept


def _check_choices(check: Checked, settings: ProviderSettings, profile: Profile) -> None:
    if not (settings.for_agents or settings.for_public):
        check.refuse("audience", _("Choisissez qui se connecte par ce fournisseur."))
    if settings.for_agents and not profile.agents_allowed:
        check.refuse("audience", _("Ce fournisseur est réservé au public."))
    allowed = profile.algorithms if profile.algorithms_fixed else ALGORITHMS
    if not settings.algorithms or not set(settings.algorithms) <= set(allowed):
        check.refuse("algorithms", _("Choisissez au moins une signature de la liste."))
    if profile.acr_needed and not settings.acr_values:
        check.refuse("acr_values", _("Ce fournisseur demande un niveau, comme eidas1."))
    if settings.sole and not settings.for_agents:
        check.refuse("sole", _("Seule la connexion des agents peut se passer de mot de passe."))


def _check_creation(check: Checked, settings: ProviderSettings, profile: Profile) -> None:
    if bool(settings.admitted_claim) != bool(settings.admitted_values):
        check.refuse("admitted_claim", _("Nommez une donnée et au moins une valeur admise."))
    if not settings.creates_agents:
        return
    needed = {
        "default_organisation_id": _("Choisissez l’organisation des nouveaux agents."),
        "default_service_id": _("Choisissez le service des nouveaux agents."),
        "default_role_id": _("Choisissez le rôle des nouveaux agents."),
    }
    for field, sentence in needed.items():
        if getattr(settings, field) is None:
            check.refuse(field, sentence)
    if not settings.for_agents:
        check.refuse("creates_agents", _("Ce fournisseur ne sert pas aux agents."))
    if profile.needs_condition and not settings.admitted_claim:
        check.refuse(
            "admitted_claim",
            _(
                "Toute la France a un compte ici : dites quelle donnée doit avoir quelle valeur, comme siret."
            ),
        )


def checked_secret(typed: str) -> str:
    """Clean a client secret.

    Raises:
        InvalidInput: It is empty, or cannot be one.
    """
    check = Checked()
    text = typed.strip()
    if not text:
        check.refuse("secret", _("Écrivez le secret client."))
    elif len(text) > LONGEST or not text.isascii() or not text.isprintable():
        check.refuse("secret", _("Ce secret ne peut pas être envoyé : vérifiez qu’il est entier."))
    check.refuse_if_wrong()
    return text


def same_connection(one: ProviderSettings, other: ProviderSettings) -> bool:
    """Tell whether two settings connect in the same way, so that a test of one proves the other."""
    return all(getattr(one, name) == getattr(other, name) for name in OF_THE_CONNECTION)


def identity_from(claims: Mapping[str, Any], provider: Provider, id_token: str) -> Identity:
    """Take from checked claims what we use, by the provider's claim map."""
    where = provider.claim_map
    email = _text(value_at(claims, where["email"])).lower()
    proven = value_at(claims, where["email_verified"]) is True
    return Identity(
        subject=str(claims["sub"]),
        sid=_text(claims.get("sid")),
        email=email if is_email(email) else "",
        email_proven=proven and is_email(email) and PROFILES[provider.profile].trusts_email,
        first_name=_text(value_at(claims, where["first_name"]))[:LONGEST_NAME],
        last_name=_text(value_at(claims, where["last_name"]))[:LONGEST_NAME],
        id_token=id_token,
        claims=claims,
    )


def value_at(claims: Mapping[str, Any], path: str) -> Any:
    """Read a claim by its name, or by names with dots between them where objects lie in objects."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def is_admitted(identity: Identity, provider: ProviderSettings) -> bool:
    """Tell whether an agent may be created for an identity."""
    if not provider.admitted_claim:
        return True
    found = value_at(identity.claims, provider.admitted_claim)
    values = found if isinstance(found, list) else [found]
    return any(_text(value) in provider.admitted_values for value in values)


def _text(value: object) -> str:
    plain = isinstance(value, str | int) and not isinstance(value, bool)
    return one_line(str(value)) if plain else ""
