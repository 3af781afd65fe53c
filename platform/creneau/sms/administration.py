"""The right to set SMS up, and the page where it is done."""

from typing import Final

from creneau.contributions import TENANT_SETTINGS, Permission, SettingsPage

PERMISSION: Final = Permission(
    code="sms:update", label="Régler les SMS : passerelle, coût, limite", grants=TENANT_SETTINGS
)

SETTINGS_PAGE: Final = SettingsPage(
    label="SMS",
    href="/administration/sms",
    section="messages",
    icon="phone",
    permission=PERMISSION.code,
    description="La passerelle, ce que les SMS coûtent, et les heures où ils attendent.",
    settings=(
        ("Passerelle SMS", ""),
        ("Nom de l’expéditeur des SMS", "sender"),
        ("Prix d’un SMS", "price"),
        ("Limite de SMS par mois", "monthly_limit"),
        ("SMS vers l’étranger", "abroad"),
        ("Heures calmes : nuit, dimanches, jours fériés", "quiet_begins"),
        ("Longueur et coût d’un texte", "text"),
    ),
    order=20,
)
