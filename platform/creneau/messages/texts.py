"""What the mails say, in the current language (C-80)."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from creneau_infra.mail.building import one_line

from creneau.i18n import gettext as _
from creneau.i18n import moment, ngettext
from creneau.messages.calendar import location
from creneau.messages.filling import values_of
from creneau.messages.letter import Code, Facts, Heading, Letter, Link, Paragraph, Part
from creneau.messages.schemas import Occasion
from creneau.messages.short import message_of, sms
from creneau.messages.subject import Subject
from creneau.messages.wording.house import house
from creneau.messages.wording.placeholders import filled
from creneau.phones import readable_phone
from creneau.places.schemas import Place

BETWEEN_PARAGRAPHS: Final = re.compile(r"\n\s*\n")

__all__ = ["Subject", "email_code", "for_agent", "for_person", "paragraphs", "sms"]


def for_person(
    occasion: Occasion, subject: Subject, reader: str, link: str, *, agent_wrote: bool = False
) -> Letter:
    """Tell who is received, who answers for them or who booked for them (C-80).

    `reader` is the reader's name; `link` opens the page to cancel and move, and is left out of a
    letter about a cancellation. `agent_wrote`: the organisation cancelled, not the person.
    """
    message = message_of(occasion, subject)
    if message == "excused" and agent_wrote:
        message = "cancelled"
    texts = house(message, other=reader != subject.person_name)
    wording = subject.wording(message, texts)
    values = values_of(subject, reader)
    return Letter(
        subject=one_line(filled(wording.subject, values)),
        title=_title(occasion),
        parts=(
            *paragraphs(filled(wording.introduction, values)),
            _facts(subject, reader),
            *_body(occasion, subject, link, agent_wrote=agent_wrote),
            *paragraphs(filled(wording.ending, values)),
        ),
        signature=subject.tenant.name,
    )


def paragraphs(text: str) -> Sequence[Paragraph]:
    """Make a paragraph of what stands between empty lines."""
    return [Paragraph(part) for part in BETWEEN_PARAGRAPHS.split(text.strip()) if part.strip()]


def _body(occasion: Occasion, subject: Subject, link: str, *, agent_wrote: bool) -> Sequence[Part]:
    if occasion == "cancelled":
        return _cancellation(subject, agent_wrote=agent_wrote)
    if occasion == "to_reschedule":
        return _another_time(subject, link)
    return _preparation(subject, link, occasion)


def _title(occasion: Occasion) -> str:
    return {
        "confirmed": _("Le rendez-vous est confirmé"),
        "moved": _("Le rendez-vous a changé de date"),
        "cancelled": _("Le rendez-vous est annulé"),
        "to_reschedule": _("Le rendez-vous doit changer de date"),
        "reminder": _("Le rendez-vous approche"),
    }[occasion]


def _facts(subject: Subject, reader: str) -> Facts:
    booking, place, organisation = subject.booking, subject.place, subject.organisation
    someone_else = subject.person_name if subject.person_name != reader else ""
    on_site = subject.motive.location_type == "on_site"
    return Facts(
        (
            (_("Quand"), moment(subject.starts_at)),
            (_("Pour qui"), someone_else),
            (_("Motif"), booking.motive_name),
            (_("Où"), _where(subject, reader)),
            (_("Comment venir"), place.access_information if on_site else ""),
            (_("Avec"), ", ".join(booking.resource_labels)),
            (_("Téléphone"), subject.phone),
            (_("Horaires d’ouverture"), organisation.opening_hours if organisation else ""),
        )
    )


def _where(subject: Subject, reader: str) -> str:
    """Say where; to who is received by phone or at home, which number and which address (S-06)."""
    kind, contact = subject.motive.location_type, subject.contact
    if reader != subject.person_name or not (contact.phone if kind == "phone" else contact.address):
        return location(subject.place, kind, contact)
    if kind == "phone":
        return _("Nous vous appellerons au %(number)s", number=readable_phone(contact.phone))
    if kind == "home":
        return _("Nous venons chez vous : %(address)s", address=_on_one_line(contact.address))
    return location(subject.place, kind)


def _on_one_line(text: str) -> str:
    return one_line(", ".join(text.splitlines()))


def _preparation(subject: Subject, link: str, occasion: Occasion) -> Sequence[Part]:
    bring = subject.motive.instructions_after.strip()
    prepare = (Heading(_("À apporter, à préparer")), Paragraph(bring)) if bring else ()
    calendar = {
        "confirmed": _("Le fichier joint ajoute le rendez-vous à votre agenda."),
        "moved": _("Le fichier joint met à jour votre agenda."),
    }.get(occasion, "")
    return (
        *prepare,
        Paragraph(calendar),
        Heading(_("Vous ne pouvez pas venir ?")),
        *_way_out(subject, link),
    )


def _way_out(subject: Subject, link: str) -> Sequence[Part]:
    cancel, move = subject.motive.cancel_notice_minutes, subject.motive.move_notice_minutes
    notices = [notice for notice in (cancel, move) if notice is not None]
    if not notices:
        return (Paragraph(_by_phone(subject.place)),)
    label = {
        (True, True): _("Annuler ou déplacer le rendez-vous"),
        (True, False): _("Annuler le rendez-vous"),
        (False, True): _("Déplacer le rendez-vous"),
    }[cancel is not None, move is not None]
    return (Paragraph(_deadline(subject, max(notices))), Link(label, link))


def _by_phone(place: Place) -> str:
    if place.phone:
        return _("Appelez le %(phone)s dès que possible.", phone=place.phone)
    return _("Prévenez-nous dès que possible.")


def _deadline(subject: Subject, notice: int) -> str:
    if notice == 0:
        return _("Suivez ce lien pour nous prévenir. Rien ne change avant votre confirmation.")
    return _(
        "Suivez ce lien pour nous prévenir, au plus tard le %(when)s. "
        "Rien ne change avant votre confirmation.",
        when=moment(subject.starts_at - timedelta(minutes=notice)),
    )


def _another_time(subject: Subject, link: str) -> Sequence[Part]:
    call = Paragraph(_by_phone(subject.place))
    motive = subject.motive
    if motive.move_notice_minutes is None or motive.archived_at is not None:
        return (call,)
    is_cancelled_online = motive.cancel_notice_minutes is not None
    return (
        Paragraph(
            _("Suivez ce lien pour choisir une autre date, ou pour annuler.")
            if is_cancelled_online
            else _("Suivez ce lien pour choisir une autre date.")
        ),
        Link(_("Choisir une autre date"), link),
        *((call,) if subject.place.phone else ()),
    )


def _cancellation(subject: Subject, *, agent_wrote: bool) -> Sequence[Part]:
    again = f"{subject.tenant.public_url}/rdv/{subject.motive.id}"
    online = subject.motive.audience == "everyone"
    call = agent_wrote and subject.place.phone and not online
    return (
        *((Link(_("Prendre un autre rendez-vous"), again),) if online else ()),
        *((Paragraph(_by_phone(subject.place)),) if call else ()),
    )


def for_agent(
    occasion: Occasion, subject: Subject, reader: str, person_word: str, *, lost: bool = False
) -> Letter:
    """Tell an agent of the appointment what happened; `person_word` is the vertical's (D-10).

    `lost`: it has moved to somebody else's agenda.
    """
    href = f"{subject.tenant.public_url}/agents/rendez-vous/{subject.booking.id}"
    title = {
        "confirmed": _("Nouveau rendez-vous"),
        "moved": _("Rendez-vous déplacé"),
        "cancelled": _("Rendez-vous annulé"),
        "to_reschedule": _("Rendez-vous à replanifier"),
        "reminder": _("Rappel de rendez-vous"),
    }[occasion]
    title = _("Rendez-vous retiré de votre agenda") if lost else title
    facts = Facts(
        (
            (_("Quand"), moment(subject.starts_at)),
            (_("Désormais avec"), ", ".join(subject.booking.resource_labels) if lost else ""),
            (person_word[:1].upper() + person_word[1:], subject.person_name),
            (_("Motif"), subject.booking.motive_name),
            (_("Où"), location(subject.place, subject.motive.location_type, subject.contact)),
        )
    )
    return Letter(
        subject=_("%(label)s : %(value)s", label=title, value=moment(subject.starts_at)),
        title=title,
        parts=(
            Paragraph(_("Bonjour %(name)s,", name=reader)),
            facts,
            *_by_hand(occasion, subject),
            *(() if lost else (Link(_("Ouvrir le rendez-vous"), href),)),
        ),
        signature=subject.tenant.name,
    )


def _by_hand(occasion: Occasion, subject: Subject) -> Sequence[Part]:
    """Say that nobody but the agents is written to about what is confidential (S-08)."""
    if not subject.booking.confidential or occasion == "reminder":
        return ()
    return (
        Paragraph(
            _("Rendez-vous confidentiel : rien n’est envoyé à la personne. Prévenez-la vous-même.")
        ),
    )


def email_code(code: str, minutes: int, tenant_name: str) -> Letter:
    """Carry the code that proves an address (C-42); the subject, which servers log, leaves it out."""
    valid = ngettext(
        "Il est valable %(number)s minute.", "Il est valable %(number)s minutes.", minutes
    )
    return Letter(
        subject=_("Votre code de vérification"),
        title=_("Votre code de vérification"),
        parts=(
            Paragraph(_("Saisissez ce code pour continuer :")),
            Code(code),
            Paragraph(valid),
            Paragraph(
                _(
                    "Vous n’avez rien demandé ? Ignorez ce message : rien ne sera réservé à votre nom."
                )
            ),
        ),
        signature=tenant_name,
    )
