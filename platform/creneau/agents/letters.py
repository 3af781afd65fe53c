"""What the mails about an agent's own account say, in the current language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from creneau.agents.mailing import Note
from creneau.agents.schemas import Agent
from creneau.context import Tenant
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.messages.letter import Facts, Letter, Link, Paragraph, Part


def invitation(agent: Agent, tenant: Tenant, inviter: str, href: str, until: datetime) -> Letter:
    """Invite somebody to join the tenant's agents; `inviter` is empty where nobody invited them."""
    opening = (
        _(
            "%(name)s vous invite dans l’espace agents de %(tenant)s.",
            name=inviter,
            tenant=tenant.name,
        )
        if inviter
        else _("Votre espace %(tenant)s vous attend.", tenant=tenant.name)
    )
    return _letter(
        agent,
        tenant,
        _("Votre invitation : %(tenant)s", tenant=tenant.name),
        Paragraph(opening),
        Paragraph(_("Ouvrez ce lien pour vérifier votre nom et choisir un mot de passe.")),
        Link(_("Accepter l’invitation"), href),
        Paragraph(
            _(
                "Ce lien sert une seule fois, jusqu’au %(until)s.",
                until=_local(tenant, until),
            )
        ),
        Paragraph(_("Vous ne connaissez pas cet espace ? Ne faites rien : rien ne se passera.")),
    )


def note(agent: Agent, tenant: Tenant, written: Note) -> Letter:
    """Bring an agent what a part of the house wrote to them."""
    return _letter(
        agent,
        tenant,
        written.subject,
        *(Paragraph(one) for one in written.paragraphs),
        Link(written.link_label, f"{tenant.public_url}{written.path}"),
    )


def forgotten(agent: Agent, tenant: Tenant, href: str, until: datetime) -> Letter:
    """Give the way to another password."""
    return _letter(
        agent,
        tenant,
        _("Choisir un autre mot de passe : %(tenant)s", tenant=tenant.name),
        Paragraph(_("Vous avez demandé à choisir un autre mot de passe.")),
        Link(_("Choisir un autre mot de passe"), href),
        Paragraph(
            _(
                "Ce lien sert une seule fois, jusqu’au %(until)s.",
                until=_local(tenant, until),
            )
        ),
        Paragraph(
            _("Vous n’avez rien demandé ? Ne faites rien : votre mot de passe reste le même.")
        ),
    )


def password_changed(agent: Agent, tenant: Tenant, at: datetime) -> Letter:
    """Tell that the password is another one now."""
    return _letter(
        agent,
        tenant,
        _("Votre mot de passe a été changé"),
        Paragraph(_("Votre mot de passe a été changé le %(at)s.", at=_local(tenant, at))),
        Paragraph(_("Vos autres sessions ont été fermées.")),
        _not_you(),
    )


def factor_reset(agent: Agent, tenant: Tenant, at: datetime) -> Letter:
    """Tell that an administrator took the second factor away."""
    return _letter(
        agent,
        tenant,
        _("Votre double authentification a été remise à zéro"),
        Paragraph(
            _(
                "Une personne qui administre votre espace a remis votre double authentification à "
                "zéro le %(at)s. Vos sessions ont été fermées.",
                at=_local(tenant, at),
            )
        ),
        Paragraph(_("À votre prochaine connexion, vous pourrez la mettre en place à nouveau.")),
        _not_you(),
    )


def recovery_used(agent: Agent, tenant: Tenant, at: datetime) -> Letter:
    """Tell that a recovery code was used to sign in."""
    return _letter(
        agent,
        tenant,
        _("Un de vos codes de secours a servi"),
        Paragraph(
            _("Un de vos codes de secours a servi à se connecter le %(at)s.", at=_local(tenant, at))
        ),
        _not_you(),
    )


def seen_as(agent: Agent, tenant: Tenant, viewer: str, at: datetime) -> Letter:
    """Tell that a colleague saw the back office as this agent (T-08)."""
    return _letter(
        agent,
        tenant,
        _("%(name)s a vu l’espace agents comme vous", name=viewer),
        Paragraph(
            _(
                "Une personne qui administre votre espace l’a ouvert tel que vous le voyez, sans "
                "pouvoir rien y modifier."
            )
        ),
        Facts([(_("Qui"), viewer), (_("Quand"), _local(tenant, at))]),
        Paragraph(_("Toutes ces visites sont listées sur votre compte.")),
        Link(_("Ouvrir mon compte"), f"{tenant.public_url}/agents/compte"),
    )


def _letter(agent: Agent, tenant: Tenant, subject: str, *parts: Part) -> Letter:
    greeting = Paragraph(_("Bonjour %(name)s,", name=agent.display_name.strip()))
    return Letter(subject=subject, title=subject, parts=(greeting, *parts), signature=tenant.name)


def _not_you() -> Paragraph:
    return Paragraph(
        _("Ce n’était pas prévu ? Prévenez sans attendre une personne qui administre votre espace.")
    )


def _local(tenant: Tenant, at: datetime) -> str:
    return moment(at.astimezone(ZoneInfo(tenant.time_zone)))
