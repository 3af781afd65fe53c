"""What the demo says when it is ready: where to look, and as whom to sign in."""

from collections.abc import Iterable, Sequence

from creneau.i18n import gettext as _
from creneau_infra.settings import Settings
from creneau_tenants.addresses import platform
from creneau_tenants.service import tenants

from creneau_web.demo.accounts import DemoAccount
from creneau_web.demo.telephones import code_of
from creneau_web.operator.mailbox import PATH as MAILBOX


async def welcome(settings: Settings, accounts: Iterable[DemoAccount]) -> str:
    """Write the table of addresses and accounts."""
    here = platform().url_of(settings.base_domain)
    spaces = [(found.tenant.name, f"{found.tenant.public_url}/") for found in await tenants()]
    people = [
        (one.email, one.password, code_of(one), _(one.role_label), f"{one.url}/agents")
        for one in accounts
    ]
    return "\n".join(
        (
            "",
            _("La démonstration est prête : %(address)s", address=f"{here}/"),
            "",
            *table((_("Espace"), _("Adresse")), spaces),
            "",
            *table((_("Compte"), _("Mot de passe"), _("Code"), _("Rôle"), _("Connexion")), people),
            "",
            _("Le code change toutes les 30 secondes : le bon est sur la page des messages."),
            _("Les messages : %(address)s", address=f"{here}{MAILBOX}"),
            _("Ctrl-C arrête tout."),
            "",
        )
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows in columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    ruler = tuple("─" * width for width in widths)
    return [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, ruler, *rows)
    ]
