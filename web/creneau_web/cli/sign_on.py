"""When nobody gets in by a provider any more: passwords again, from the command line (T-06)."""

from argparse import Namespace

from creneau.context import SYSTEM, acting_for
from creneau.i18n import gettext as _
from creneau_infra.settings import Settings
from creneau_tenants.sign_on import service as sign_on

from creneau_web.cli.servers import connected
from creneau_web.cli.tenancy import tenant_called


def passwords(chosen: Namespace) -> int:
    """Let a tenant's agents sign in by password again."""

    async def work(_settings: Settings) -> int:
        found = await tenant_called(chosen.slug)
        with acting_for(found.tenant):
            return await sign_on.open_passwords(SYSTEM)

    changed = connected(work)
    print(
        _("La connexion par mot de passe est rouverte.")
        if changed
        else _("La connexion par mot de passe n’était pas fermée.")
    )
    return 0
