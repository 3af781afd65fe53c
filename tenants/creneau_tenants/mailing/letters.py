"""What the mails about a tenant's sender say, in the current language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from creneau.context import Tenant
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.messages.letter import Letter, Link, Paragraph


def to_confirm(tenant: Tenant, address: str, href: str, until: datetime) -> Letter:
    """Ask whoever reads an address whether a tenant's mails may come from it."""
    subject = _("Confirmez cette adresse : %(tenant)s", tenant=tenant.name)
    return Letter(
        subject=subject,
        title=subject,
        parts=(
            Paragraph(
                _(
                    "L’espace de rendez-vous %(tenant)s veut envoyer ses e-mails depuis l’adresse"
                    " %(address)s.",
                    tenant=tenant.name,
                    address=address,
                )
            ),
            Link(_("Confirmer l’adresse"), href),
            Paragraph(
                _(
                    "Ce lien sert jusqu’au %(until)s.",
                    until=moment(until.astimezone(ZoneInfo(tenant.time_zone))),
                )
            ),
            Paragraph(
                _("Vous ne connaissez pas cet espace ? Ne faites rien : rien ne partira d’ici.")
            ),
        ),
        signature=tenant.name,
    )


def trial(tenant: Tenant) -> Letter:
    """Tell that a mail has come through the tenant's own server."""
    subject = _("E-mail d’essai : %(tenant)s", tenant=tenant.name)
    return Letter(
        subject=subject,
        title=subject,
        parts=(
            Paragraph(_("Cet e-mail est passé par votre propre serveur : il peut servir.")),
            Link(_("Revenir aux réglages"), f"{tenant.public_url}/administration/expediteur"),
        ),
        signature=tenant.name,
    )


def refused() -> str:
    """Say that a server took no test mail although it works."""
    return _("Il répond, mais refuse cet e-mail : vérifiez que votre compte a le droit d’envoyer.")
