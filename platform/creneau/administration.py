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

SETTINGS_PAGES: Final[tuple[SettingsPage, ...]] = (
    SettingsPage(
        label="Modules",
        href="/administration/modules",
        section="organisation",
        icon="book",
        permission="tenant:update",
        description="Les règles, les pages et les mots d’un métier.",
        order=70,
    ),
    SettingsPage(
        label="Rôles et droits",
        href="/administration/roles",
        section="people",
        icon="key",
        permission="role:update",
        description="Ce que chaque rôle permet, et vos propres rôles.",
        settings=(("Droits d’un rôle", ""),),
        order=20,
    ),
    SettingsPage(
        label="Jetons de l’interface",
        href="/administration/jetons",
        section="connections",
        icon="lock",
        permission="token:update",
        description="Les logiciels qui lisent vos horaires ou prennent des rendez-vous.",
        settings=(("Relier un logiciel", ""),),
        order=20,
    ),
    SettingsPage(
        label="Apparence et textes",
        href="/administration/apparence",
        section="look",
        icon="edit",
        permission="tenant:update",
        description="Logo, couleur, textes : préparés en brouillon, puis publiés.",
        settings=(
            ("Logo", "logo"),
            ("Nom de l’espace", "name"),
            ("Couleur", "brand"),
            ("Texte d’accueil", "public_text"),
            ("Téléphone en bas de page", "phone"),
            ("Bas de page", "footer"),
            ("Nom de l’expéditeur des messages", "sender_name"),
            ("Mentions légales", "legal_notice"),
        ),
        order=10,
    ),
    SettingsPage(
        label="Adresses",
        href="/administration/adresses",
        section="look",
        icon="external",
        permission="tenant:update",
        description="L’adresse de votre espace, la vôtre si vous le voulez.",
        settings=(("Nom de domaine", "host"), ("Adresse principale", "")),
        order=20,
    ),
    SettingsPage(
        label="Langue",
        href="/administration/langue",
        section="look",
        icon="info",
        permission="tenant:update",
        description="La langue de qui n’en choisit pas.",
        settings=(("Langue par défaut", "locale"),),
        order=30,
    ),
    SettingsPage(
        label="Déclaration d’accessibilité",
        href="/administration/accessibilite",
        section="look",
        icon="people",
        permission="tenant:update",
        description="L’état de conformité de vos pages, et qui prévenir.",
        settings=(
            ("État de conformité", "conformity"),
            ("Audit d’accessibilité", "audited_on"),
            ("Contenus non accessibles", "exceptions"),
        ),
        order=40,
    ),
)
