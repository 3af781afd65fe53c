"""The directory of tenants as a Piccolo app: its tables and its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from creneau_tenants.domains.tables import DomainClaim
from creneau_tenants.looks.tables import AccessibilityStatement, Logo, LookDraft
from creneau_tenants.mailing.tables import MailConfirmation, MailSetting
from creneau_tenants.sign_on import tables as sign_on
from creneau_tenants.signing_up.tables import SignUpRow, Suspension
from creneau_tenants.tables import Domain, TenantProfile

APP_CONFIG = AppConfig(
    app_name="tenants",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[
        Domain,
        TenantProfile,
        LookDraft,
        Logo,
        AccessibilityStatement,
        DomainClaim,
        MailSetting,
        MailConfirmation,
        SignUpRow,
        Suspension,
        sign_on.IdentityProvider,
        sign_on.ExternalIdentity,
        sign_on.SignOnFlow,
        sign_on.SignOnSession,
        sign_on.SignOutToken,
    ],
)
