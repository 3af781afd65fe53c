"""The form of a provider: what it shows, and what is read from it (T-06)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau_tenants.sign_on.profiles import PROFILES
from creneau_tenants.sign_on.schemas import (
    FIELDS,
    ProfileName,
    Provider,
    ProviderSettings,
    Userinfo,
)

from creneau_web.admin.saving import Difference
from creneau_web.forms import Form

CHOICES: Final = ("default_organisation_id", "default_service_id", "default_role_id")


def profile_name(text: str) -> ProfileName:
    """Read the name of a profile.

    Raises:
        NotFound: There is no such profile.
    """
    if text not in PROFILES:
        raise NotFound
    return cast("ProfileName", text)


def beginning(name: ProfileName) -> ProviderSettings:
    """Give the settings that a new provider of a profile begins with."""
    profile = PROFILES[name]
    return ProviderSettings(
        label=profile.label,
        profile=name,
        for_agents=profile.for_agents,
        for_public=profile.for_public,
        issuer=profile.issuer,
        client_id="",
        client_sent=profile.client_sent,
        scopes=profile.scopes,
        claim_map=profile.claim_map,
        algorithms=profile.algorithms,
        pkce=profile.pkce,
        acr_values=profile.acr_values,
        userinfo=profile.userinfo,
    )


def shown(settings: ProviderSettings) -> dict[str, Any]:
    """Give a provider's settings as its form shows them; the secret is never among them."""
    values: dict[str, Any] = {
        name: getattr(settings, name) for name in ProviderSettings.__struct_fields__
    }
    audience = [("agents", settings.for_agents), ("public", settings.for_public)]
    return {
        **values,
        **{f"claim_{name}": settings.claim_map.get(name, "") for name in FIELDS},
        **{name: str(values[name] or "") for name in CHOICES},
        "audience": [name for name, chosen in audience if chosen],
        "scopes": " ".join(settings.scopes),
        "acr_values": " ".join(settings.acr_values),
        "admitted_values": "\n".join(settings.admitted_values),
    }


def typed_settings(typed: Form, profile: ProfileName) -> ProviderSettings:
    """Read what was typed of a provider; whether it can be used is checked by the service."""
    audience = typed.texts("audience") if PROFILES[profile].agents_allowed else ["public"]
    return ProviderSettings(
        label=typed.text("label"),
        profile=profile,
        for_agents="agents" in audience,
        for_public="public" in audience,
        issuer=typed.text("issuer"),
        client_id=typed.text("client_id"),
        client_sent="body" if typed.text("client_sent") == "body" else "header",
        scopes=tuple(typed.text("scopes").split()),
        claim_map={name: typed.text(f"claim_{name}") for name in FIELDS},
        algorithms=tuple(dict.fromkeys(typed.texts("algorithms"))),
        pkce=bool(typed.text("pkce")),
        acr_values=tuple(typed.text("acr_values").split()),
        userinfo=_userinfo(typed.text("userinfo")),
        sole=bool(typed.text("sole")),
        creates_agents=bool(typed.text("creates_agents")),
        default_organisation_id=_id(typed.text("default_organisation_id")),
        default_service_id=_id(typed.text("default_service_id")),
        default_role_id=_id(typed.text("default_role_id")),
        admitted_claim=typed.text("admitted_claim"),
        admitted_values=tuple(typed.text("admitted_values").splitlines()),
    )


def _userinfo(text: str) -> Userinfo:
    return cast("Userinfo", text if text in {"none", "plain", "signed"} else "plain")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def seen_version(typed: Form) -> datetime:
    """Read which state of a provider was shown to whoever typed."""
    try:
        return datetime.fromisoformat(typed.text("version"))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def labels() -> dict[str, str]:
    """Name the settings as the form does."""
    return {
        "label": _("Nom du bouton"),
        "for_agents": _("Agents"),
        "for_public": _("Public"),
        "issuer": _("Émetteur"),
        "client_id": _("Identifiant client"),
        "client_sent": _("Envoi du secret"),
        "scopes": _("Portées"),
        "claim_map": _("Données reçues"),
        "algorithms": _("Signatures acceptées"),
        "pkce": _("PKCE"),
        "acr_values": _("Niveau demandé"),
        "userinfo": _("Données complémentaires"),
        "sole": _("Sans mot de passe"),
        "creates_agents": _("Création des agents"),
        "default_organisation_id": _("Organisation des nouveaux agents"),
        "default_service_id": _("Service des nouveaux agents"),
        "default_role_id": _("Rôle des nouveaux agents"),
        "admitted_claim": _("Donnée exigée"),
        "admitted_values": _("Valeurs admises"),
    }


def differences(typed: ProviderSettings, saved: ProviderSettings) -> list[Difference]:
    """List what is saved now where it differs from what was typed, after a conflict."""
    return [
        Difference(label=label, saved=_readable(getattr(saved, name)))
        for name, label in labels().items()
        if getattr(typed, name) != getattr(saved, name)
    ]


def _readable(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, Mapping):
        return ", ".join(str(one) for one in value.values())
    return ", ".join(value) if isinstance(value, tuple) else str(value or _("vide"))


def version_of(provider: Provider) -> str:
    """Name the state of a provider that a form shows."""
    return provider.updated_at.isoformat()
