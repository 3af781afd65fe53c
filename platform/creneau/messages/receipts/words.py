"""Receipts in words: what a message was about, by which way it went, what became of it."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from creneau_infra.clock import now

from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.messages.receipts.schemas import Channel, Reason, Receipt, State

A_MOMENT: Final = timedelta(minutes=2)


def occasion_label(occasion: str) -> str:
    """Name what a message tells."""
    return {
        "confirmed": _("Rendez-vous confirmé"),
        "moved": _("Rendez-vous déplacé"),
        "cancelled": _("Rendez-vous annulé"),
        "to_reschedule": _("Rendez-vous à replanifier"),
        "reminder": _("Rappel"),
        "waiting_offer": _("Créneau proposé, liste d’attente"),
        "waiting_joined": _("Inscription sur la liste d’attente"),
        "invitation": _("Invitation à prendre rendez-vous"),
        "invitation_reminder": _("Rappel d’une invitation"),
        "code": _("Code de confirmation"),
    }.get(occasion, occasion)


def channel_label(channel: Channel) -> str:
    """Name the way by which a message goes."""
    return {"email": _("par e-mail"), "sms": _("par SMS")}[channel]


def state_label(state: State) -> str:
    """Say in a word what became of a message."""
    return {
        "queued": _("En attente"),
        "sent": _("Envoyé"),
        "failed": _("Échec"),
        "bounced": _("Revenu"),
        "set_aside": _("Pas envoyé"),
    }[state]


def told(receipt: Receipt, zone: ZoneInfo) -> str:
    """Say why a message waits, did not arrive or was not sent; nothing where it was sent."""
    if receipt.state == "queued":
        if receipt.reason is None:
            return _leaves(receipt.due_at, zone)
        return _("%(why)s Nous essayons de nouveau.", why=reason_sentence(receipt.reason))
    return reason_sentence(receipt.reason) if receipt.reason else ""


def _leaves(due_at: datetime | None, zone: ZoneInfo) -> str:
    if due_at is None or due_at < now() + A_MOMENT:
        return _("Il part dans un instant.")
    when = moment(due_at.astimezone(zone))
    return _("Il attend la fin des heures calmes : il part le %(when)s.", when=when)


def reason_sentence(reason: Reason) -> str:
    """Say why, and what to do where somebody can do something."""
    return {
        "address_unknown": _("Cette adresse n’existe pas, ou n’existe plus."),
        "address_wrong": _("Cette adresse n’est pas écrite comme il faut."),
        "mailbox_closed": _("Cette boîte aux lettres est fermée."),
        "mailbox_full": _("La boîte aux lettres du destinataire est pleine."),
        "too_large": _("Le serveur du destinataire trouve le message trop volumineux."),
        "refused_by_rules": _(
            "Le serveur du destinataire a pris le message pour un indésirable. "
            "Prévenez la personne autrement."
        ),
        "refused": _("Le serveur du destinataire a refusé le message."),
        "number_wrong": _("Ce numéro ne reçoit pas de SMS."),
        "number_abroad": _("Ce numéro est à l’étranger, où votre espace n’envoie pas de SMS."),
        "sms_off": _("L’envoi de SMS n’était pas en service."),
        "sms_limit": _("La limite de SMS du mois était atteinte."),
        "gateway_refused": _("La passerelle de SMS a refusé le message."),
        "gateway_away": _("La passerelle de SMS ne répond pas."),
        "server_away": _("Le serveur qui envoie nos messages ne répond pas."),
        "asked_to_wait": _("Le serveur du destinataire demande d’attendre."),
        "sign_in_refused": _(
            "Le serveur qui envoie nos messages refuse notre mot de passe. "
            "Prévenez une personne qui administre votre espace."
        ),
        "trouble": _("L’envoi a échoué pour une raison technique."),
        "given_up": _("Après trois jours d’essais, nous avons arrêté."),
        "not_in_time": _("Le serveur du destinataire n’a pas répondu à temps."),
        "outdated": _("Le rendez-vous a changé avant l’envoi : un message plus récent le dit."),
        "over": _("Le rendez-vous était déjà passé."),
        "offer_over": _(
            "Le créneau n’était plus proposé : il y a eu une réponse, ou le délai a pris fin."
        ),
        "invitation_over": _(
            "L’invitation avait déjà servi, était annulée ou n’était plus valable."
        ),
        "no_reader": _("Le destinataire n’est plus prévenu de ce rendez-vous."),
        "no_address": _("Ni adresse e-mail ni téléphone mobile : aucun message ne peut partir."),
        "not_wanted": _("La personne ne souhaite pas ce message."),
        "confidential": _("Rendez-vous confidentiel : prévenez la personne de vive voix."),
    }[reason]
