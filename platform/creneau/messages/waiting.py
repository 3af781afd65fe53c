"""What the mails to somebody who waits for an earlier slot say (C-28, C-80)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from creneau.context import Tenant
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.messages.calendar import location
from creneau.messages.letter import Facts, Letter, Link, Paragraph
from creneau.motives.schemas import Motive
from creneau.people.schemas import Person
from creneau.places.schemas import Place


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits for what; `place` None: whatever place. `before` is UTC, None: whatever frees."""

    person: Person
    motive: Motive
    place: Place | None
    before: datetime | None
    tenant: Tenant

    @property
    def zone(self) -> ZoneInfo:
        """The clock that the times are written in."""
        return ZoneInfo(self.place.time_zone if self.place else self.tenant.time_zone)


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """An offered slot in UTC, at its place; `moves` is the appointment that it would replace."""

    place: Place
    starts_at: datetime
    held_until: datetime
    moves: datetime | None = None

    def local(self, value: datetime) -> str:
        """Write a moment on the place's clock."""
        return moment(value.astimezone(ZoneInfo(self.place.time_zone)))


def joined(wait: Wait, link: str) -> Letter:
    """Say that somebody is on the list, what happens next, and how to leave it."""
    before = moment(wait.before.astimezone(wait.zone)) if wait.before else ""
    return Letter(
        subject=_("Vous êtes sur la liste d’attente : %(motive)s", motive=wait.motive.name),
        title=_("Vous êtes sur la liste d’attente"),
        parts=(
            _greeting(wait),
            Paragraph(
                _(
                    "Dès qu’un créneau se libère, nous le proposons dans l’ordre des demandes. "
                    "Quand votre tour vient, nous vous écrivons et nous vous le réservons le temps "
                    "de répondre."
                )
            ),
            Facts(
                (
                    (_("Motif"), wait.motive.name),
                    (_("Où"), wait.place.name if wait.place else _("Tous les lieux possibles")),
                    (_("Avant le"), before),
                )
            ),
            Link(_("Voir ma demande ou quitter la liste"), link),
        ),
        signature=wait.tenant.name,
    )


def offered(wait: Wait, offer: Offered, link: str) -> Letter:
    """Offer a slot that freed, and say until when it is held (C-28)."""
    when = offer.local(offer.starts_at)
    return Letter(
        subject=_("Un créneau s’est libéré : %(when)s", when=when),
        title=_("Un créneau s’est libéré pour vous"),
        parts=(
            _greeting(wait),
            Paragraph(
                _(
                    "Nous vous réservons ce créneau jusqu’au %(until)s. Sans réponse de votre part, "
                    "il sera ensuite proposé à la personne suivante.",
                    until=offer.local(offer.held_until),
                )
            ),
            Facts(
                (
                    (_("Quand"), when),
                    (_("Motif"), wait.motive.name),
                    (_("Où"), location(offer.place, wait.motive.location_type)),
                    (_("Remplace"), offer.local(offer.moves) if offer.moves else ""),
                )
            ),
            Link(_("Accepter ou refuser ce créneau"), link),
            Paragraph(
                _(
                    "Rien ne change avant votre confirmation. La même page permet de quitter la "
                    "liste d’attente."
                )
            ),
        ),
        signature=wait.tenant.name,
    )


def _greeting(wait: Wait) -> Paragraph:
    name = f"{wait.person.first_name} {wait.person.last_name}"
    return Paragraph(_("Bonjour %(name)s,", name=name))
