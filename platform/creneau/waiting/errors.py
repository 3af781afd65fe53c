"""Why somebody who waits is turned down."""

from creneau.refusals import Refusal


class ListClosed(Refusal):
    """The motive has no waiting list, or is not open to everyone."""

    code = "waiting_list_closed"
    status = 403
    sentence = "Il n’y a pas de liste d’attente pour ce motif. Contactez l’accueil."


class OfferOver(Refusal):
    """The offer was answered, or its time is over."""

    code = "offer_over"
    status = 410
    sentence = (
        "Ce créneau ne vous est plus réservé. Vous gardez votre place sur la liste d’attente."
    )
