"""What administrators are written about webhooks, in the current language."""

from creneau.agents.schemas import Agent
from creneau.context import Tenant
from creneau.i18n import gettext as _
from creneau.messages.letter import Facts, Letter, Link, Paragraph
from creneau.webhooks.schemas import Endpoint


def switched_off(agent: Agent, tenant: Tenant, endpoint: Endpoint) -> Letter:
    """Tell that an endpoint was switched off by itself, and how to switch it on again."""
    subject = _("Un webhook a été arrêté : %(tenant)s", tenant=tenant.name)
    why = (
        _("Le logiciel qui recevait vos événements a répondu qu’il n’en veut plus (410).")
        if endpoint.state == "gone"
        else _(
            "Le logiciel qui reçoit vos événements ne répond plus correctement depuis des jours."
        )
    )
    return Letter(
        subject=subject,
        title=subject,
        parts=(
            Paragraph(_("Bonjour %(name)s,", name=agent.display_name.strip())),
            Paragraph(why),
            Facts([(_("Adresse"), endpoint.address)]),
            Paragraph(
                _(
                    "Plus rien ne lui est envoyé. Ce qui n’est pas arrivé est gardé trente jours :"
                    " vous pourrez le renvoyer. Vos rendez-vous et vos messages continuent."
                )
            ),
            Link(
                _("Ouvrir ce webhook"),
                f"{tenant.public_url}/administration/webhooks/{endpoint.id}",
            ),
        ),
        signature=tenant.name,
    )
