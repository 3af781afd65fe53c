"""What a message is not sent again for."""

from creneau.refusals import Refusal


class StillOnItsWay(Refusal):
    """It is still being sent: once more would make two."""

    code = "message_on_its_way"
    status = 409
    sentence = "Ce message est encore en attente : il part de lui-même, vous n’avez rien à faire."


class MessageOutdated(Refusal):
    """It would tell what is no longer true."""

    code = "message_outdated"
    status = 409
    sentence = (
        "Le rendez-vous a changé depuis ce message : renvoyé, il tromperait. "
        "Renvoyez plutôt le plus récent."
    )


class AppointmentOver(Refusal):
    """The appointment has taken place."""

    code = "appointment_over"
    status = 409
    sentence = "Le rendez-vous est passé : ce message n’est plus utile."


class ReaderGone(Refusal):
    """Whom it was for does not get the messages of this booking any more."""

    code = "reader_gone"
    status = 409
    sentence = (
        "Ce message n’a plus de destinataire : la personne n’est plus prévenue de ce rendez-vous, "
        "ou son adresse a été retirée."
    )


class OfferEnded(Refusal):
    """The offered slot was accepted or declined, or is not held any more."""

    code = "offer_ended"
    status = 409
    sentence = (
        "Ce créneau n’est plus réservé à la personne : elle a répondu, ou le délai est passé. "
        "Sa place sur la liste d’attente ne change pas."
    )


class WaitsNoMore(Refusal):
    """They left the waiting list, were served, or waited too long."""

    code = "waits_no_more"
    status = 409
    sentence = "La personne n’est plus sur la liste d’attente : ce message n’est plus utile."


class InvitationEnded(Refusal):
    """It was booked with, is over, or was withdrawn."""

    code = "invitation_ended"
    status = 409
    sentence = (
        "Cette invitation a déjà servi, est annulée ou n’est plus valable : elle ne se renvoie pas."
    )


class NotSentAgain(Refusal):
    """Codes and invitations are asked for anew: their secrets serve once."""

    code = "not_sent_again"
    status = 409
    sentence = "Ce message ne se renvoie pas : son code ou son lien ne sert qu’une fois."


class KeptConfidential(Refusal):
    """It is about what is confidential: nothing of it is sent (S-08)."""

    code = "appointment_confidential"
    status = 409
    sentence = (
        "Ce rendez-vous est confidentiel : rien n’est envoyé à son sujet. "
        "Prévenez la personne de vive voix."
    )
