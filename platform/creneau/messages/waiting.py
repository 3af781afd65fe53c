"""What is written to somebody who waits for an earlier slot (C-28, C-80)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from creneau_infra.mail.building import one_line

from creneau.context import Tenant
from creneau.i18n import current_locale, day, moment, short_day, time
from creneau.i18n import gettext as _
from creneau.messages.calendar import location
from creneau.messages.filling import where
from creneau.messages.letter import Facts, Letter, Link, Paragraph
from creneau.messages.short import plain
from creneau.messages.texts import paragraphs
from creneau.messages.wording.house import house
from creneau.messages.wording.placeholders import filled
from creneau.messages.wording.rules import chosen
from creneau.messages.wording.schemas import OwnWording, Wording, WordingKey
from creneau.motives.schemas import Motive
from creneau.organisations.schemas import Organisation
from creneau.people.schemas import Person
from creneau.places.schemas import Place


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits for what; `place` None: whatever place. `before` is UTC, None: whatever frees.

    `reader` is the name of who is written to; empty: who waits.
    """

    person: Person
    reader: str = ""
    motive: Motive
    place: Place | None
    before: datetime | None
    tenant: Tenant
    wordings: Sequence[OwnWording] = ()

    @property
    def person_name(self) -> str:
        """First name and last name of who waits."""
        return f"{self.person.first_name} {self.person.last_name}"

    @property
    def reader_name(self) -> str:
        """The name of who is written to."""
        return self.reader or self.person_name

    @property
    def someone_else(self) -> str:
        """Who waits, where another one answers for them; else nothing."""
        return self.person_name if self.person_name != self.reader_name else ""

    @property
    def zone(self) -> ZoneInfo:
        """The clock that the times are written in."""
        return ZoneInfo(self.place.time_zone if self.place else self.tenant.time_zone)


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """An offered slot in UTC, at its place; `moves` is the appointment that it would replace."""

    place: Place
    organisation: Organisation | None = None
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
                    (_("Pour qui"), wait.someone_else),
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
    wording, values = _wording(wait), _values(wait, offer)
    return Letter(
        subject=one_line(filled(wording.subject, values)),
        title=_("Un créneau s’est libéré pour vous"),
        parts=(
            *paragraphs(filled(wording.introduction, values)),
            Facts(
                (
                    (_("Quand"), offer.local(offer.starts_at)),
                    (_("Pour qui"), wait.someone_else),
                    (_("Motif"), wait.motive.name),
                    (_("Où"), location(offer.place, wait.motive.location_type)),
                    (_("Remplace"), offer.local(offer.moves) if offer.moves else ""),
                )
            ),
            Link(_("Accepter ou refuser ce créneau"), link),
            *paragraphs(filled(wording.ending, values)),
        ),
        signature=wait.tenant.name,
    )


def offered_sms(wait: Wait, offer: Offered, link: str) -> str:
    """Offer a slot in one short text on one line; the link is where one answers (C-28, C-80)."""
    return plain(filled(_wording(wait).sms, {**_values(wait, offer), "lien": link}))


def _wording(wait: Wait) -> Wording:
    key = WordingKey(message="offered", locale=current_locale.get(), motive_id=wait.motive.id)
    texts = house("offered", other=bool(wait.someone_else))
    return chosen(wait.wordings, key, texts)


def _values(wait: Wait, offer: Offered) -> Mapping[str, str]:
    zone, organisation = ZoneInfo(offer.place.time_zone), offer.organisation
    local, until = offer.starts_at.astimezone(zone), offer.held_until.astimezone(zone)
    return {
        "destinataire": wait.reader_name,
        "personne": wait.person_name,
        "date": day(local),
        "date_courte": short_day(local),
        "heure": time(local),
        "limite": moment(until),
        "limite_courte": _("%(day)s à %(time)s", day=short_day(until), time=time(until)),
        "motif": wait.motive.name,
        "organisation": organisation.name if organisation else wait.tenant.name,
        "espace": wait.tenant.name,
        "telephone": offer.place.phone or (organisation.phone if organisation else ""),
        **where(wait.motive, offer.place),
    }


def _greeting(wait: Wait) -> Paragraph:
    return Paragraph(_("Bonjour %(name)s,", name=wait.reader_name))
