"""What the core's own administration consists of: its rights, and its pages."""

from typing import Final

from creneau.contributions import (
    ORGANISATION_SETTINGS,
    TENANT_SETTINGS,
    Permission,
    SettingsPage,
)

PERMISSIONS: Final = (
    Permission(
        code="organisation:update",
        label="Modifier l’organisation, ses fermetures et ses jours fériés",
        grants=ORGANISATION_SETTINGS,
    ),
    Permission(
        code="organisation:create", label="Ajouter une organisation", grants=TENANT_SETTINGS
    ),
    Permission(code="service:update", label="Gérer les services", grants=TENANT_SETTINGS),
    Permission(code="place:update", label="Gérer les lieux", grants=ORGANISATION_SETTINGS),
    Permission(code="motive:update", label="Gérer les motifs", grants=ORGANISATION_SETTINGS),
    Permission(
        code="agent:update",
        label="Inviter, modifier et retirer des agents",
        grants=ORGANISATION_SETTINGS,
    ),
    Permission(
        code="agent:impersonate",
        label="Voir l’espace comme un autre agent",
        grants=ORGANISATION_SETTINGS,
    ),
    Permission(code="role:update", label="Gérer les rôles et leurs droits", grants=TENANT_SETTINGS),
    Permission(
        code="tenant:update",
        label="Modifier l’espace : apparence, textes, adresses et modules",
        grants=TENANT_SETTINGS,
    ),
    Permission(
        code="identity_provider:update",
        label="Régler la connexion par un fournisseur d’identité",
        grants=TENANT_SETTINGS,
    ),
    Permission(
        code="token:update", label="Gérer les jetons de l’interface", grants=TENANT_SETTINGS
    ),
    Permission(code="import:create", label="Importer des données", grants=TENANT_SETTINGS),
)

SETTINGS_PAGES: Final[tuple[SettingsPage, ...]] = ()
