"""What the mails about calendars say, in the current language."""

from zoneinfo import ZoneInfo

from creneau.agents.schemas import Agent
from creneau.calendars.failures import said
from creneau.calendars.schemas import BusySource
from creneau.context import Tenant
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.messages.letter import Facts, Letter, Link, Paragraph


def failing(agent: Agent, tenant: Tenant, source: BusySource) -> Letter:
    """Tell an agent that a calendar of theirs is not read any more, and what that means."""
    zone = ZoneInfo(tenant.time_zone)
    since = moment(source.failing_since.astimezone(zone)) if source.failing_since else ""
    last = moment(source.good_at.astimezone(zone)) if source.good_at else _("jamais")
    subject = _("Votre agenda « %(name)s » n’est plus lu", name=source.name)
    return Letter(
        subject=subject,
        title=subject,
        parts=(
            Paragraph(_("Bonjour %(name)s,", name=agent.display_name.strip())),
            Paragraph(
                _(
                    "Vos absences suivent cet agenda. Depuis un jour, nous n’arrivons plus à le "
                    "lire : un rendez-vous peut tomber sur une de vos nouvelles occupations."
                )
            ),
            Paragraph(said(source.failure)),
            Facts([(_("Depuis"), since), (_("Dernière lecture"), last)]),
            Paragraph(_("Les absences lues jusque-là restent en place.")),
            Link(_("Ouvrir mes agendas"), f"{tenant.public_url}/agents/compte/agenda"),
        ),
        signature=tenant.name,
    )
