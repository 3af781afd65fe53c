"""What is written to somebody who is invited to book (S-11, C-80)."""

from datetime import date

import msgspec
from creneau_infra.mail.building import one_line

from creneau.context import Tenant
from creneau.i18n import day, short_day
from creneau.i18n import gettext as _
from creneau.messages.letter import Facts, Letter, Link, Paragraph, Part
from creneau.messages.short import plain
from creneau.organisations.schemas import Organisation
from creneau.phones import readable_phone


class Invite(msgspec.Struct, frozen=True, kw_only=True):
    """Who is invited to what, and until which day.

    `message` is what the agent wrote; `signed_by` who that is, empty where nobody is named.
    """

    reader_name: str
    person_name: str
    what: str
    last_day: date
    message: str
    signed_by: str
    organisation: Organisation
    tenant: Tenant
    reminder: bool

    @property
    def someone_else(self) -> str:
        """Who is invited, where another one answers for them; else nothing."""
        return self.person_name if self.person_name != self.reader_name else ""


def invited(invite: Invite, link: str) -> Letter:
    """Invite somebody to choose a time; the link is theirs alone, and serves for one appointment."""
    return Letter(
        subject=one_line(_subject(invite)),
        title=_("Invitation à prendre rendez-vous"),
        parts=(
            Paragraph(_("Bonjour %(name)s,", name=invite.reader_name)),
            Paragraph(_introduction(invite)),
            *_words(invite),
            Facts(
                (
                    (_("Pour qui"), invite.someone_else),
                    (_("Motif"), invite.what),
                    (_("À faire au plus tard"), day(invite.last_day)),
                    (_("De la part de"), invite.signed_by),
                )
            ),
            Link(_("Choisir mon horaire"), link),
            Paragraph(
                _(
                    "Ce lien est personnel : ne le transmettez pas. Il sert à un seul rendez-vous ; "
                    "ensuite, il mène à celui-ci, pour le déplacer ou l’annuler."
                )
            ),
            *_otherwise(invite),
        ),
        signature=invite.organisation.name,
    )


def invited_sms(invite: Invite, link: str) -> str:
    """Invite somebody in one short text on one line."""
    who, until = invite.organisation.name, short_day(invite.last_day)
    what = _what(invite)
    if invite.reminder:
        told = _(
            "%(who)s : rappel, prenez RDV d’ici le %(day)s, %(what)s : %(link)s",
            who=who,
            day=until,
            what=what,
            link=link,
        )
    else:
        told = _(
            "%(who)s : prenez RDV d’ici le %(day)s, %(what)s : %(link)s",
            who=who,
            day=until,
            what=what,
            link=link,
        )
    return plain(told)


def _what(invite: Invite) -> str:
    if not invite.someone_else:
        return invite.what
    return _("%(what)s pour %(name)s", what=invite.what, name=invite.someone_else)


def _subject(invite: Invite) -> str:
    if invite.reminder:
        return _("Rappel : prenez rendez-vous, %(what)s", what=invite.what)
    return _("Prenez rendez-vous : %(what)s", what=invite.what)


def _introduction(invite: Invite) -> str:
    if invite.reminder:
        return _(
            "Il y a quelques jours, nous vous avons proposé de prendre rendez-vous. Vous pouvez "
            "encore choisir le jour et l’heure qui vous conviennent."
        )
    return _(
        "Nous vous proposons de prendre rendez-vous. Vous choisissez vous-même le jour et "
        "l’heure qui vous conviennent."
    )


def _words(invite: Invite) -> tuple[Part, ...]:
    return (Paragraph(invite.message),) if invite.message else ()


def _otherwise(invite: Invite) -> tuple[Part, ...]:
    if not invite.organisation.phone:
        return ()
    number = readable_phone(invite.organisation.phone)
    return (
        Paragraph(
            _("Sans internet, ou pour toute question : appelez le %(number)s.", number=number)
        ),
    )
